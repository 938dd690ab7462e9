"""What a reader sees of numbers that were printed before: the number, a word beside it, and what that means."""

import pytest

from services.gateway.edition_paper import content_of
from tests.integration.gateway.test_edition_pages import BY_NATION, Site, centre, text_of
from tests.integration.reporting.test_printed_figures import printed
from tests.support.shown_editions import PASSPORT, edition, sheets

__all__ = ["centre", "printed"]

NOTE = "„gedruckt“: bereits gedruckt in IQ konkret 3/2022"


@pytest.mark.usefixtures("printed")
async def test_the_page_for_everyone_marks_what_was_printed(centre: Site) -> None:
    key = await centre.publish(BY_NATION)
    await centre.sign_out()
    shown = text_of(await centre.get(f"/daten/{key}"))
    assert "Afghanistan 3 gedruckt; laut Datensätzen 0" in shown
    assert "Syrien 5 gedruckt; laut Datensätzen gesperrt" in shown
    assert "Türkei 4 gedruckt" in shown
    assert "Insgesamt 12 gedruckt" in shown
    assert NOTE in shown
    english = text_of(await centre.get(f"/daten/{key}?sprache=en"))
    assert "5 printed; according to the records withheld" in english
    assert "already printed in IQ konkret 3/2022" in english
    found = (await centre.get(f"/daten/{key}.json")).json()["tables"][0]
    assert found["printed_in"] == "IQ konkret 3/2022"
    assert (await centre.get(f"/daten/{key}.pdf")).content.startswith(b"%PDF")


@pytest.mark.usefixtures("printed")
async def test_the_mark_stands_in_a_comparison_too(centre: Site) -> None:
    first, second = await centre.publish(BY_NATION), await centre.make(BY_NATION, as_of="16.07.2022")
    shown = text_of(await centre.get(f"/veroeffentlichungen/vergleich?a={first}&b={second}"))
    assert "Türkei 4 (gedruckt)" in shown
    assert "Insgesamt 12 (gedruckt)" in shown


async def test_nothing_is_marked_without_print(centre: Site) -> None:
    key = await centre.publish(BY_NATION)
    assert "gedruckt" not in text_of(await centre.get(f"/daten/{key}"))


def test_paper_marks_rows_and_total() -> None:
    rows = [{"nationality": "SY", "value": 5, "share": None, "printed": True, "recorded": None}]
    table = {"indicator": "counselling_sessions", "by": ["nationality"], "passport": PASSPORT, "rows": rows}
    table |= {"total": 12, "total_printed": True, "printed_in": "IQ konkret 3/2022"}
    (found,) = content_of(edition(tables=[table]), sheets(), "MUT IQ – Bund", centre=True)["tables"]
    assert found["rows"][0]["mark"] == "gedruckt; laut Datensätzen gesperrt"
    assert found["mark"] == "gedruckt"
    assert found["notes"][0].startswith(NOTE)
