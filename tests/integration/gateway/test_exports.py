"""Export of a period in another system's columns, through the gateway, on the real services."""

import csv
import html
import io
from typing import Any
from uuid import uuid4

from openpyxl import load_workbook

from tests.integration.gateway.conftest import Gateway

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "fair_integration", "occasions": ["pay"]}
PERIOD = "from=2026-05-01&to=2026-05-31"


async def recorded(whole: Gateway) -> list[str]:
    """Sessions of May and June, one of May withdrawn."""
    who, keys = await whole.as_role("counsellor"), [str(uuid4()) for _ in range(4)]
    for key, day in zip(keys, ("2026-05-04", "2026-05-31", "2026-06-01", "2026-05-05"), strict=True):
        saved = await whole.client.put(f"/api/v1/sessions/{key}", headers=who, json=SESSION | {"date": day})
        assert saved.status_code == 200, saved.text
    await whole.client.post(f"/api/v1/sessions/{keys[3]}/withdraw", headers=who, json={"reason": "doppelt"})
    return keys


async def test_a_period_comes_as_csv_and_excel_and_is_in_the_protocol(whole: Gateway) -> None:
    keys = await recorded(whole)
    admin = await whole.as_role("admin")
    sent = await whole.client.get(f"/api/v1/exports/beispiel?{PERIOD}", headers=admin)
    assert sent.status_code == 200, sent.text
    assert 'filename="beispiel_2026-05-01_2026-05-31.csv"' in sent.headers["content-disposition"]
    header, *rows = list(csv.reader(io.StringIO(sent.content.decode("windows-1252")), delimiter=";"))
    assert [row[header.index("Vorgang")] for row in rows] == keys[:2]
    book = await whole.client.get(f"/api/v1/exports/beispiel?{PERIOD}&file=xlsx", headers=admin)
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert next(list(row) for row in sheet.iter_rows(values_only=True)) == header
    await whole.sign_in("admin")
    shown = html.unescape((await whole.client.get("/protokoll?art=session")).text)
    assert shown.count("2 Beratungen als Datei ausgegeben") == 2
    history = html.unescape((await whole.client.get(f"/protokoll?satz={keys[0]}")).text)
    assert history.count("als Datei ausgegeben") == 2  # the history of a record finds the files it went out with


async def test_the_page_gives_the_file_or_says_what_is_wrong(whole: Gateway) -> None:
    await recorded(whole)
    await whole.sign_in("admin")
    form = await whole.client.get("/export")
    assert form.status_code == 200
    assert "Beispiel: Beratungen als einfache Liste" in form.text
    typed = "layout=beispiel&from=1.5.2026&to=31.5.2026&file=csv"
    assert (await whole.client.get(f"/export/datei?{typed}")).headers["content-type"].startswith("text/csv")
    for wrong, status, told in (
        (typed.replace("1.5.2026", "morgen"), 422, "kein gültiges Datum"),
        (typed.replace("to=31.5.2026", "to=1.4.2026"), 422, "vor seinem Anfang"),
        (typed.replace("beispiel", "fremd"), 404, "Dieses Spaltenlayout gibt es nicht"),
    ):
        page = await whole.client.get(f"/export/datei?{wrong}")
        assert (page.status_code, told in html.unescape(page.text)) == (status, True), page.text


async def test_only_the_administration_exports_and_only_its_own(whole: Gateway) -> None:
    await recorded(whole)
    path = f"/api/v1/exports/beispiel?{PERIOD}"
    for role in ("counsellor", "trainer", "coordinator"):
        assert (await whole.client.get(path, headers=await whole.as_role(role))).status_code == 403
    assert (await whole.client.get(path)).status_code == 401
    for wrong in ("from=gestern&to=2026-05-31", "to=2026-05-31", f"{PERIOD}&file=pdf"):
        answer = await whole.client.get(f"/api/v1/exports/beispiel?{wrong}", headers=await whole.as_role("admin"))
        assert answer.status_code == 422, answer.text
