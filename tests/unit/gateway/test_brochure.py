"""The brochure: what stands in it, and that its PDF is accessible and the same each time."""

import io
from collections.abc import Iterator
from datetime import date

import pikepdf
import pytest
import typst

from services.gateway.brochure import brochure, content, missing
from services.gateway.paper import render_pdf
from tests.support.papers import elements
from tests.support.printed import printed_table, printed_tables

COMMON = date(2022, 12, 31)


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(brochure(printed_tables()))) as found:
        yield found


def test_the_pdf_has_the_properties_of_pdf_ua(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    assert str(root.Lang) == "de-DE"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert "/StructTreeRoot" in root
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Tabellenband – Stichtage wie gedruckt"


def test_every_font_is_embedded_and_ours(pdf: pikepdf.Pdf) -> None:
    names = set()
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            assert any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            names.add(str(thing.FontName).split("+")[-1].split("-")[0])
    assert names == {"FiraSans"}


def test_every_chart_has_its_words_and_every_table_its_heading(pdf: pikepdf.Pdf) -> None:
    found = list(elements(pdf.Root.StructTreeRoot))
    words = [str(element.Alt) for element in found if element.S == "/Figure"]
    assert len(words) == 13
    assert any("Syrien 52.570" in text for text in words)
    assert sum(element.S == "/H1" for element in found) == 15  # contents, method, thirteen tables
    assert sum(element.S == "/TH" for element in found) >= 13 * 4
    assert len(pdf.Root.Outlines.First.Parent.keys() & {"/First", "/Last"}) == 2  # bookmarks


def test_the_same_tables_give_the_same_bytes() -> None:
    one = printed_tables(COMMON)
    assert brochure(one) == brochure(printed_tables(COMMON))
    assert brochure(one) != brochure(printed_tables())


def test_the_file_is_dated_by_the_common_stichtag_or_the_day_it_knew_all() -> None:
    with pikepdf.open(io.BytesIO(brochure(printed_tables(COMMON)))) as found:
        assert str(found.docinfo["/CreationDate"]).startswith("D:20221231")
    with pikepdf.open(io.BytesIO(brochure(printed_tables()))) as found:
        assert str(found.docinfo["/CreationDate"]).startswith("D:20261124")


def test_the_title_says_which_stichtag_holds_and_what_comes_out() -> None:
    printed, common = content(printed_tables()), content(printed_tables(COMMON))
    assert printed["stichtag_title"] == "Stichtage wie gedruckt"
    assert common["stichtag_title"] == "Stichtag 31.12.2022"
    assert "Ein Stichtag für alle Netzwerke" in common["stichtag_words"]
    assert [(tile["number"], tile["words"]) for tile in printed["tiles"]] == [
        ("89", "gedruckte Zahlen"),
        ("89", "kommen genau so heraus"),
        ("0", "weichen ab, 0 sind offen"),
    ]
    assert printed["synthetic"]


def test_a_table_in_the_brochure() -> None:
    found = {table["id"]: table for table in content(printed_tables())["tables"]}
    (group,) = found["t02"]["groups"]
    assert group["rows"][4] == {
        "group": "",
        "label": "5. Iran",
        "value": "1.984",
        "printed": "1.984",
        "worded": False,
        "mark": "gleich",
        "share": "1,0\u00a0%",
        "printed_share": "1,0\u00a0%",
        "total": False,
        "doubtful": True,
        "link": group["rows"][4]["link"],
    }
    assert "nationality=IR" in group["rows"][4]["link"]
    assert [entry["name"] for entry in found["t05"]["groups"]] == ["Erstberatungen", "Folgeberatungen"]
    assert found["t01"]["shares"] == ["Anteil (abgeleitet)"]
    assert found["t12"]["shares"] == []
    assert found["t12"]["groups"][0]["rows"][0]["printed"] == "nur je einem"
    assert found["t01"]["passports"][0]["words"].startswith(
        "Zeitraum 01/2015 bis 09/2022. Stichtag 15.01.2019, bekannt am 24.11.2026. 16 von 16 Netzwerken"
    )


def test_what_is_open_says_why() -> None:
    table = printed_table("t07", answered=False)
    (section,) = content([table])["tables"]
    assert {row["mark"] for group in section["groups"] for row in group["rows"]} == {"offen"}
    assert section["passports"][0]["words"] == "Nein."
    brochure([table])


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (set(), ""),
        ({"sn"}, "Es fehlt: Sachsen."),
        ({"sn", "by"}, "Es fehlen 2 Netzwerke: Bayern, Sachsen."),
    ],
)
def test_missing_networks_are_named(codes: set[str], words: str) -> None:
    assert missing(codes) == words


def test_values_are_never_instructions() -> None:
    table = printed_table("t13")
    table["notes"] = ['#panic("no") *bold* $x$ <b>'] * 2
    brochure([table])


def test_a_picture_without_words_is_refused() -> None:
    table = printed_table("t13")
    data = content([table])
    data["tables"][0]["alt"] = None
    with pytest.raises(typst.TypstError):
        render_pdf("brochure.typ", data, {"t13": "<svg xmlns='http://www.w3.org/2000/svg'/>"}, dated=COMMON)
