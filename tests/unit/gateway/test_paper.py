"""Papers can be printed whatever somebody is called."""

from datetime import date

from fontTools.ttLib import TTFont

from services.gateway.disclosure import Disclosure, as_json, as_pdf
from services.gateway.paper import FOLDER, FONTS, INSTEAD, printable


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
