"""What the coordination watches beside figures: services, cohorts, and transfers whose title is public."""

from datetime import UTC, date, datetime
from typing import Any

from services.reporting.oversight.cohorts import cohorts
from services.reporting.oversight.services import services_heard
from services.reporting.oversight.transfers import titled_transfers
from services.reporting.tables import DifferenceRow, HeartbeatRow
from tests.integration.reporting.conftest import TODAY, Desk

HEARD = datetime(2026, 11, 24, 9, tzinfo=UTC)


async def test_each_service_is_shown_with_its_backlog_and_what_differs(empty_desk: Desk) -> None:
    async with empty_desk.sessions() as session, session.begin():
        for context, depth in (("registration", 0), ("counselling", 4)):
            beat = {"outbox_depth": depth, "oldest_undelivered_seconds": 9 * depth}
            session.add(HeartbeatRow(region="rp", context=context, received_at=HEARD, beat=beat))
        for kind, bucket in (("session_recorded", 1), ("session_recorded", 2), ("procedure_advanced", 1)):
            sums: dict[str, Any] = {"told": 1, "held": 2, "since": HEARD}
            session.add(DifferenceRow(region="rp", kind=kind, bucket=bucket, state="wanted", **sums))
        await session.flush()
        found = await services_heard(session)
        await session.rollback()
    shown = [(one.service, one.outbox_depth, one.oldest_undelivered_seconds, one.differing) for one in found]
    assert shown == [("counselling", 4, 36, 3), ("registration", 0, 0, 0)]


async def test_cohorts_are_the_runs_in_force_of_the_intercultural_programmes(empty_desk: Desk) -> None:
    runs: list[dict[str, Any]] = [
        {
            "name": "mainz",
            "programme": "ikke_mib",
            "accepted": 5,
            "registered": 1,
            "waiting": 2,
            "month_from": "2026-02",
        },
        {"name": "merzig", "programme": "ikke_mib", "region": "sl", "month_from": "2026-05"},
        {"name": "course", "programme": "qualification"},
        {"name": "aalen", "programme": "iko", "region": "bw"},
        {"name": "gone", "programme": "iko"},
        {"name": "gone", "programme": "iko", "revision": 2, "withdrawn": True},
    ]
    await empty_desk.keep({"event": "run", "public_title": one["name"], **one} for one in runs)
    async with empty_desk.sessions() as session:
        found = await cohorts(session)
    assert [(one.public_title, one.region) for one in found.items] == [
        ("merzig", "sl"),
        ("mainz", "rp"),
        ("aalen", "bw"),
    ]
    assert found.total == 3
    mainz = found.items[1]
    assert (mainz.accepted, mainz.registered, mainz.waiting, mainz.max_places) == (5, 1, 2, 8)


async def test_vst_01_transfers_with_a_title_are_those_that_the_indicator_counts_on_that_day(empty_desk: Desk) -> None:
    public = {"title": "Pflege-Brücke", "organisation": "Pflegeschule am Fluss"}
    items: list[dict[str, Any]] = [
        {"name": "a", "state": "planned", "recorded_on": "2022-01-10"},
        {
            "name": "a",
            "state": "completed",
            "area": "health",
            "revision": 2,
            "recorded_on": "2022-06-01",
            "public": public,
        },
        {
            "name": "b",
            "state": "started",
            "recorded_on": "2022-02-01",
            "region": "sn",
            "public": {"title": "Ärzte-Kurs"},
        },
        {"name": "c", "state": "abandoned", "recorded_on": "2022-02-01", "public": {"title": "Aufgegeben"}},
        {"name": "d", "item_kind": "project", "state": "published", "recorded_on": "2022-02-01", "public": public},
    ]
    await empty_desk.keep({"event": "item", **one} for one in items)
    for as_of, titles in (("2022-05-31", ["Ärzte-Kurs"]), ("2022-06-01", ["Pflege-Brücke", "Ärzte-Kurs"])):
        async with empty_desk.sessions() as session:
            found = await titled_transfers(session, date.fromisoformat(as_of), TODAY)
        assert ([one.title for one in found.items], found.total) == (titles, len(titles))
        counted = await empty_desk.ask(f"indicator=transfers&as_of={as_of}")
        assert counted["total"] == 2  # a is planned before, without a title
    async with empty_desk.sessions() as session:
        early = await titled_transfers(session, TODAY, date(2022, 1, 1))
    assert early.total == 0  # nothing had been received
