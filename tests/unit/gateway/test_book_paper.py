"""Books on paper and as workbooks: accessible, every table numbered and marked, nothing left out silently."""

import io
from collections.abc import Iterator

import openpyxl
import pikepdf
import pytest

from services.gateway.books.form import book_form, order_of, quarters_until
from services.gateway.books.making import Making
from services.gateway.books.paper import book_pdf, content
from services.gateway.books.shown import heading, picture, shown, signed
from services.gateway.books.workbook import workbook
from shared.problems import Problem
from tests.support.papers import elements
from tests.support.stored_books import TODAY, book, changes, figures, lines, published, refused


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(book_pdf(book()))) as found:
        yield found


def test_the_pdf_has_the_properties_of_pdf_ua(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.MarkInfo.Marked
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", "Spiegelblatt Sachsen, 3. Quartal 2026")


def test_every_table_has_its_heading_and_every_chart_its_words(pdf: pikepdf.Pdf) -> None:
    found = list(elements(pdf.Root.StructTreeRoot))
    assert sum(element.S == "/Table" for element in found) == 4  # of five tables one is not there
    assert sum(element.S == "/H2" for element in found) >= 5
    words = [str(element.Alt) for element in found if element.S == "/Figure"]
    assert words == ["Nach Netzwerk. Karte der Länder, dunkler bei größeren Zahlen: Rheinland-Pfalz 12, Sachsen 1.204."]
    assert "/Outlines" in pdf.Root


def test_the_same_book_gives_the_same_bytes_and_another_one_others() -> None:
    assert book_pdf(book()) == book_pdf(book())
    assert book_pdf(book(hash="c" * 64)) != book_pdf(book())


def test_double_pages_of_networks() -> None:
    tables = [{**lines(), "id": "key_figures", "region": code} for code in ("rp", "sn")]
    spreads = book(kind="in_figures", title="IQ in Zahlen aller Netzwerke, 3. Quartal 2026", tables=tables)
    with pikepdf.open(io.BytesIO(book_pdf(spreads))) as found:
        assert len(found.pages) == 4  # the title, then each begins on a left page
        headings = [element for element in elements(found.Root.StructTreeRoot) if element.S == "/H1"]
    assert len(headings) == 3


def test_what_is_not_there_is_said_in_front_and_at_its_place() -> None:
    found = content(book(), {})
    assert found["failed"] == ["Tabelle 3, Zeitnähe: Kein Netzwerk hat geantwortet."]
    assert (found["tables"][2]["rows"], found["tables"][2]["problem"]) == ([], "Kein Netzwerk hat geantwortet.")


def test_columns_say_their_period() -> None:
    table = shown(figures(), 1)
    assert table.columns == ("Netzwerk", "3. Quartal 2026", "Anteil", "3. Quartal 2025", "Förderrunde 01/2023–09/2026")
    assert heading({"period": "stock", "from": "", "to": "", "as_of": "2026-09-30"}) == "Bestand am 30.09.2026"
    assert heading({"period": "series", "from": "2024-10", "to": "2026-09"}) == "Anzahl"


def test_rows_follow_the_order_of_networks_and_what_was_not_answered_is_no_zero() -> None:
    table = shown(figures(), 1)
    assert [row.cells for row in table.rows] == [
        ("Rheinland-Pfalz", 12, 0.0099, 0, None),
        ("Sachsen", 1204, 0.9901, 5, None),
    ]
    assert table.total == ("Insgesamt", 1216, "", 5, None)
    assert "Nicht beantwortet (Förderrunde 01/2023–09/2026): Zu alt." in table.notes
    assert "Unvollständig: Es fehlt: Hessen." in table.notes


def test_every_line_has_its_own_unit_and_passport() -> None:
    table = shown(lines(), 2)
    assert [row.cells for row in table.rows] == [
        ("Erstberatungen", "Erstberatungen", 7, 9),
        ("Verweise", "Verweise", 1, 2),
    ]
    assert [entry["head"] for entry in table.passports] == ["first_counsellings, Version 1", "referrals, Version 1"]


def test_published_values_stand_with_their_protection_and_a_hidden_one_is_named() -> None:
    table = shown(published(), 4)
    assert [row.cells[1:] for row in table.rows] == [
        ("IQ konkret 3/2022, bundesweit, wie gedruckt, Stichtag 15.10.2022", 1000, 181175, 1000 / 181175),
        ("Edition, Sachsen, Mindestzahl 3, Stichtag 30.09.2026", 2, "gesperrt", ""),
    ]
    assert (
        table.rows[0].cells[0]
        == "Erstberatungen (Handlungsfeld: Anerkennungs- und Qualifizierungsberatung), 01/2019–09/2022"
    )


def test_changes_are_told_by_reason_and_sign() -> None:
    table = shown(changes(), 5)
    assert [row.cells for row in table.rows] == [
        ("Erstberatungen", "3 verspätet erfasst, 1 Rücknahme", 10, 12, "+2"),
        ("Verweise", "keine Änderung", 4, 4, "±0"),
        ("Zeitnähe", "Nur das Netzwerk weiß es.", None, None, "–"),
    ]
    assert table.notes[0].startswith(
        "Seit dem letzten Buch: 2. Quartal 2026, Stichtag 14.07.2026, bekannt am 15.07.2026."
    )
    assert [signed(value) for value in (1204, -4, 0)] == ["+1.204", "−4", "±0"]


def test_no_chart_where_nothing_can_be_drawn() -> None:
    assert picture(refused()) is None
    assert picture(lines()) is None


def test_the_workbook_has_a_sheet_for_each_table_and_every_passport() -> None:
    found = openpyxl.load_workbook(io.BytesIO(workbook(book())))
    assert found.sheetnames == [
        "Inhalt",
        "1 Nach Netzwerk",
        "2 Auf einen Blick",
        "3 Zeitnähe",
        "4 Neben dem Veröffentlichten",
        "5 Änderungen",
        "Zahlenpass",
    ]
    for name in found.sheetnames:
        assert any("intern" in str(cell.value) for line in found[name].iter_rows(max_row=2) for cell in line), name
    sheet = [[cell.value for cell in line] for line in found["1 Nach Netzwerk"].iter_rows()]
    assert sheet[5] == ["Rheinland-Pfalz", 12, 0.0099, 0, None]
    passports = [[cell.value for cell in line] for line in found["Zahlenpass"].iter_rows(min_row=3)]
    assert len(passports) == 2 + 1 + 4 + 1 + 1 + 2  # a number without an answer has a line too
    assert ("nicht beantwortet", "Zu alt.") in {(line[6], line[7]) for line in passports}


def test_no_cell_is_a_formula() -> None:
    table = {**lines(), "title": '=HYPERLINK("x")', "note": "=1+1"}
    found = openpyxl.load_workbook(io.BytesIO(workbook(book(tables=[table]))))
    cells = [cell for sheet in found for line in sheet.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type == "f"]


def test_values_are_never_instructions() -> None:
    book_pdf(book(tables=[{**lines(), "title": '#panic("no") *x* $y$', "note": "#x"}]))


def test_the_newest_quarter_that_has_ended_is_chosen() -> None:
    kinds = [{"kind": "mirror", "title": "Spiegelblatt"}]
    form = book_form(kinds, TODAY, "key", centre=False)
    assert (form.text("quarter"), form.text("kind")) == ("2026-Q3", "mirror")
    assert quarters_until(TODAY)[0] == ("2026-Q4", "4. Quartal 2026 (läuft noch, vorläufig)")
    assert order_of(form) == {"kind": "mirror", "region": "", "quarter": "2026-Q3", "as_of": None, "known_at": None}
    typed = form.with_values({"kind": "mirror", "quarter": "2026-Q3", "as_of": "bald", "known_at": "32.01.2026"})
    with pytest.raises(Problem) as wrong:
        order_of(typed)
    assert [error.field for error in wrong.value.errors] == ["as_of", "known_at"]


async def test_a_paper_is_made_once_and_a_failure_is_tried_anew() -> None:
    making, made = Making(), []

    async def make() -> bytes:
        made.append(1)
        if len(made) == 1:
            raise ValueError("no paper")
        return b"paper"

    with pytest.raises(ValueError, match="no paper"):
        await making.begin("a", make)
    assert not making.ready("a")
    assert await making.begin("a", make) == b"paper"
    assert await making.begin("a", make) == b"paper"
    assert (making.ready("a"), len(made)) == (True, 2)
