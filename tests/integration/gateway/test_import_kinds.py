"""Every kind of import has its template, its German words and its mending page, and goes in from both."""

import csv
import html
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from services.gateway.api import IMPORTS
from services.gateway.pages.imports import TITLES
from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.waiting import eventually

# Per kind a row with the template's own headers, in German words; what is required and one thing more.
ROWS: dict[str, dict[str, str]] = {
    "structure": {
        "Kennung": "S-1",
        "Art der Einheit": "Träger",
        "Kürzel": "T-1",
        "Name": "Träger Eins",
        "Besteht seit": "01.01.2020",
    },
    "offerings": {"Kürzel": "A-1", "Programmlinie": "HSP 2", "Kursform": "Kurs"},
    "sessions": {
        "Kennung": "B-1",
        "Datum": "01.09.2022",
        "Programmlinie": "HSP 1",
        "Beratungsart": "Erstberatung",
        "Geschlecht": "weiblich",
        "Staatsangehörigkeit": "Syrien",
        "Fluchthintergrund": "ja",
    },
    "groups": {
        "Kennung": "G-1",
        "Datum": "01.09.2022",
        "Programmlinie": "Faire Integration",
        "Art der Gruppe": "Gruppeninformation",
        "Teilnehmende": "12",
    },
    "companies": {"Kennung": "U-1", "Datum": "01.09.2022", "Programmlinie": "HSP 4"},
    "meetings": {
        "Kennung": "V-1",
        "Datum": "01.09.2022",
        "Programmlinie": "HSP 3",
        "Format": "Schulung",
        "Teilnehmende": "12",
    },
    "participations": {"Kennung": "P-1", "Angebot": "A-9", "Eintritt am": "01.09.2022", "Geschlecht": "männlich"},
    "items": {"Kennung": "I-1", "Art des Eintrags": "Transfer", "Stand": "geplant"},
    "authorities": {
        "Kennung": "Z-1",
        "Name": "Landesprüfungsamt",
        "Berufe (KldB)": "814|818",
        "Land der Arbeit": "Saarland",
        "Zuletzt geprüft": "15.01.2026",
    },
    "bodies": {
        "Kennung": "S-1",
        "Name": "Schuldnerberatung Mitte",
        "Art der Stelle": "Schuldnerberatung",
        "Sprachen": "Arabisch|Ukrainisch",
        "Zuletzt geprüft": "15.01.2026",
    },
}


def sheet(header: list[str], row: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([header, row])
    return out.getvalue().encode()


async def shown(whole: Gateway, path: str, *words: str) -> str:
    """The page of an import once it says one of the words."""

    async def there() -> str:
        page = html.unescape((await whole.client.get(path)).text)
        return page if any(word in page for word in words) else ""

    return str(await eventually(there))


async def send(whole: Gateway, kind: str, content: bytes) -> str:
    """Upload a list on the page; the address of its progress."""
    page = await whole.client.get("/import")
    files = {"file": ("liste.csv", content, "text/csv")}
    sent = await whole.client.post(f"/import/{kind}", data={"csrf": csrf_of(page)}, files=files)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


@pytest.mark.timeout(90)
async def test_every_kind_goes_in_from_its_template_and_over_its_mending_page(whole: Gateway) -> None:
    assert list(ROWS) == list(TITLES) == list(IMPORTS)
    for kind, row in ROWS.items():
        await whole.sign_in("coordinator" if IMPORTS[kind].permission == "structure:write" else "admin")
        answer = await whole.client.get(f"/import/{kind}/vorlage.xlsx")
        book = load_workbook(io.BytesIO(answer.content))
        header = [str(cell.value).removesuffix(" *") for cell in book.worksheets[0][1]]
        assert row.keys() <= set(header), kind
        assert "Hinweise" in book.sheetnames
        await from_template(whole, kind, header, row)
        await over_the_mending_page(whole, kind, row)


async def from_template(whole: Gateway, kind: str, header: list[str], row: dict[str, str]) -> None:
    path = await send(whole, kind, sheet(header, [row.get(name, "") for name in header]))
    page = await shown(whole, path, "<h2>Fertig", "gescheitert")
    assert result(page) == [1, 0, 0], (kind, page)


async def over_the_mending_page(whole: Gateway, kind: str, row: dict[str, str]) -> None:
    """The same list with one header nobody knows: asked once, answered, and then it says nothing new."""
    path = await send(whole, kind, sheet(["Wie sie heißt", *list(row)[1:]], list(row.values())))
    page = await shown(whole, path, "Was bedeuten diese Angaben?", "gescheitert")
    assert "Wie sie heißt" in page, kind
    form: dict[str, Any] = {"csrf": page.split('name="csrf" value="')[1].split('"')[0]}
    names = re.findall(r'<select[^>]*name="(column:[^"]+)"', page)
    assert names == ["column:Wie sie heißt"], (kind, names)
    form[names[0]] = "external_id"
    mended = await whole.client.post(f"{path}/zuordnung", data=form)
    assert mended.status_code == 303, (kind, mended.text)
    assert result(await shown(whole, path, "<h2>Fertig", "gescheitert")) == [0, 1, 0], kind


def result(page: str) -> list[int]:
    """Rows taken over, unchanged and refused, as the page says them."""
    told = re.search(r"(\d+) übernommen, (\d+) unverändert, (\d+) abgelehnt", page)
    assert told, page
    return [int(number) for number in told.groups()]
