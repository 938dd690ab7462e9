"""Who is new after an import of company counsellings; expected values are typed by hand (contracts §4)."""

from datetime import date

from sqlmodel import select

from services.counselling.tables import CompanyRow
from shared.importing.rows import row_digest
from tests.support.lists import OTHER, Importer, company


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
