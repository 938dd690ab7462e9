"""The paper of a Good Practice sheet: all its parts, tagged, the same bytes for the same sheet (GP-10)."""

import io
from typing import Any

import pikepdf
import pytest

from services.gateway.sheet_paper import content_of, sheet_pdf

SHEET: dict[str, Any] = {
    "item_id": "7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b14",
    "region": "rp",
    "published_on": "2026-05-05",
    "round": "2019-2022",
    "programme_line": "qualification",
    "area": None,
    "title": "Lernwerkstatt #strong[x]",
    "subtitle": "Am Arbeitsplatz",
    "summary": "Eins\nzwei\n\ndrei",
    "initial_situation": "Ausgang",
    "implementation": None,
    "offer": "Material",
    "project": "Brücke",
    "organisation": "Werk",
    "mailbox": "kontakt@werk.example",
    "url": None,
    "transferred_to": ["bb", "sn"],
}


def test_gp_10_the_paper_says_what_the_page_says() -> None:
    found = content_of(SHEET)
    assert found["kind"] == "Rheinland-Pfalz · 2019–2022 · Qualifizierung"
    assert found["summary"] == ["Eins\nzwei", "drei"]
    assert [head for head, _ in found["sections"]] == ["Ausgangslage und Herausforderung", "Was angeboten wird"]
    assert found["facts"] == [
        ("Projekt", "Brücke"),
        ("Träger", "Werk"),
        ("Kontakt", "kontakt@werk.example"),
        ("Übertragen nach", "Brandenburg, Sachsen"),
    ]


@pytest.mark.parametrize("more", [{}, {"summary": None, "subtitle": None, "transferred_to": [], "project": "漢字"}])
def test_it_is_tagged_titled_and_always_the_same(more: dict[str, Any]) -> None:
    content = sheet_pdf(SHEET | more)
    assert sheet_pdf(SHEET | more) == content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == SHEET["title"]  # no markup
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "pdfuaid" in str(pdf.Root.Metadata.read_bytes())
