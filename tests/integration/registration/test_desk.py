"""What is due, restoring, and whether anything has changed: registration's side of the desk."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.tables import MeetingRow, OfferingRow, ParticipationRow
from shared import clock
from shared.vocabulary import Role
from tests.support.recording import Caller, recording

MEETING: dict[str, Any] = {"date": "2026-05-04", "programme_line": "intercultural", "format": "training"}
COMMON: dict[str, Any] = {"revision": 1, "origin": "imported", "programme_line": "intercultural"}


@pytest.fixture
async def trainer(app: Any) -> AsyncIterator[Caller]:
    async with recording(app, Role.TRAINER) as caller:
        yield caller


def offering(carrier: UUID, code: str, ends: date | None) -> OfferingRow:
    found = {"offering_id": uuid4(), "carrier_id": carrier, "external_id": code, "ends": ends, "recorded_on": ends}
    return OfferingRow(**COMMON | found | {"form": "course", "delivery": "online", "recorded_on": clock.today()})


async def test_offerings_that_are_over_without_a_number_are_due(app: Any, trainer: Caller) -> None:
    today = clock.today()
    over, admin = today - timedelta(days=3), Caller(trainer.client, trainer.settings, Role.ADMIN, trainer.carrier)
    rows = {
        code: offering(trainer.carrier, code, ends)
        for code, ends in (
            ("due", over),
            ("running", today),
            ("open", None),
            ("long ago", today - timedelta(days=200)),
            ("counted", over),
            ("attended", over),
        )
    }
    rows["foreign"] = offering(uuid4(), "foreign", over)
    common = COMMON | {"carrier_id": trainer.carrier, "recorded_on": today}
    counted = common | {"offering_id": rows["counted"].offering_id, "format": "training", "role": "own", "number": 1}
    attended = common | dict.fromkeys(("nationality", "refugee_background", "gender", "age_group"), "not_stated")
    attended |= {"delivery": "online", "form": "course", "came_from_counselling": "no", "entered_on": over}
    attended |= {"ended_on": over, "result": "finished"}
    async with app.state.sessions() as session, session.begin():
        session.add_all(rows.values())
        session.add(MeetingRow(meeting_id=uuid4(), date=over, participants=9, new_participants=9, **counted))
        attended["offering_id"] = rows["attended"].offering_id
        session.add(ParticipationRow(participation_id=uuid4(), **attended))
    (item,) = (await admin.send("GET", "due")).json()["items"]
    assert (item["entity_id"], item["due"]) == (str(rows["due"].offering_id), (over + timedelta(days=1)).isoformat())
    assert "Angebot due" in item["title"]
    assert (await trainer.send("GET", "due")).json()["items"] == []  # only the administration can send it
    coordinator = Caller(trainer.client, trainer.settings, Role.COORDINATOR, trainer.carrier)
    assert (await coordinator.send("GET", "due")).status_code == 403


async def test_a_withdrawn_meeting_comes_back_and_the_mark_moves(trainer: Caller) -> None:
    start = (await trainer.send("GET", "changes")).json()
    key = uuid4()
    await trainer.put(f"meetings/{key}", MEETING | {"participants": 12})
    after = (await trainer.send("GET", f"changes?floor={start['floor']}")).json()
    assert after["mark"] != start["mark"]
    await trainer.send("POST", f"meetings/{key}/withdraw", json={"reason": "Probe"})
    for _ in range(2):
        assert (await trainer.send("POST", f"meetings/{key}/restore")).status_code == 204
    found = (await trainer.send("GET", f"meetings/{key}")).json()
    assert (found["withdrawn"], found["revision"], found["participants"]) == (False, 3, 12)
    assert (await trainer.at(uuid4()).send("POST", f"meetings/{key}/restore")).status_code == 404
    stranger = await trainer.at(uuid4()).send("GET", f"changes?floor={start['floor']}")
    assert stranger.json()["mark"] == start["mark"]
