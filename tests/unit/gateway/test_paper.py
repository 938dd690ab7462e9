"""Papers can be printed whatever somebody is called."""

from datetime import date

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from services.gateway.consent_paper import Agreement, consent_pdf
from services.gateway.disclosure import Disclosure, as_json, as_pdf
from services.gateway.folder.content import Content
from services.gateway.folder.paper import sheet_pdf
from services.gateway.paper import FOLDER, FONTS, INSTEAD, printable
from shared.vocabulary.consents import ConsentPurpose

TODAY = date(2026, 11, 26)


def test_the_ranges_are_those_the_fonts_have() -> None:
    families = [[set(TTFont(path).getBestCmap()) for path in folder.glob("*.ttf")] for folder in FONTS]
    whole = set.union(*(set.intersection(*family) for family in families))
    common = {code for code in whole if code >= ord(" ")}
    ranges = [line.split("-") for line in (FOLDER / "glyphs.txt").read_text().split()]
    assert {code for a, b in ranges for code in range(int(a, 16), int(b, 16) + 1)} == common
    assert ord(INSTEAD) in common


def test_what_has_no_glyph_is_replaced_and_nothing_else() -> None:
    assert printable("Ägidius Łukasz Прыклад Ελλάδα „–“ €") == "Ägidius Łukasz Прыклад Ελλάδα „–“ €"
    assert printable("مثال نمونه پژوهش") == "مثال نمونه پژوهش"
    assert printable("A 例子") == "A " + 2 * INSTEAD


def test_a_disclosure_is_printed_in_any_script_and_says_what_it_cannot_print() -> None:
    entry = [{"name": "original_name", "label": "Name in eigener Schrift", "value": "مثال 例", "text": "مثال 例"}]
    section = {"name": "person", "title": "Angaben zur Person", "entries": [entry]}
    found = Disclosure("1", "Träger", date(2026, 11, 26), [section], [], 0)
    assert as_pdf(found).startswith(b"%PDF-")
    assert "مثال 例" in as_json(found).decode()


@pytest.mark.parametrize("synthetic", [True, False])
def test_each_page_about_an_invented_person_says_so(*, synthetic: bool) -> None:
    agreement = Agreement("Beispiel, Ada", "Träger", "Kanzlei", "", [ConsentPurpose.REFERRAL], "", TODAY)
    sheet = Content(office="Mitte", contact="Platz 1", name="Beispiel, Ada", done=(), next=())
    for pdf in (
        as_pdf(Disclosure("1", "Träger", TODAY, [], [], 0), synthetic=synthetic),
        consent_pdf(agreement, TODAY, synthetic=synthetic),
        sheet_pdf(sheet, "IQ1:0", 0, "", TODAY, "uk", synthetic=synthetic),
    ):
        texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
        assert ["Synthetische Daten" in text for text in texts] == [synthetic] * len(texts)
