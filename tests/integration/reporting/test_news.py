"""What figures changed since a day, by the two clocks: then plus what became of records is now, for every line."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.figures import Figures
from services.reporting.notes.news import Changed, News
from tests.integration.reporting.conftest import TODAY, Desk

DAY = TODAY - timedelta(days=4)
BEFORE, SINCE = DAY - timedelta(days=1), DAY + timedelta(days=2)
OTHER = "fair_integration"
LINE = "recognition_counselling"


def session(name: str, received: date, recorded: date, month: str = "2026-09", **more: Any) -> dict[str, Any]:
    told = {"event": "session", "name": name, "received": received, "recorded_on": f"{recorded}", "month": month}
    return told | more


OLD = date(2026, 10, 5)
FACTS = [
    *(session(name, BEFORE, OLD) for name in ("stays", "gone", "moves", "changes")),
    session("was gone", BEFORE, OLD, withdrawn=True),
    session("elsewhere", BEFORE, OLD, region="sn"),
    session("gone", SINCE, SINCE, revision=2, withdrawn=True),
    session("moves", SINCE, SINCE, revision=2, programme_line=OTHER),
    session("changes", SINCE, SINCE, revision=2, nationality="UA"),
    session("was gone", SINCE, SINCE, revision=2),
    session("new", SINCE, SINCE, month=f"{DAY:%Y-%m}"),
    session("late", SINCE, SINCE),
    session("delayed", SINCE, OLD),
    session("made and withdrawn", SINCE, SINCE, month=f"{DAY:%Y-%m}", withdrawn=True, revision=2),
]


async def news(desk: Desk) -> list[Changed]:
    return await News(Figures(desk.sessions, desk.network, synthetic=False)).changed(DAY, TODAY)


def told(found: list[Changed]) -> dict[tuple[str, str | None], Changed]:
    return {(one.region, one.line): one for one in found}


@pytest.mark.parametrize("order", [1, -1])
async def test_each_step_of_records_is_told_apart_and_adds_up(empty_desk: Desk, order: int) -> None:
    assert await empty_desk.keep(FACTS[::order]) == []
    found = told(await news(empty_desk))
    assert set(found) == {("rp", LINE), ("rp", OTHER)}, "nothing is said of networks where nothing happened"
    one, other = found["rp", LINE], found["rp", OTHER]
    tally = one.tally
    assert (one.then, one.now, other.then, other.now) == (4, 6, 0, 1)
    assert (tally.new, tally.late, tally.delayed, tally.withdrawn, tally.restored) == (1, 2, 1, 1, 1)
    assert (tally.corrected, tally.moved, other.tally.corrected, other.tally.moved) == (1, -1, 1, 1)
    assert all(entry.then + entry.tally.change == entry.now for entry in found.values())


async def test_both_numbers_are_answers_of_their_special_requests(empty_desk: Desk) -> None:
    await empty_desk.keep(FACTS)
    for one in await news(empty_desk):
        then, now = await empty_desk.ask(one.then_query), await empty_desk.ask(one.now_query)
        assert (then["total"], now["total"]) == (one.then, one.now)
        assert (then["passport"]["known_at"], now["passport"]["known_at"]) == (f"{BEFORE}", f"{TODAY}")


async def test_other_kinds_are_told_by_their_own_indicator_also_in_a_network(empty_desk: Desk) -> None:
    desk = replace(empty_desk, network="rp")
    common = {"received": SINCE, "recorded_on": f"{SINCE}"}
    entry = {"event": "participation", "name": "p", "month_entered": "2026-09", **common}
    group = {"event": "group", "name": "g", "month": "2026-09", "participants": 12, **common}
    assert await desk.keep([entry, group]) == []
    found = {one.indicator: one for one in await news(desk)}
    assert (found["group_participants"].now, found["group_participants"].tally.late) == (12, 1)
    assert (found["qualification_entries"].line, found["qualification_entries"].now) == ("qualification", 1)
