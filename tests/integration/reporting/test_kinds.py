"""Records without a month of their own are facts like all others; a participation lies in that of its entry."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from services.reporting.tables import BodyRow, FactRow
from shared.topology import CENTRE
from tests.integration.reporting.conftest import Desk
from tests.support.events import entity

EVENTS: list[dict[str, Any]] = [
    {"event": "participation", "name": "p", "month_entered": "2018-12", "recorded_on": "2019-01-08"},
    {
        "event": "participation",
        "name": "p",
        "revision": 2,
        "month_entered": "2018-12",
        "month_ended": "2019-03",
        "result": "finished",
        "recorded_on": "2019-04-02",
    },
    {"event": "item", "name": "t", "state": "completed", "recorded_on": "2022-09-20"},
]


@pytest.mark.parametrize("network", [CENTRE, "rp"])
async def test_participations_and_items_are_kept_from_the_day_they_were_recorded(
    desk: Callable[[str], Desk], network: str
) -> None:
    reporting = desk(network)
    assert await reporting.keep([*EVENTS, EVENTS[0]]) == []
    async with reporting.sessions() as session:
        query = select(FactRow).order_by(col(FactRow.kind), col(FactRow.revision))
        found = list(await session.exec(query))
        told = select(BodyRow).where(BodyRow.kind == "participation_recorded", BodyRow.revision == 2)
        body = (await session.exec(told)).one().body
    assert [(row.kind, row.entity_id, row.revision, row.month, row.effective_on) for row in found] == [
        ("item_changed", entity("t"), 1, None, date(2022, 9, 20)),
        ("participation_recorded", entity("p"), 1, "2018-12", date(2019, 1, 8)),
        ("participation_recorded", entity("p"), 2, "2018-12", date(2019, 4, 2)),
    ]
    assert body["month_ended"] == "2019-03"
    assert ("nationality" in body) is (network != CENTRE)
