"""Rows of erased persons are rejected when a carrier's file is sent again; whoever comes back is new."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from services.counselling.bulk.sessions import SessionImport
from services.counselling.rights.erasure import erase_subject
from shared.clock import today
from shared.importing.kinds import RowOutcome
from shared.importing.rows import person_ref_key
from shared.rights import Subject
from tests.conftest import MakeDatabase
from tests.support import lists
from tests.support.lists import BLANK, CARRIER, Importer, dated

REFERENCE = "Aktenzeichen 4711"


@pytest.fixture
async def importer(database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Importer]:
    """Files of sessions of a carrier."""
    monkeypatch.setitem(lists.IMPORTS, "sessions", SessionImport)
    made = Importer(database("counselling"))
    yield made
    await made.engine.dispose()


def row(key: str, day: str, reference: str = REFERENCE, **more: Any) -> dict[str, Any]:
    """A row of a list of sessions, as the parser leaves it."""
    values = {"programme_line": "recognition_counselling", "session_type": "follow_up", "person_ref": reference}
    return BLANK | values | {"external_id": key, "date": date.fromisoformat(day)} | dated(more)


async def erase(importer: Importer) -> None:
    """Erase whom the carrier's old system calls by the reference."""
    key = importer.settings.signing_key.get_secret_value()
    subject = Subject(CARRIER, references=(person_ref_key(CARRIER, REFERENCE, key),))
    async with importer.sessions() as session, session.begin():
        await erase_subject(session, subject, key, today() - timedelta(days=1), "test")


async def outcomes(importer: Importer, *rows: dict[str, Any]) -> list[RowOutcome]:
    """What becomes of a file."""
    return await importer.outcomes("sessions", *rows)


async def test_the_same_row_sent_again_is_rejected_as_erased(importer: Importer) -> None:
    first, other = row("S-1", "2024-05-01"), row("S-2", "2024-05-02", "jemand anderes")
    assert await importer.file("sessions", first, other) == ["accepted", "accepted"]
    await erase(importer)
    again = await outcomes(importer, first, other)
    assert [entry.outcome for entry in again] == ["rejected", "unchanged"]
    assert "gelöscht" in again[0].message
    # Changed, or with the id of another row: it is she all the same.
    changed = await outcomes(importer, first | {"date": date(2024, 6, 1), "person_ref": None}, row("S-3", "2024-05-03"))
    assert [(entry.outcome, entry.column) for entry in changed] == [
        ("rejected", "external_id"),
        ("rejected", "person_ref"),
    ]


async def test_an_erasure_repeated_changes_nothing_and_counts_stay(importer: Importer) -> None:
    await importer.file("sessions", row("S-1", "2024-05-01"), row("S-2", "2024-06-01"))
    for _ in range(2):
        await erase(importer)
    async with importer.sessions() as session:
        connection = await session.connection()
        query = "SELECT count(*), count(person_key), count(external_id), count(row_hash) FROM counselling_session"
        assert tuple((await connection.exec_driver_sql(query)).one()) == (2, 0, 0, 0)
        assert (await connection.exec_driver_sql("SELECT count(*) FROM tombstone")).scalar_one() == 3
        stones = "".join(map(str, (await connection.exec_driver_sql("SELECT hashed FROM tombstone")).all()))
    assert "S-1" not in stones
    assert "4711" not in stones


async def test_who_comes_back_after_the_erasure_is_taken_in_as_somebody_new(importer: Importer) -> None:
    await importer.file("sessions", row("S-1", "2024-05-01"))
    await erase(importer)
    assert await importer.file("sessions", row("S-9", f"{today()}")) == ["accepted"]
    async with importer.sessions() as session:
        connection = await session.connection()
        query = "SELECT seen_before FROM counselling_session WHERE external_id = 'S-9'"
        assert (await connection.exec_driver_sql(query)).scalar_one() == "no"
