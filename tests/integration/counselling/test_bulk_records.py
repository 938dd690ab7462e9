"""Imports of group information and of company counsellings; expected values are typed by hand (contracts §4, §5)."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from services.counselling.bulk.companies import CompanyImport
from services.counselling.bulk.groups import GroupImport
from services.counselling.tables import CompanyRow, GroupRow, UnitRow
from shared import clock
from shared.database import make_engine, session_factory
from shared.importing.kinds import ParsedRow, RowOutcome
from shared.importing.tables import ImportJob
from shared.revisions import row_digest
from shared.settings import Settings
from tests.conftest import MakeDatabase

CARRIER, OTHER = uuid4(), uuid4()
IMPORTS = {"groups": GroupImport, "companies": CompanyImport}
TODAY = clock.today()


class Importer:
    """Applies files of a carrier to a real database."""

    def __init__(self, url: str) -> None:
        self.settings = Settings(env="test", network="rp", database_url=url, signing_key="k" * 40)
        self.engine = make_engine(url)
        self.sessions = session_factory(self.engine)

    async def outcomes(
        self, kind: str, *rows: dict[str, Any], carrier: UUID = CARRIER, origin: str = "imported"
    ) -> list[RowOutcome]:
        """Apply a file; outcomes in order of the rows."""
        parsed = [ParsedRow(number, row) for number, row in enumerate(rows, 2)]
        job = ImportJob(kind=kind, carrier_id=carrier, requested_by="test", header=[], origin=origin)
        async with self.sessions() as session, session.begin():
            return sorted(await IMPORTS[kind].with_settings(self.settings)(session, job, parsed))

    async def file(self, kind: str, *rows: dict[str, Any], carrier: UUID = CARRIER) -> list[str]:
        """Apply a file; what became of each row."""
        return [entry.outcome for entry in await self.outcomes(kind, *rows, carrier=carrier)]

    async def companies(self, carrier: UUID = CARRIER) -> dict[str, tuple[bool, int, bool, str]]:
        """(is new, revision, withdrawn, recorded on) by external id."""
        async with self.sessions() as session:
            found = await session.exec(select(CompanyRow).where(CompanyRow.carrier_id == carrier))
            return {
                str(row.external_id): (row.company_is_new, row.revision, row.withdrawn, row.recorded_on.isoformat())
                for row in found
            }

    async def events(self, external_id: str) -> list[tuple[int, bool, bool, str]]:
        """(revision, withdrawn, is new, recorded on) of the lean events of a company's record."""
        query = text(
            "SELECT convert_from(body, 'utf8') FROM outbox JOIN counselling_company ON company_id = entity_id "
            "WHERE destination = 'up' AND external_id = :name ORDER BY outbox.revision"
        )
        async with self.sessions() as session:
            connection = await session.connection()
            bodies = [json.loads(row[0]) for row in await connection.execute(query, {"name": external_id})]
        return [(b["revision"], b["withdrawn"], b["company_is_new"], b["recorded_on"]) for b in bodies]


BLANK = {"office": None, "recorded_on": None, "withdrawn_on": None}


def company(key: str, day: str, reference: str | None = "HRB 1", **more: Any) -> dict[str, Any]:
    values = {"programme_line": "skilled_worker_networks", "participants": 1, "sector": None, "size_class": None}
    return (
        BLANK | values | {"external_id": key, "date": date.fromisoformat(day), "company_ref": reference} | dated(more)
    )


def group(key: str, day: str, **more: Any) -> dict[str, Any]:
    values = {"programme_line": "fair_integration", "group_type": "information", "participants": 17}
    values |= {"topic": "recognition", "language": "ar"}
    return BLANK | values | {"external_id": key, "date": date.fromisoformat(day)} | dated(more)


def dated(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name.endswith("_on") and value else value for name, value in values.items()
    }


KINDS = pytest.mark.parametrize(("kind", "row"), [("groups", group), ("companies", company)])


@pytest.fixture
async def importer(database: MakeDatabase) -> Any:
    made = Importer(database("counselling"))
    yield made
    await made.engine.dispose()


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


async def test_the_order_of_the_rows_does_not_matter(importer: Importer) -> None:
    told = {"recorded_on": "2026-01-02"}
    rows = [
        company("b", "2024-05-01", **told),
        company("d", "2022-12-31", **told),  # the last day of the round before
        company("a", "2023-01-01", **told),
        company("c", "2024-05-01", "HRB 2", **told),
        company("e", "2024-05-01", None, **told),
        company("f", "2024-05-01", None, **told),
    ]
    assert await importer.file("companies", *rows) == ["accepted"] * 6
    expected = {
        "a": (True, 1, False, "2026-01-02"),
        "b": (False, 1, False, "2026-01-02"),
        "c": (True, 1, False, "2026-01-02"),
        "d": (True, 1, False, "2026-01-02"),
        "e": (True, 1, False, "2026-01-02"),
        "f": (True, 1, False, "2026-01-02"),
    }
    assert await importer.companies() == expected
    assert await importer.file("companies", *reversed(rows), carrier=OTHER) == ["accepted"] * 6
    assert await importer.companies(OTHER) == expected
    assert await importer.companies() == expected


