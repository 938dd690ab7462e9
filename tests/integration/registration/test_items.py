"""Items at the desk and their public texts, through the API, with real roles; expected by hand (VST, GP, PDB)."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from services.registration.items.retention import EXPIRIES
from shared.clock import today
from shared.rights.expiry import Figures, count
from shared.vocabulary import Role
from tests.support.recording import Caller, recording, rows

TRANSFER = {"title": "APQ Pflege", "delivery": "blended", "azav": "none"}
PROJECT = {
    "title": "Willkommensmappe <b>neu</b>",
    "programme": "iko",
    "organisation": "Jobcenter Musterstadt",
    "house_type": "job_centre",
    "topic": "intercultural_competence",
    "idea": "Wer neu kommt, findet sich zurecht.",
    "done": "Eine Mappe in vier Sprachen.",
    "result": "Weniger Rückfragen.",
    "mailbox": "kontakt@jobcenter.example",
    "note": "CANARY-Notiz",
}
SEEN = {"seen_as_public": True}


@pytest.fixture
async def trainer(app: FastAPI) -> AsyncIterator[Caller]:
    """A trainer of a carrier; the service runs meanwhile."""
    async with recording(app, Role.TRAINER) as found:
        yield found


@pytest.fixture
def coordinator(trainer: Caller) -> Caller:
    """Who coordinates the network: of no carrier."""
    return Caller(trainer.client, trainer.settings, Role.COORDINATOR, None)


def body(kind: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"item_kind": kind, "values": values} | more


async def post(who: Caller, item: UUID, act: str, **content: Any) -> tuple[int, dict[str, Any]]:
    answer = await who.send("POST", f"items/{item}/{act}", json=content)
    return answer.status_code, answer.json() if answer.content else {}


async def told(app: Any, item: UUID, destination: str = "up") -> list[dict[str, Any]]:
    query = "SELECT convert_from(body, 'utf8') FROM outbox WHERE entity_id = :item AND destination = :to ORDER BY seq"
    return [json.loads(text) for (text,) in await rows(app, query, item=item, to=destination)]


async def test_vst_01_a_transfer_is_recorded_goes_its_steps_and_is_told(app: FastAPI, trainer: Caller) -> None:
    item = uuid4()
    saved = await trainer.put(f"items/{item}", body("transfer", TRANSFER))
    assert (saved["state"], saved["revision"]) == ("planned", 1)
    assert (await trainer.put(f"items/{item}", body("transfer", TRANSFER)))["revision"] == 1
    assert (
        await trainer.send("PUT", f"items/{item}", json=body("transfer", TRANSFER | {"note": "x"}))
    ).status_code == 409
    status, refused = await post(trainer, item, "state", state="completed", revision=1)
    assert (status, refused["errors"][0]["field"]) == (422, "state")
    assert (await post(trainer, item, "state", state="started", revision=1))[0] == 200
    assert (await post(trainer, item, "state", state="started", revision=1))[0] == 200  # there already
    assert (await post(trainer, item, "state", state="planned", revision=1, reason="Versehen"))[0] == 409
    status, refused = await post(trainer, item, "state", state="completed", revision=2)
    assert (status, refused["errors"][0]["field"]) == (422, "area")  # VST-02
    await trainer.put(f"items/{item}", body("transfer", TRANSFER | {"area": "health", "note": "CANARY"}, revision=2))
    assert (await post(trainer, item, "state", state="completed", revision=3))[1]["state"] == "completed"
    events = await told(app, item)
    assert [(event["revision"], event["state"], event["area"]) for event in events] == [
        (1, "planned", None),
        (2, "started", None),
        (3, "started", "health"),
        (4, "completed", "health"),
    ]
    assert events == await told(app, item, "region")
    assert {event["public"] for event in events} == {None}
    assert "CANARY" not in json.dumps(events)


async def test_vst_04_to_vst_07_a_request_under_the_azav_is_refused_in_german_naming_each_field(
    trainer: Caller,
) -> None:
    item = uuid4()
    values = TRANSFER | {"azav": "requested", "route": "azav", "content": "language"}
    answer = await trainer.send("PUT", f"items/{item}", json=body("transfer", values))
    assert answer.status_code == 422
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields == ["carrier_certified", "labour_market_interest", "content"]
    fine = values | {"carrier_certified": "yes", "labour_market_interest": "yes", "content": "mixed"}
    await trainer.put(f"items/{item}", body("transfer", fine))
    shown = (await trainer.send("GET", f"items/{item}")).json()
    assert shown["values"]["content"] == "mixed"
    assert [step["state"] for step in shown["steps"]] == ["started", "abandoned"]


async def test_gp_09_a_proposal_comes_from_a_unit_of_the_structure_and_goes_no_further_here(
    app: FastAPI, trainer: Caller, coordinator: Caller
) -> None:
    common = {"valid_from": "2020-01-01"}
    carrier = common | {"kind": "carrier", "code": "T-GP", "name": "Träger"}
    unit = common | {"kind": "sub_project", "code": "TP-GP", "name": "Teilprojekt", "parent_id": str(trainer.carrier)}
    await coordinator.put(f"structure/{trainer.carrier}", carrier)
    await coordinator.put(f"structure/{uuid4()}", unit | {"programme_line": "qualification"})
    item, values = uuid4(), {"title": "Lernwerkstatt", "round": "2019-2022", "unit": "TP-GP"}
    refused = await trainer.send("PUT", f"items/{item}", json=body("good_practice", values | {"unit": "TP-X"}))
    assert (refused.status_code, refused.json()["errors"][0]["allowed"]) == (422, ["TP-GP"])
    stranger = await trainer.at(uuid4()).send("PUT", f"items/{item}", json=body("good_practice", values))
    assert stranger.status_code == 422
    await trainer.put(f"items/{item}", body("good_practice", values))
    assert (await post(trainer, item, "state", state="published", revision=1))[0] == 422
    (event,) = await told(app, item)
    assert (event["state"], event["round"], event["public"]) == ("proposed", "2019-2022", None)


async def test_pdb_01_a_project_is_written_handed_in_released_and_only_then_told(
    app: FastAPI, trainer: Caller, coordinator: Caller
) -> None:
    item = uuid4()
    await trainer.put(f"items/{item}", body("project", PROJECT))
    assert await told(app, item) == await told(app, item, "region") == []
    assert (await post(trainer, item, "release", revision=1, **SEEN))[0] == 403
    assert (await post(coordinator, item, "submit", revision=1))[0] == 403
    assert (await post(coordinator, item, "release", revision=1, **SEEN))[0] == 409
    assert (await post(trainer, item, "submit", revision=1))[1]["review"] == "submitted"
    status, back = await post(coordinator, item, "return", revision=2, reason="Ergebnis fehlt noch")
    assert (status, back["review"]) == (200, "returned")
    await post(trainer, item, "submit", revision=3)
    status, refused = await post(coordinator, item, "release", revision=4)
    assert (status, refused["errors"][0]["field"]) == (422, "seen_as_public")
    assert (await post(coordinator, item, "release", revision=3, **SEEN))[0] == 409
    assert await told(app, item) == []
    assert (await post(coordinator, item, "release", revision=4, **SEEN))[1]["state"] == "published"
    (event,) = await told(app, item)
    assert event["public"]["title"] == "Willkommensmappe <b>neu</b>"
    assert (event["public"]["topic"], event["public"]["programme"]) == ("intercultural_competence", "iko")
    assert event["public"]["summary"].startswith("Art des Hauses: Jobcenter\n\nIdee: Wer neu kommt")
    assert "CANARY" not in json.dumps(event)


async def test_a_change_is_public_only_when_it_is_released_and_nothing_after_a_withdrawal(
    app: FastAPI, trainer: Caller, coordinator: Caller
) -> None:
    item = uuid4()
    await trainer.put(f"items/{item}", body("project", PROJECT))
    await post(trainer, item, "submit", revision=1)
    await post(coordinator, item, "release", revision=2, **SEEN)
    changed = PROJECT | {"title": "Mappe 2"}
    saved = await trainer.put(f"items/{item}", body("project", changed, revision=3))
    assert (saved["state"], saved["review"]) == ("published", "open")
    assert (await told(app, item))[-1]["public"]["title"] == PROJECT["title"]
    await trainer.put(f"items/{item}", body("project", changed | {"note": "anders"}, revision=4))
    await post(trainer, item, "submit", revision=5)
    await post(coordinator, item, "release", revision=6, **SEEN)
    assert (await told(app, item))[-1]["public"]["title"] == "Mappe 2"
    assert (await post(trainer, item, "state", state="withdrawn", revision=7))[0] == 422  # needs a reason
    assert (await post(trainer, item, "state", state="withdrawn", revision=7, reason="veraltet"))[0] == 200
    last = (await told(app, item))[-1]
    assert (last["state"], last["withdrawn"], last["public"]) == ("withdrawn", False, None)
    await post(trainer, item, "submit", revision=8)
    await post(coordinator, item, "release", revision=9, **SEEN)
    assert (await post(coordinator, item, "unpublish", revision=10, reason="Haus wünscht es"))[0] == 200
    assert (await told(app, item))[-1]["public"] is None
    for _ in range(2):
        assert (await trainer.send("POST", f"items/{item}/withdraw", json={"reason": "doppelt"})).status_code == 204
    last = (await told(app, item))[-1]
    assert (last["withdrawn"], last["public"], last["revision"]) == (True, None, 12)


async def test_pdb_04_what_looks_like_a_person_is_confirmed_by_both_or_taken_out(
    trainer: Caller, coordinator: Caller
) -> None:
    item = uuid4()
    values = PROJECT | {"idea": "Idee von Frau Beispiel, Tel. 0651 123456", "result": None}
    await trainer.put(f"items/{item}", body("project", values))
    status, refused = await post(trainer, item, "submit", revision=1)
    assert (status, [error["field"] for error in refused["errors"]]) == (422, ["result"])
    await trainer.put(f"items/{item}", body("project", values | {"result": "Gut"}, revision=1))
    status, refused = await post(trainer, item, "submit", revision=2)
    assert (status, [error["field"] for error in refused["errors"]]) == (422, ["idea"])
    for words in ("Frau Beispiel", "0651 123456", "bestätigen"):
        assert words in refused["detail"]
    assert (await post(trainer, item, "submit", revision=2, confirmed=True))[0] == 200
    assert (await post(coordinator, item, "release", revision=3, **SEEN))[0] == 422
    assert (await post(coordinator, item, "release", revision=3, confirmed=True, **SEEN))[0] == 200
    personal = PROJECT | {"mailbox": "anna.muster@example.org"}
    answer = await trainer.send("PUT", f"items/{uuid4()}", json=body("project", personal))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "mailbox")


async def test_each_carrier_sees_its_own_and_the_coordination_all(trainer: Caller, coordinator: Caller) -> None:
    item, other = uuid4(), trainer.at(uuid4())
    await trainer.put(f"items/{item}", body("transfer", TRANSFER))
    assert (await other.send("GET", f"items/{item}")).status_code == 404
    assert (await other.send("PUT", f"items/{item}", json=body("transfer", TRANSFER))).status_code == 404
    assert (await other.send("GET", "items")).json()["total"] == 0
    assert (await trainer.send("GET", "items?kind=transfer")).json()["items"][0]["title"] == "APQ Pflege"
    assert (await trainer.send("GET", "items?kind=project")).json()["total"] == 0
    assert (await coordinator.send("GET", f"items/{item}")).json()["values"] == TRANSFER
    assert str(item) in {one["item_id"] for one in (await coordinator.send("GET", "items?limit=500")).json()["items"]}
    stranger = Caller(trainer.client, trainer.settings, Role.COUNSELLOR, trainer.carrier)
    assert (await stranger.send("GET", "items")).status_code == 403


async def test_what_is_not_asked_or_no_text_is_refused(trainer: Caller) -> None:
    for values, field in (
        (TRANSFER | {"wetter": "gut"}, "wetter"),
        (TRANSFER | {"title": "a\x00b"}, "title"),
        (TRANSFER | {"offering": "APQ-9"}, "offering"),
        (TRANSFER | {"azav": "not_stated"}, "azav"),
    ):
        answer = await trainer.send("PUT", f"items/{uuid4()}", json=body("transfer", values))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    answer = await trainer.send("PUT", f"items/{uuid4()}", json=body("transfer", TRANSFER, state="abandoned"))
    assert answer.json()["errors"][0]["field"] == "state"
    item = uuid4()
    await trainer.put(f"items/{item}", body("transfer", TRANSFER))
    answer = await trainer.send("PUT", f"items/{item}", json=body("project", PROJECT, revision=1))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "item_kind")


async def test_a_run_and_an_offering_are_chosen_from_those_of_the_carrier(trainer: Caller) -> None:
    run, item = uuid4(), uuid4()
    await trainer.put(f"runs/{run}", {"programme": "iko", "public_title": "IKÖ 4.0", "starts_on": "2026-03-04"})
    await trainer.put(f"items/{item}", body("project", PROJECT | {"run": str(run)}))
    assert (await trainer.send("GET", f"items/{item}")).json()["values"]["run"] == str(run)
    found = {one["kind"]: one for one in (await trainer.send("GET", "items/kinds")).json()}
    options = {one["name"]: one["options"] for one in found["project"]["fields"]}
    assert options["run"] == [[str(run), "IKÖ 4.0 (04.03.2026)"]]
    other = await trainer.at(uuid4()).send("PUT", f"items/{uuid4()}", json=body("project", PROJECT | {"run": str(run)}))
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "run")


async def test_texts_of_a_withdrawn_item_go_after_their_time_and_its_state_stays(app: FastAPI, trainer: Caller) -> None:
    (expiry,), tomorrow = EXPIRIES, today() + timedelta(days=1)
    gone, kept = uuid4(), uuid4()
    for item in (gone, kept):
        await trainer.put(f"items/{item}", body("transfer", TRANSFER | {"note": "Notiz"}))
    await trainer.send("POST", f"items/{gone}/withdraw", json={"reason": "doppelt"})
    async with app.state.sessions() as session, session.begin():
        before = await count(session, expiry, tomorrow)
        assert await count(session, expiry, today()) == Figures()
        await expiry.act(session, [gone])
        assert (before and before.count, await count(session, expiry, tomorrow)) == (1, Figures())
    found = await rows(app, "SELECT item_id, state, details FROM item ORDER BY withdrawn DESC")
    assert [(key, state, details.get("note")) for key, state, details in found] == [
        (gone, "planned", None),
        (kept, "planned", "Notiz"),
    ]
