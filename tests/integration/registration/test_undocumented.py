"""What is due of the projects of a run (IKO-25, PDB-02): one for each accepted house, before the closing event."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from services.registration.item_tables import ItemRow
from services.registration.items.undocumented import undocumented
from services.registration.run_tables import RunMeetingRow, TrainingRunRow

CARRIER = uuid4()
CLOSING = datetime(2026, 11, 20, 9, tzinfo=UTC)
BEFORE = date(2026, 11, 20) - timedelta(days=28)


def run(**values: Any) -> TrainingRunRow:
    common: dict[str, Any] = {"run_id": uuid4(), "carrier_id": CARRIER, "recorded_on": date(2026, 1, 5)}
    common |= {"programme": "iko", "programme_line": "intercultural", "state": "confirmed", "public_title": "IKÖ 4.0"}
    common |= {"starts_on": date(2026, 3, 4), "min_places": 3, "max_places": 8, "policy": "strict", "accepted": 2}
    return TrainingRunRow(**common | values)


def closing(run_id: UUID, **values: Any) -> RunMeetingRow:
    common: dict[str, Any] = {"run_meeting_id": uuid4(), "carrier_id": CARRIER, "run_id": run_id, "step": "closing"}
    common |= {"number": 1, "starts_at": CLOSING, "ends_at": CLOSING + timedelta(hours=6), "state": "planned"}
    return RunMeetingRow(**common | values)


def project(run_id: UUID, **values: Any) -> ItemRow:
    common: dict[str, Any] = {
        "item_id": uuid4(),
        "carrier_id": CARRIER,
        "recorded_on": date(2026, 11, 2),
        "revision": 1,
    }
    common |= {"item_kind": "project", "state": "draft", "delivery": "not_stated", "origin": "entered"}
    return ItemRow(**common | {"run_id": run_id} | values)


async def keep(app: FastAPI, *rows: Any) -> None:
    async with app.state.sessions() as session, session.begin():
        for row in rows:
            session.add(row)
            await session.flush()


async def due(app: FastAPI, today: date, carrier: UUID = CARRIER) -> list[tuple[int, int, date]]:
    async with app.state.sessions() as session:
        found = await undocumented(session, (carrier,), today)
    return [(one.projects, one.houses, one.closing) for one in found]


async def test_iko_25_a_run_is_due_until_each_house_has_a_project(app: FastAPI) -> None:
    one = run()
    cancelled = closing(one.run_id, state="cancelled", starts_at=CLOSING + timedelta(days=90))
    await keep(app, one, cancelled, closing(one.run_id), project(one.run_id))
    await keep(app, project(one.run_id, withdrawn=True), project(one.run_id, item_kind="transfer"))
    day = CLOSING.date()
    assert await due(app, BEFORE - timedelta(days=1)) == []
    assert await due(app, BEFORE) == [(1, 2, day)]
    assert await due(app, day + timedelta(days=30)) == [(1, 2, day)]
    assert await due(app, day, uuid4()) == []
    await keep(app, project(one.run_id, state="published"))
    assert await due(app, day) == []


@pytest.mark.parametrize(
    "values",
    [{"state": "announced"}, {"state": "cancelled"}, {"programme": "ikbo"}, {"withdrawn": True}, {"accepted": 0}],
)
async def test_no_other_run_is_due(app: FastAPI, values: dict[str, Any]) -> None:
    one = run(ends_on=date(2026, 11, 20), **values)
    await keep(app, one)
    assert await due(app, CLOSING.date()) == []
