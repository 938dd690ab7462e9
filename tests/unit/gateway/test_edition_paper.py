"""An edition on paper: accessible, the same each time, a draft marked as one."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from services.gateway.edition_paper import content_of, edition_pdf
from tests.support.papers import elements
from tests.support.shown_editions import edition, of_period, sheets

NETWORK = "MUT IQ – Bund"


def pdf_of(**more: Any) -> bytes:
    return edition_pdf(edition(**more), sheets(), NETWORK, centre=True)


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf_of(tables=[*edition()["tables"], of_period("2022-01", None)]))) as found:
        yield found


def test_the_pdf_has_the_properties_of_pdf_ua(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.MarkInfo.Marked
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Zweites Quartal 2022"


def test_tables_have_headings_and_heads(pdf: pikepdf.Pdf) -> None:
    kinds = [str(element.S) for element in elements(pdf.Root.StructTreeRoot)]
    assert kinds.count("/H1") == 3  # protection, two tables
    assert kinds.count("/Table") == 2
    assert kinds.count("/TH") == 6


def test_the_same_edition_gives_the_same_bytes_and_a_draft_others() -> None:
    assert pdf_of() == pdf_of()
    assert pdf_of(state="draft") != pdf_of()


def test_what_stands_in_it() -> None:
    found = content_of(edition(), sheets(), NETWORK, centre=True)
    assert found["facts"] == [
        ("Herausgegeben von", NETWORK),
        ("Stichtag", "15.07.2022, 24 Uhr"),
        ("Schutz kleiner Zahlen", "Mindestzahl 3"),
        ("Prüfsumme", "ab" * 32),
    ]
    assert found["tables"][0]["rows"][0] == {
        "labels": ("Iran",),
        "value": "gesperrt",
        "share": "–",
        "hidden": True,
        "mark": "",
    }
