"""Everything held about a person, for herself (Auskunft): complete, in German, audited, and at her carrier only."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from tests.support.planting import MIGRATION, Network, plant
from tests.support.recording import rows


async def everything(network: Network, person: object) -> dict[str, dict[str, Any]]:
    """What both services answer."""
    path = f"persons/{person}/everything"
    return {
        "registration": (await network.desk.send("GET", path)).json(),
        "counselling": (await network.counsellor.send("GET", path)).json(),
    }


def texts(found: dict[str, dict[str, Any]]) -> list[str]:
    """Every text that is shown."""
    sections = [section for answer in found.values() for section in answer["sections"]]
    return [str(fact["text"]) for section in sections for entry in section["entries"] for fact in entry]


async def test_it_contains_every_planted_fact(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    await plant(network, "Xqzbleibt")
    found = await everything(network, hers.person)
    shown = texts(found)
    assert [fact for fact in hers.facts if not any(fact in text for text in shown)] == []
    assert len(hers.facts) == 13
    assert not [text for text in shown if "Xqzbleibt" in text]
    words = {"29.02.1988", "04.05.2026", "Ukraine", "Erstberatung", "Vermittlung an diese Stelle", "Kanzlei am Markt"}
    assert words <= set(shown)
    assert {section["name"] for section in found["counselling"]["sections"]} >= {
        "counselling_session", "counselling_case", "case_step", "case_document", "case_handover", "consent", "transfer",
        "referral", "procedure", "procedure_stage",
    }  # fmt: skip
    assert any("Kanzlei am Markt" in who for who in found["counselling"]["given_to"])
    assert found["counselling"]["withheld"] == 0


async def test_each_disclosure_is_audited_with_a_verb_of_its_own(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    await everything(network, hers.person)
    acts = "SELECT action, entity_id FROM audit WHERE action LIKE '%disclosed'"
    for app in network.apps.values():
        assert [tuple(row) for row in await rows(app, acts)] == [("person.disclosed", hers.person)]


async def test_it_is_for_counsellors_of_her_carrier(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    for caller in (network.desk, network.counsellor):
        elsewhere = await caller.at(uuid4()).send("GET", f"persons/{hers.person}/everything")
        assert elsewhere.status_code == 404
        assert (await caller.at(uuid4()).send("GET", f"persons/{hers.person}/obstacles")).status_code == 404


async def test_a_closed_circle_is_disclosed_by_its_owner_only_and_stands_in_the_way_of_others(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    secret = f"sessions/{uuid4()}"
    await network.counsellor.put(secret, MIGRATION | {"person_id": str(hers.person)})
    own = await everything(network, hers.person)
    assert own["counselling"]["withheld"] == 0
    colleague = replace(network.counsellor, subject="colleague")
    seen = (await colleague.send("GET", f"persons/{hers.person}/everything")).json()
    assert seen["withheld"] == 1
    assert "Migrationsfachdienst" in str(own)
    assert "Migrationsfachdienst" not in str(seen)
    blocked = (await colleague.send("GET", f"persons/{hers.person}/obstacles")).json()["obstacles"]
    assert len(blocked) == 1
    assert "geschützt" in blocked[0]
    assert (await network.counsellor.send("GET", f"persons/{hers.person}/obstacles")).json() == {"obstacles": []}


async def test_an_open_offer_of_a_case_is_to_be_settled_before_an_erasure(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    await network.counsellor.put(f"cases/{hers.case}/handovers/{uuid4()}", {"to": "colleague"})
    blocked = (await network.counsellor.send("GET", f"persons/{hers.person}/obstacles")).json()["obstacles"]
    assert ["zur Übernahme angeboten" in text for text in blocked] == [True]
