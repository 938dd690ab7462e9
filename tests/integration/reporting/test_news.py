"""What figures changed since a day, by the two clocks: then plus what became of records is now, for every line."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.figures import Figures
from services.reporting.notes import happenings
from services.reporting.notes.news import Changed, News
from services.reporting.tables import AcceptanceRow, EditionRow, ExpectedRow, HeartbeatRow
from shared.inbox import ParkedRow
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
    session("changed late", BEFORE, OLD),
    session("changed late", SINCE, OLD, revision=2, nationality="UA"),
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
    assert (one.then, one.now, other.then, other.now) == (5, 7, 0, 1)
    assert (tally.new, tally.late, tally.delayed, tally.withdrawn, tally.restored) == (1, 2, 1, 1, 1)
    assert (tally.corrected, tally.moved, other.tally.corrected, other.tally.moved) == (2, -1, 1, 1)
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


async def test_what_happened_beside_the_figures_is_told_since_the_mark(desk: Callable[[str], Desk]) -> None:
    centre, key = desk("de"), uuid4()
    mark, now = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC)
    edition = {"region": "sn", "title": "Quartal", "as_of": DAY, "known_at": DAY, "method": "rounded", "hash": "0"}
    parts: dict[str, Any] = {"asked": [], "shown": [], "described": [], "domains": {}, "created_by": "sn"}
    parked: dict[str, Any] = {"stream": "CASES", "fate": "dead", "reason": "x", "headers": {}, "body": b""}
    async with centre.sessions() as session, session.begin():
        for region, at in (("rp", mark), ("sn", now)):
            session.add(HeartbeatRow(region=region, context="counselling", received_at=at, beat={}))
        for day in (date(2026, 11, 19), date(2026, 11, 23)):
            session.add(ExpectedRow(region="sn", kind="session_recorded", day=day, records=1))
        for name, state, made in (("new", "published", DAY), ("draft", "draft", SINCE), ("old", "published", BEFORE)):
            published = made if state == "published" else None
            common = {**edition, **parts, "title": name, "created_on": made, "published_on": published}
            session.add(EditionRow(edition_id=key if name == "new" else uuid4(), state=state, **common))
        session.add(AcceptanceRow(edition_id=key, region="sn", hash="0", published_on=DAY, confirmed_at=now))
        for day, subject in ((SINCE, "up.sn.counselling.x"), (BEFORE, "up.rp.counselling.x")):
            session.add(ParkedRow(sequence=1, subject=subject, parked_on=day, **parked))
    async with centre.sessions() as session:
        silent = await happenings.silent_networks(session, DAY, now, TODAY)
        assert [(one.region, one.back, one.days) for one in silent] == [("rp", False, 4), ("sn", True, 3)]
        assert [row.title for row in await happenings.editions(session, DAY, drafts=False)] == ["new"]
        assert [row.title for row in await happenings.editions(session, DAY, drafts=True)] == ["draft", "new"]
        (answer,) = await happenings.answers(session, mark)
        assert (answer["title"], answer["confirmed"]) == ("new", True)
        assert await happenings.answers(session, now) == []
        assert await happenings.parked(session, DAY) == [{"region": "sn", "messages": 1}]
