"""An import of sessions is judged by the state after the whole file; expected by hand (contracts §4, §5)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from services.counselling.bulk.sessions import SessionImport
from services.counselling.tables import SessionRow
from shared.database import make_engine, session_factory
from shared.importing.kinds import ParsedRow
from shared.importing.rows import row_digest
from shared.importing.tables import ImportJob
from shared.settings import Settings
from tests.conftest import MakeDatabase

CARRIER = uuid4()


class Importer:
    """Applies files of rows of one carrier to a real database."""

    def __init__(self, url: str) -> None:
        self.settings = Settings(env="test", network="rp", database_url=url, signing_key="k" * 40)
        self.engine = make_engine(url)
        self.sessions = session_factory(self.engine)

    async def file(self, *rows: dict[str, Any]) -> list[str]:
        """Apply a file; one outcome per row, in order of the rows."""
        base = {"programme_line": "recognition_counselling", "recorded_on": None, "withdrawn_on": None, "occasions": ()}
        parsed = [ParsedRow(number, base | row) for number, row in enumerate(rows, 2)]
        job = ImportJob(kind="sessions", carrier_id=CARRIER, requested_by="test", header=[])
        async with self.sessions() as session, session.begin():
            outcomes = await SessionImport.with_settings(self.settings)(session, job, parsed)
        return [entry.outcome for entry in sorted(outcomes)]

    async def table(self) -> dict[str, tuple[str, str, int, bool]]:
        """(type, seen_before, revision, withdrawn) by external id."""
        async with self.sessions() as session:
            found = await session.exec(select(SessionRow))
            return {
                str(row.external_id): (row.session_type, row.seen_before, row.revision, row.withdrawn) for row in found
            }


def row(key: str, day: str, kind: str, person: str | None = "A", **more: Any) -> dict[str, Any]:
    return {
        "external_id": key,
        "date": date.fromisoformat(day),
        "session_type": kind,
        "person_ref": person,
        "nationality": "SY",
        "refugee_background": "yes",
        "gender": "female",
    } | more


@pytest.fixture
async def importer(database: MakeDatabase) -> Any:
    made = Importer(database("counselling"))
    yield made
    await made.engine.dispose()


async def test_the_order_of_the_rows_does_not_matter(importer: Importer) -> None:
    rows = [row("2", "2020-05-01", "follow_up"), row("3", "2024-05-01", "first"), row("1", "2020-03-01", "first")]
    assert await importer.file(*rows) == ["accepted"] * 3
    assert await importer.table() == {
        "1": ("first", "no", 1, False),
        "2": ("follow_up", "this_round", 1, False),
        "3": ("first", "earlier_round", 1, False),
    }
    assert await importer.file(*reversed(rows)) == ["unchanged"] * 3


async def test_a_second_first_of_a_round_is_rejected_wherever_it_stands(importer: Importer) -> None:
    late, early = row("late", "2020-05-01", "first"), row("early", "2020-03-01", "first")
    assert await importer.file(late, early) == ["rejected", "accepted"]
    assert await importer.file(row("more", "2019-01-01", "first")) == ["rejected"]
    assert list(await importer.table()) == ["early"]


async def test_a_follow_up_without_a_first_stays_and_a_person_not_named_is_not_known(importer: Importer) -> None:
    assert await importer.file(row("1", "2020-03-01", "follow_up"), row("2", "2020-03-01", "first", None)) == [
        "accepted",
        "accepted",
    ]
    assert await importer.table() == {"1": ("follow_up", "no", 1, False), "2": ("first", "not_known", 1, False)}


async def test_a_withdrawn_first_hands_over_and_a_row_withdrawn_in_its_own_file_takes_no_place(
    importer: Importer,
) -> None:
    told = {"recorded_on": date(2020, 6, 1)}
    await importer.file(row("1", "2020-03-01", "first", **told), row("2", "2020-05-01", "follow_up", **told))
    gone = row("1", "2020-03-01", "first", **told, withdrawn_on=date(2026, 1, 2))
    never = row("0", "2020-01-01", "follow_up", recorded_on=date(2020, 1, 1), withdrawn_on=date(2020, 1, 5))
    assert await importer.file(gone, never) == ["accepted", "accepted"]
    table = await importer.table()
    assert table["2"] == ("first", "no", 2, False)
    assert table["1"][2:] == (3, True)
    assert table["0"] == ("follow_up", "no", 2, True)


async def test_a_first_hands_over_on_the_day_it_was_withdrawn_not_on_that_of_its_row(importer: Importer) -> None:
    told = {"recorded_on": date(2020, 6, 1)}
    await importer.file(row("1", "2020-03-01", "first", **told), row("2", "2020-05-01", "follow_up", **told))
    gone = {"recorded_on": date(2020, 7, 1), "withdrawn_on": date(2020, 9, 1)}
    assert await importer.file(row("1", "2020-03-01", "first", **gone)) == ["accepted"]
    async with importer.sessions() as session:
        second = (await session.exec(select(SessionRow).where(SessionRow.external_id == "2"))).one()
    assert (second.session_type, second.recorded_on) == ("first", date(2020, 9, 1))  # never two firsts on one Stichtag


async def test_no_digest_of_a_row_can_be_searched_for_the_reference(importer: Importer) -> None:
    given = row("1", "2020-03-01", "first", "4711")
    await importer.file(given)
    async with importer.sessions() as session:
        kept = (await session.exec(select(SessionRow))).one().row_hash
    base = {"programme_line": "recognition_counselling", "recorded_on": None, "withdrawn_on": None, "occasions": ()}
    assert kept != row_digest(base | given)


async def test_a_session_imported_before_others_changes_what_they_saw(importer: Importer) -> None:
    await importer.file(row("2", "2024-05-01", "first"))
    await importer.file(row("1", "2020-03-01", "first"))
    assert (await importer.table())["2"] == ("first", "earlier_round", 2, False)


@pytest.mark.parametrize(
    "days",
    [
        {"recorded_on": date(2099, 1, 1)},
        {"recorded_on": date(2020, 2, 1)},
        {"recorded_on": date(2020, 4, 1), "withdrawn_on": date(2020, 3, 15)},
    ],
    ids=["future", "before the session", "withdrawn before recorded"],
)
async def test_impossible_days_of_recording_are_rejected(importer: Importer, days: dict[str, date]) -> None:
    assert await importer.file(row("1", "2020-03-01", "first", **days)) == ["rejected"]
    assert await importer.table() == {}


async def test_a_row_may_name_the_same_day_of_recording_each_time_it_changes(importer: Importer) -> None:
    # "Equal means today" compares with the row before, not with the stored revision (contracts §5).
    told = {"recorded_on": date(2020, 6, 1)}
    for nationality in ("SY", "TR", "UA"):
        assert await importer.file(row("1", "2020-05-01", "first", nationality=nationality, **told)) == ["accepted"]
    assert (await importer.table())["1"] == ("first", "no", 3, False)
    older = row("1", "2020-05-01", "first", nationality="IR", recorded_on=date(2020, 5, 20))
    assert await importer.file(older) == ["rejected"]
