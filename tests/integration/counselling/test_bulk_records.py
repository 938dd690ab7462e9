"""Imports of group information and of company counsellings; expected values are typed by hand (contracts §4, §5)."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from services.counselling.tables import CompanyRow, GroupRow, UnitRow
from shared import clock
from shared.importing.kinds import RowOutcome
from tests.support.lists import CARRIER, OTHER, Importer, company, group

TODAY = clock.today()
KINDS = pytest.mark.parametrize(("kind", "row"), [("groups", group), ("companies", company)])


@KINDS
async def test_same_row_unchanged_changed_row_next_revision(importer: Importer, kind: str, row: Any) -> None:
    one, two = row("1", "2024-05-01", recorded_on="2024-05-02"), row("2", "2024-05-01")
    assert await importer.file(kind, one, two) == ["accepted", "accepted"]
    assert await importer.file(kind, two, one) == ["unchanged", "unchanged"]
    changed = one | {"participants": 18, "recorded_on": date(2024, 6, 1)}
    assert await importer.file(kind, changed, two) == ["accepted", "unchanged"]
    table = {"groups": GroupRow, "companies": CompanyRow}[kind]
    async with importer.sessions() as session:
        found = (await session.exec(select(table).where(table.external_id == "1"))).one()  # type: ignore[attr-defined]
    assert (found.participants, found.revision, found.recorded_on) == (18, 2, date(2024, 6, 1))


@KINDS
async def test_the_same_name_is_free_at_another_carrier_and_twice_in_a_file_refused(
    importer: Importer, kind: str, row: Any
) -> None:
    assert await importer.file(kind, row("1", "2024-05-01")) == ["accepted"]
    assert await importer.file(kind, row("1", "2024-05-01"), carrier=OTHER) == ["accepted"]
    _, again = await importer.outcomes(kind, row("2", "2024-05-01"), row("2", "2024-06-01"))
    text = "Die Kennung steht schon in Zeile 2. Bitte eine der Zeilen entfernen."
    assert again == RowOutcome(3, "rejected", "external_id", "2", text)


@KINDS
@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"recorded_on": "2099-01-01"}, "recorded_on", "Zukunft"),
        ({"recorded_on": "2024-04-30"}, "recorded_on", "liegt vor"),
        ({"recorded_on": "2024-06-01", "withdrawn_on": "2024-05-15"}, "withdrawn_on", "Rücknahme"),
        ({"withdrawn_on": "2099-01-01"}, "withdrawn_on", "Zukunft"),
        ({"office": "gibt-es-nicht"}, "office", "Strukturregister"),
    ],
)
async def test_a_row_that_cannot_be_says_why(
    importer: Importer, kind: str, row: Any, change: dict[str, str], column: str, words: str
) -> None:
    ((_, outcome, at, _, message),) = await importer.outcomes(kind, row("1", "2024-05-01", **change))
    assert (outcome, at) == ("rejected", column)
    assert words in message


@KINDS
@pytest.mark.parametrize(
    ("day", "line", "words"),
    [
        ("2018-12-31", "skilled_worker_networks", "01.01.2019"),
        ("2017-10-31", "fair_integration", "01.11.2017"),
        ("1999-01-01", "intercultural", "Förderprogramm"),
        ((TODAY + timedelta(days=1)).isoformat(), "intercultural", "Zukunft"),
    ],
)
async def test_lines_and_days_that_do_not_go_together(
    importer: Importer, kind: str, row: Any, day: str, line: str, words: str
) -> None:
    ((_, outcome, at, _, message),) = await importer.outcomes(kind, row("1", day, programme_line=line))
    assert (outcome, at) == ("rejected", "date")
    assert words in message


@KINDS
async def test_a_row_withdrawn_in_the_old_system_is_two_revisions(importer: Importer, kind: str, row: Any) -> None:
    told = row("1", "2024-05-01", recorded_on="2024-05-02", withdrawn_on="2024-07-01")
    assert await importer.file(kind, told) == ["accepted"]
    async with importer.sessions() as session:
        connection = await session.connection()
        bodies = await connection.execute(
            text("SELECT convert_from(body, 'utf8') FROM outbox WHERE destination = 'up' ORDER BY revision")
        )
        found = [json.loads(row[0]) for row in bodies]
    assert [(body["revision"], body["withdrawn"], body["recorded_on"]) for body in found] == [
        (1, False, "2024-05-02"),
        (2, True, "2024-07-01"),
    ]


@KINDS
async def test_generated_data_is_marked(importer: Importer, kind: str, row: Any) -> None:
    await importer.outcomes(kind, row("1", "2024-05-01"), origin="synthetic")
    async with importer.sessions() as session:
        connection = await session.connection()
        bodies = await connection.execute(text("SELECT convert_from(body, 'utf8') FROM outbox"))
        assert {json.loads(row[0])["origin"] for row in bodies} == {"synthetic"}


async def test_a_group_keeps_what_the_row_says(importer: Importer) -> None:
    office, project = uuid4(), uuid4()
    valid = {"revision": 1, "withdrawn": False, "valid_from": date(2020, 1, 1)}
    async with importer.sessions() as session, session.begin():
        session.add(UnitRow(structure_id=office, kind="office", code="B-1", name="B", parent_id=project, **valid))
        session.add(UnitRow(structure_id=project, kind="sub_project", code="T", name="T", parent_id=CARRIER, **valid))
    assert await importer.file("groups", group("1", "2024-05-01", office="B-1")) == ["accepted"]
    async with importer.sessions() as session:
        found = (await session.exec(select(GroupRow))).one()
    kept = (found.date, found.programme_line, found.group_type, found.participants, found.topic, found.language)
    assert kept == (date(2024, 5, 1), "fair_integration", "information", 17, "recognition", "ar")
    assert (found.office_id, found.origin, found.carrier_id) == (office, "imported", CARRIER)


async def test_a_long_file_written_in_parts_tells_every_row_once(importer: Importer) -> None:
    rows = [group(str(number), "2024-05-01") for number in range(2100)]
    assert set(await importer.file("groups", *rows)) == {"accepted"}
    counts = "SELECT (SELECT count(*) FROM counselling_group), (SELECT count(*) FROM audit), count(*) FROM outbox"
    async with importer.sessions() as session:
        connection = await session.connection()
        assert tuple((await connection.execute(text(counts))).one()) == (2100, 2100, 4200)