async def test_a_late_row_of_an_early_day_takes_the_place_of_a_stored_one(importer: Importer) -> None:
    await importer.file("companies", company("1", "2024-05-01", recorded_on="2024-05-02"))
    await importer.file("companies", company("0", "2024-03-01", recorded_on="2024-09-01"))
    assert await importer.companies() == {"0": (True, 1, False, "2024-09-01"), "1": (False, 2, False, "2024-09-01")}
    assert await importer.events("1") == [(1, False, True, "2024-05-02"), (2, False, False, "2024-09-01")]


async def test_a_row_corrected_twice_moves_and_comes_back(importer: Importer) -> None:
    one, two = (
        company("1", "2024-05-01", recorded_on="2024-05-02"),
        company("2", "2024-06-01", recorded_on="2024-06-02"),
    )
    await importer.file("companies", one, two)
    moved = one | {"company_ref": "HRB 9", "recorded_on": date(2024, 7, 1)}
    assert await importer.file("companies", moved, two) == ["accepted", "unchanged"]
    assert await importer.companies() == {"1": (True, 2, False, "2024-07-01"), "2": (True, 2, False, "2024-07-01")}
    back = one | {"date": date(2024, 6, 15), "recorded_on": date(2024, 8, 1)}
    assert await importer.file("companies", back) == ["accepted"]
    assert await importer.companies() == {"1": (False, 3, False, "2024-08-01"), "2": (True, 2, False, "2024-07-01")}


async def test_a_withdrawn_row_hands_over_on_the_day_of_its_withdrawal(importer: Importer) -> None:
    one, two = (
        company("1", "2024-05-01", recorded_on="2024-05-02"),
        company("2", "2024-06-01", recorded_on="2024-06-02"),
    )
    await importer.file("companies", one, two)
    gone = one | {"recorded_on": date(2024, 7, 1), "withdrawn_on": date(2024, 9, 1)}
    assert await importer.file("companies", gone) == ["accepted"]
    assert await importer.events("1") == [
        (1, False, True, "2024-05-02"),
        (2, False, True, "2024-07-01"),
        (3, True, True, "2024-09-01"),
    ]
    assert await importer.events("2") == [(1, False, False, "2024-06-02"), (2, False, True, "2024-09-01")]


async def test_a_row_withdrawn_in_its_own_file_takes_no_place(importer: Importer) -> None:
    rows = [
        company("1", "2024-05-01", recorded_on="2024-05-02", withdrawn_on="2024-05-03"),
        company("2", "2024-06-01", recorded_on="2024-06-02"),
        company("3", "2024-07-01", recorded_on="2024-07-02", withdrawn_on="2024-07-03"),
    ]
    assert await importer.file("companies", *rows) == ["accepted"] * 3
    table = await importer.companies()
    assert {name: entry[:3] for name, entry in table.items()} == {
        "1": (True, 2, True),
        "2": (True, 1, False),
        "3": (False, 2, True),
    }


async def test_a_correction_in_the_file_changes_rows_of_an_earlier_file_once(importer: Importer) -> None:
    told = {"recorded_on": "2024-08-01"}
    await importer.file("companies", *(company(str(n), f"2024-0{n}-01", **told) for n in range(1, 5)))
    later = {"recorded_on": date(2024, 9, 1)}
    one, two = company("1", "2024-06-01"), company("2", "2024-07-01")
    assert await importer.file("companies", one | later, two | later) == ["accepted", "accepted"]
    assert await importer.companies() == {
        "1": (False, 2, False, "2024-09-01"),
        "2": (False, 2, False, "2024-09-01"),
        "3": (True, 2, False, "2024-09-01"),
        "4": (False, 1, False, "2024-08-01"),
    }


async def test_no_digest_of_a_row_can_be_searched_for_the_reference(importer: Importer) -> None:
    row = company("1", "2024-05-01", "4711")
    await importer.file("companies", row)
    async with importer.sessions() as session:
        found = (await session.exec(select(CompanyRow))).one()
    assert found.row_hash != row_digest(row)
    assert found.company_key is not None
    assert "4711" not in found.company_key
    assert await importer.file("companies", row | {"company_ref": "4712"}) == ["accepted"]


async def test_a_long_file_written_in_parts_tells_every_row_once(importer: Importer) -> None:
    rows = [group(str(number), "2024-05-01") for number in range(2100)]
    assert set(await importer.file("groups", *rows)) == {"accepted"}
    counts = "SELECT (SELECT count(*) FROM counselling_group), (SELECT count(*) FROM audit), count(*) FROM outbox"
    async with importer.sessions() as session:
        connection = await session.connection()
        assert tuple((await connection.execute(text(counts))).one()) == (2100, 2100, 4200)
