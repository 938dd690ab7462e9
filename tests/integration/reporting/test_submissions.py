"""A network's edition over real brokers: submitted there, compared, accepted and published by the coordination."""

from typing import Any

import pytest

from shared import clock
from shared.vocabulary import Role
from tests.integration.reporting.conftest import Desk
from tests.integration.reporting.test_asking import Country, country  # noqa: F401  # a fixture
from tests.support.recording import Caller
from tests.support.waiting import eventually

MANY: list[dict[str, Any]] = [
    {
        "event": "session",
        "name": f"m{one}",
        "region": "rp",
        "month": "2022-05",
        "nationality": "SY" if one % 3 else "TR",
    }
    for one in range(40)
]
TABLE = {"indicator": "counselling_sessions", "by": ["nationality"], "from": "2022-04", "to": "2022-06"}


async def submitted(country: Country, method: str) -> str:  # noqa: F811  # the value of the fixture
    """An edition that rp made and submitted; its id."""
    body = {"title": "Zweites Quartal", "as_of": "2022-06-30", "method": method, "tables": [TABLE]}
    made = await country.staff["rp"].send("POST", "editions", json=body)
    assert made.status_code == 201, made.text
    key = str(made.json()["edition_id"])
    assert (await country.staff["rp"].send("POST", f"editions/{key}/publish")).status_code == 403
    assert (await country.staff["rp"].send("POST", f"editions/{key}/submit")).status_code == 200

    async def heard() -> bool:
        found = (await country.coordination.send("GET", "submissions")).json()
        return [item["edition_id"] for item in found["items"]] == [key]

    await eventually(heard)
    return key


async def arrived(country: Country, key: str) -> dict[str, Any]:  # noqa: F811
    """The edition in its network, as soon as it is published there."""

    async def found() -> dict[str, Any] | None:
        edition = dict((await country.staff["rp"].send("GET", f"editions/{key}")).json())
        return edition if edition["state"] == "published" else None

    return dict(await eventually(found, 30.0))


async def keep_everywhere(country: Country, events: list[dict[str, Any]]) -> None:  # noqa: F811
    for network in ("rp", "de"):
        await Desk(country.apps[network].state.sessions, network).keep(events)


@pytest.mark.parametrize("method", ["rounded", "minimum3"])
async def test_what_a_network_submits_is_accepted_and_published_on_both_sides(country: Country, method: str) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, method)
    found = (await country.coordination.send("GET", "submissions")).json()
    assert found["items"][0]["region"] == "rp"
    assert "sn" not in found["missing"]
    assert "bw" in found["missing"]
    looked_at = (await country.coordination.send("GET", f"submissions/rp/{key}")).json()
    assert (looked_at["differences"], looked_at["refusal"]) == ([], None)
    accepted = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert accepted.status_code == 200, accepted.text
    there = await arrived(country, key)
    here = (await country.coordination.send("GET", f"editions/{key}")).json()
    assert (there["state"], here["state"], here["region"]) == ("published", "published", "rp")
    told = {"state": "published", "published_on": f"{clock.today()}"}
    assert here == there == looked_at["edition"] | told  # exactly what was looked at
    again = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert (again.status_code, "schon angenommen" in again.json()["detail"]) == (409, True)
    assert (await country.coordination.send("GET", "submissions")).json()["items"] == []
    reader = Caller(country.coordination.client, country.coordination.settings, Role.READER)
    assert [entry["edition_id"] for entry in (await reader.send("GET", "editions")).json()] == [key]


@pytest.mark.parametrize("nationality", ["TR", "AF"])  # another number, and a row that the centre does not have
async def test_numbers_that_the_records_do_not_bear_out_are_refused(country: Country, nationality: str) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    extra = [MANY[0] | {"name": f"never told {one}", "nationality": nationality} for one in range(9)]
    await Desk(country.apps["rp"].state.sessions, "rp").keep(extra)
    key = await submitted(country, "minimum3")
    looked_at = (await country.coordination.send("GET", f"submissions/rp/{key}")).json()
    here = sum(one["nationality"] == nationality for one in MANY)
    (row, total) = looked_at["differences"]
    assert row == {"table": 1, "values": [nationality], "told": here + 9, "here": here}
    assert total == {"table": 1, "values": ["Summe"], "told": len(MANY) + 9, "here": len(MANY)}
    assert "stimmen nicht" in looked_at["refusal"]["detail"]
    answer = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert answer.status_code == 409, answer.text
    assert "stimmen nicht mit den Datensätzen beim Bund überein" in answer.json()["detail"]
    assert (await country.staff["rp"].send("GET", f"editions/{key}")).json()["state"] == "submitted"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("shown = jsonb_set(shown, '{0,total}', '999')", "Prüfsumme und Tabellen passen nicht zusammen"),
        ("described = jsonb_set(described, '{0,total}', '999')", "widerspricht sich selbst"),
        ("described = '[{}]'", "widerspricht sich selbst"),
    ],
)
async def test_a_submission_that_contradicts_itself_is_refused(country: Country, change: str, words: str) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    async with country.apps["rp"].state.sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql(f"UPDATE edition SET {change}")
    looked_at = (await country.coordination.send("GET", f"submissions/rp/{key}")).json()
    assert (looked_at["edition"], words in looked_at["refusal"]["detail"]) == (None, True)
    answer = await country.coordination.send("POST", f"submissions/rp/{key}/accept")
    assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text


async def test_what_is_no_submission_counts_as_no_answer(country: Country) -> None:  # noqa: F811
    await keep_everywhere(country, MANY)
    key = await submitted(country, "minimum3")
    async with country.apps["rp"].state.sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("UPDATE edition SET title = repeat('x', 500)")
    assert (await country.coordination.send("POST", f"submissions/rp/{key}/accept")).status_code == 404
    assert "rp" in (await country.coordination.send("GET", "submissions")).json()["missing"]
    assert (await country.coordination.send("POST", f"submissions/*/{key}/accept")).status_code == 404
    assert (await country.coordination.send("GET", f"submissions/rp/{key}")).status_code == 404
