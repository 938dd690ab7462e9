"""The pages of the printed tables at the centre, with the real reporting behind."""

import io
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pikepdf
import pytest
from sqlmodel import select

from services.gateway.tables import UseRow
from services.reporting.app import create_app as create_reporting
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, csrf_of, served, settings
from tests.integration.reporting.conftest import Desk
from tests.support.apps import lone_settings, serving
from tests.support.servers import NatsServer

EVENTS: list[dict[str, Any]] = [
    {"event": "session", "name": "a", "month": "2018-05", "nationality": "SY", "refugee_background": "yes"},
    {"event": "session", "name": "b", "month": "2018-06", "region": "sn", "nationality": "DE"},
    {"event": "session", "name": "c", "month": "2018-12", "recorded_on": "2019-02-01", "nationality": "SY"},
]


@pytest.fixture
async def bund(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway of the centre with its reporting; someone of the coordination is signed in."""
    behind = lone_settings("de", database("reporting"), nats_server.url)
    reporting = create_reporting(behind)
    await Desk(reporting.state.sessions, "de").keep(EVENTS)
    url = f"http://127.0.0.1:{behind.port}"
    asked = settings("de", database("gateway"), tmp_path, signing_key=behind.signing_key, reporting_url=url)
    async with serving(reporting, behind.port), served(asked) as found:
        await found.sign_in("coordination")
        yield found


async def give_purpose(gateway: Gateway, target: str = "/tabellen") -> httpx2.Response:
    page = await gateway.client.get("/zweck", params={"weiter": target})
    form = {"csrf": csrf_of(page), "purpose": "Jahresbericht", "weiter": target}
    return await gateway.client.post("/zweck", data=form)


def text_of(page: httpx2.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_the_purpose_is_asked_once_and_leads_back(bund: Gateway) -> None:
    answer = await bund.client.get("/tabellen/t01?stichtag=2022-12-31")
    assert answer.headers["location"] == "/zweck?weiter=/tabellen/t01%3Fstichtag%3D2022-12-31"
    given = await give_purpose(bund, "/tabellen/t01?stichtag=2022-12-31")
    assert given.headers["location"] == "/tabellen/t01?stichtag=2022-12-31"
    assert (await give_purpose(bund, "https://elsewhere.example")).headers["location"] == "/"
    assert (await bund.client.get("/tabellen/t01")).status_code == 200


async def test_the_list_of_tables(bund: Gateway) -> None:
    page = await bund.client.get("/tabellen")
    assert page.status_code == 200
    assert [f"/tabellen/t{number:02d}" in page.text for number in range(1, 14)] == [True] * 13
    assert '<a href="/tabellen" aria-current="page">Tabellen</a>' in page.text
    assert "Synthetische Daten" in page.text
    common = await bund.client.get("/tabellen?stichtag=31.12.2022")
    assert "/tabellen/t01?stichtag=2022-12-31" in common.text
    assert "/tabellen/broschuere.pdf?stichtag=2022-12-31" in common.text


async def test_a_table_shows_records_beside_the_print(bund: Gateway) -> None:
    await give_purpose(bund)
    page = await bund.client.get("/tabellen/t02")
    words = text_of(page)
    assert "Stichtag wie gedruckt: 15.01.2019" in words
    assert "1. Syrien 1 52.570 weicht ab 50,0 % 27,0 %" in words
    assert "4. Polen 0 11.282 weicht ab 0,0 % 5,8 %" in words
    assert "5. Iran 0 1.984 weicht ab Zweifel der Quelle zu 5. Iran 0,0 % 1,0 %" in words
    assert "bleibt die gedruckte Zahl stehen" in words
    assert "Es fehlen 14 Netzwerke" in words
    assert "<svg" in page.text
    assert "Synthetische Daten" in words
    assert not re.search(r"\sstyle=|<style|\son\w+=", page.text)


async def test_every_number_leads_to_its_question(bund: Gateway) -> None:
    await give_purpose(bund)
    page = await bund.client.get("/tabellen/t02")
    link = unescape(re.findall(r'href="(/api/v1/figures\?[^"]+)" aria-label="1: Frage zu +1. Syrien"', page.text)[0])
    answer = (await bund.client.get(link)).json()
    assert (answer["total"], answer["passport"]["as_of"]) == (1, "2019-01-15")


async def test_one_stichtag_for_all_networks(bund: Gateway) -> None:
    await give_purpose(bund)
    words = text_of(await bund.client.get("/tabellen/t02?stichtag=31.12.2022"))
    assert "ein Stichtag für alle Netzwerke: 31.12.2022" in words
    assert "1. Syrien 2 52.570" in words  # the late record counts


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [("gestern", "TT.MM.JJJJ"), ("31.02.2022", "TT.MM.JJJJ"), ("31.12.2099", "heute oder einen früheren Tag")],
)
async def test_a_stichtag_that_is_none_is_explained_and_kept(bund: Gateway, typed: str, remedy: str) -> None:
    await give_purpose(bund)
    page = await bund.client.get("/tabellen/t02", params={"stichtag": typed})
    assert page.status_code == 422
    assert f'value="{typed}"' in page.text
    assert remedy in text_of(page)
    assert 'aria-invalid="true"' in page.text
    assert "<title>Fehler: t02" in page.text
    assert "Stichtag wie gedruckt: 15.01.2019" in page.text


async def test_what_is_not_answered_stays_open_with_the_reason(bund: Gateway) -> None:
    await give_purpose(bund)
    words = text_of(await bund.client.get("/tabellen/t03?stichtag=31.12.2018"))
    assert "1. Syrien – 20.299 offen 11,2 %" in words
    assert "Nicht beantwortet Der Zeitraum beginnt erst nach dem Stichtag." in words


async def test_files_of_a_table(bund: Gateway) -> None:
    await give_purpose(bund)
    csv = await bund.client.get("/api/v1/tables/t02?file=csv&stichtag=printed")
    assert "erstberatungen_2015_2018_syria;;Syrien;Erstberatungen;1;52570;weicht ab" in csv.text
    book = await bund.client.get("/api/v1/tables/all?file=xlsx&stichtag=2022-12-31")
    assert len(openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames) == 15


async def test_the_brochure(bund: Gateway) -> None:
    await give_purpose(bund)
    answer = await bund.client.get("/tabellen/broschuere.pdf?stichtag=31.12.2022")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert 'filename="tabellenband_2022-12-31.pdf"' in answer.headers["content-disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.Root.Lang) == "de-DE"
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", "Tabellenband – Stichtag 31.12.2022")
    again = await bund.client.get("/tabellen/broschuere.pdf?stichtag=2022-12-31")
    assert again.content == answer.content


async def test_every_use_is_logged_with_its_purpose(bund: Gateway) -> None:
    await give_purpose(bund)
    await bund.client.get("/tabellen/t03")
    async with bund.app.state.sessions() as session:
        rows = [(row.purpose, row.query) for row in (await session.exec(select(UseRow))).all()]
    assert ("Jahresbericht", "/api/v1/tables/t03?stichtag=printed") in rows


async def test_a_table_that_does_not_exist(bund: Gateway) -> None:
    await give_purpose(bund)
    for name in ("t14", "all", "x"):
        assert (await bund.client.get(f"/tabellen/{name}")).status_code == 404


async def test_tables_are_for_the_coordination(centre: Gateway) -> None:
    await centre.sign_in("reader")
    for path in ("/tabellen", "/tabellen/t01", "/tabellen/broschuere.pdf"):
        assert (await centre.client.get(path)).status_code == 403
    assert '"/tabellen"' not in (await centre.client.get("/")).text
