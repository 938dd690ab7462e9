"""Pages of books on real reporting: ordered, followed without JavaScript, read on paper and in a spreadsheet."""

import contextlib
import html
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pikepdf
import pytest

from services.reporting.app import create_app as create_reporting
from services.reporting.books import api as books_api
from services.reporting.books import worker as books_worker
from services.reporting.books.definitions import Step, steps_of
from shared import clock
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, alone, csrf_of, served, settings
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.recording import rows
from tests.support.servers import NatsServer
from tests.support.waiting import eventually

YESTERDAY = clock.today() - timedelta(days=1)
SESSIONS: list[dict[str, Any]] = [
    {"event": "session", "name": f"{code}-{region}-{one}", "region": region, "month": "2022-08", "nationality": code}
    for code, region, count in (("SY", "rp", 4), ("SY", "sn", 3), ("TR", "rp", 2), ("IR", "sn", 1))
    for one in range(count)
]
ORDER = {"kind": "table_volume", "quarter": "2022-Q3"}


SHORT = ("first_by_network", "first_by_nationality", "timeliness")
"""The tables that a volume has here; all of them are written in reporting's own tests."""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A volume of three tables."""

    def steps(kind: str, region: str) -> list[Step]:
        return [step for step in steps_of(kind, region) if kind != "table_volume" or step.table.id in SHORT]

    for module in (books_api, books_worker):
        monkeypatch.setattr(module, "steps_of", steps)


@dataclass
class Site:
    """A gateway on its reporting, with someone in front of it."""

    gateway: Gateway
    reporting: Any

    async def get(self, path: str) -> httpx2.Response:
        return await self.gateway.client.get(path)

    async def send(self, path: str, form: dict[str, Any], page: str = "/berichte/neu") -> httpx2.Response:
        found = await self.get(page)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found.text))
        return await self.gateway.client.post(path, data=hidden | form)

    async def order(self, **more: str) -> str:
        answer = await self.send("/berichte/neu", ORDER | more)
        assert answer.status_code == 303, text_of(answer)
        return answer.headers["location"]

    async def ready(self, address: str) -> httpx2.Response:
        async def found() -> httpx2.Response | None:
            page = await self.get(address)
            return None if "http-equiv" in page.text else page

        page: httpx2.Response = await eventually(found, 40)
        return page


@contextlib.asynccontextmanager
async def site(code: str, broker: NatsServer, database: MakeDatabase, folder: Path) -> AsyncIterator[Site]:
    """Serve a reporting that holds the sessions, and a gateway in front of it."""
    behind = await alone(code, database, broker)
    reporting = create_reporting(behind)
    known = [one | {"received": YESTERDAY} for one in SESSIONS if code in ("de", one["region"])]
    await Desk(reporting.state.sessions, code).keep(known)
    more = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
    asked = settings(code, database("gateway"), folder, **more)
    async with serving(reporting, behind.port), served(asked) as gateway:
        yield Site(gateway, reporting)


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The centre; someone of the coordination is signed in and has said what for."""
    async with site("de", nats_server, database, tmp_path) as found:
        await found.gateway.sign_in("coordination")
        csrf = csrf_of(await found.get("/zweck"))
        await found.gateway.client.post("/zweck", data={"csrf": csrf, "purpose": "Quartalsbericht"})
        yield found


@pytest.fixture
async def network(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The network rp; its coordinator is signed in."""
    async with site("rp", nats_server, database, tmp_path) as found:
        await found.gateway.sign_in("coordinator")
        yield found


def text_of(page: httpx2.Response) -> str:
    """The page's words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main")[-1])).split())


async def test_a_volume_from_its_order_to_its_files(centre: Site) -> None:
    address = await centre.order()
    page = await centre.ready(address)
    shown = text_of(page)
    assert "Tabellenband, 3. Quartal 2022" in shown
    assert "Arbeitsstand, exakt: intern." in shown
    assert "Zeitnah erfasste Beratungen nach Netzwerk" in shown
    assert "Kein Netzwerk hat geantwortet." in shown
    assert not re.search(r"\sstyle=|<style|\son\w+=", page.text)
    paper = await centre.get(f"{address}/buch.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert (await centre.get(f"{address}/buch.pdf")).content == paper.content
    with pikepdf.open(io.BytesIO(paper.content)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", "Tabellenband, 3. Quartal 2022")
    book = openpyxl.load_workbook(io.BytesIO((await centre.get(f"{address}/buch.xlsx")).content))
    await agrees(centre, address, book)
    uses = [query for (query,) in await rows(centre.gateway.app, "SELECT query FROM figure_use")]
    assert {f"{address}/buch.pdf?", f"{address}/buch.xlsx?"} <= set(uses)
    assert address in (await centre.get("/berichte")).text
    public = html.unescape(re.findall(r'href="(/veroeffentlichungen/neu\?[^"]+)"', page.text)[0])
    form = (await centre.get(public)).text
    assert f'value="{YESTERDAY:%d.%m.%Y}"' in form
    assert "indicator=fair_integration_individual&amp;by=session_type&amp;from=2022-07&amp;to=2022-09" in form


async def agrees(site: Site, address: str, book: openpyxl.Workbook) -> None:
    """The workbook has a sheet per table, and its numbers are those that the API gives for their questions."""
    key = address.rpartition("/")[2]
    found = (await site.get(f"/api/v1/books/{key}/content")).json()
    assert len(book.sheetnames) == len(found["tables"]) + 2
    at, table = next((at, one) for at, one in enumerate(found["tables"], 1) if one["id"] == "first_by_nationality")
    sheet = next(book[name] for name in book.sheetnames if name.startswith(f"{at} "))
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert "intern" in cells[1][0]
    assert cells[4][:4] == ["Staatsangehörigkeit", "3. Quartal 2022", "Anteil", "3. Quartal 2021"]
    assert cells[5][:4] == ["Syrien", 7, 0.7, 0]
    for entry in table["passports"]:
        answer = (await site.get(f"/api/v1/figures?{entry['passport']['link']}")).json()
        assert answer["total"] == table["totals"][entry["column"]]
    links = [line[-1].value for line in book["Zahlenpass"].iter_rows() if line[0].value == at]
    assert links == [entry["passport"]["link"] for entry in table["passports"]]


async def test_progress_needs_no_javascript_and_a_book_that_is_written_is_cancelled_before_it_goes(
    centre: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centre.reporting.state.books, "wake", lambda: None)
    monkeypatch.setattr(centre.reporting.state.books, "_stopping", True)  # nobody writes
    address = await centre.order()
    page = await centre.get(address)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    assert 'hx-trigger="every 2s"' in page.text
    early = await centre.get(f"{address}/buch.pdf")
    assert (early.status_code, "noch nicht fertig" in text_of(early)) == (409, True)
    refused = await centre.send(f"{address}/loeschen", {}, "/berichte/neu")
    assert (refused.status_code, "Bitte erst abbrechen, dann löschen." in text_of(refused)) == (409, True)
    assert (await centre.send(f"{address}/abbrechen", {})).headers["location"] == "/berichte?getan=abgebrochen"
    assert "abgebrochen" in text_of(await centre.get(address))
    assert (await centre.send(f"{address}/loeschen", {})).headers["location"] == "/berichte?getan=geloescht"
    assert (await centre.get(address)).status_code == 404


async def test_wrong_orders_are_shown_at_their_fields_and_nothing_typed_is_lost(centre: Site) -> None:
    answer = await centre.send(
        "/berichte/neu", {"kind": "mirror", "region": "de", "quarter": "2022-Q3", "as_of": "bald"}
    )
    assert (answer.status_code, 'value="bald"' in answer.text) == (422, True)
    assert 'href="#feld-as_of"' in answer.text
    answer = await centre.send("/berichte/neu", {"kind": "mirror", "region": "de", "quarter": "2022-Q3"})
    assert 'href="#feld-region"' in answer.text
    assert 'value="mirror" checked' in answer.text
    answer = await centre.send("/berichte/neu", ORDER | {"quarter": "2099-Q4"})
    assert "Dieses Quartal hat noch nicht begonnen." in text_of(answer)


async def test_a_networks_mirror_sheet_and_double_page(network: Site) -> None:
    for kind, title in (("mirror", "Spiegelblatt"), ("in_figures", "IQ in Zahlen")):
        address = await network.order(kind=kind)
        page = await network.ready(address)
        assert f"{title} Rheinland-Pfalz, 3. Quartal 2022" in text_of(page)
        paper = await network.get(f"{address}/buch.pdf")
        with pikepdf.open(io.BytesIO(paper.content)) as pdf, pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        assert openpyxl.load_workbook(io.BytesIO((await network.get(f"{address}/buch.xlsx")).content)).sheetnames


async def test_books_are_for_roles_with_exact_figures_of_everything(centre: Site, network: Site) -> None:
    for found, role in ((centre, "reader"), (network, "counsellor")):
        await found.gateway.sign_in(role)
        assert (await found.get("/berichte")).status_code == 403
        assert 'href="/berichte"' not in (await found.get("/")).text


async def test_the_coordination_is_asked_what_for(centre: Site) -> None:
    centre.gateway.client.cookies.clear()
    await centre.gateway.sign_in("coordination")
    assert (await centre.get("/berichte")).headers["location"] == "/zweck?weiter=/berichte"


async def test_a_reporting_that_is_away_is_told(network: Site) -> None:
    upstreams = network.gateway.app.state.upstreams
    upstreams.urls["reporting"] = "http://127.0.0.1:1"
    answer = await network.get("/berichte")
    assert (answer.status_code, "gerade nicht erreichbar" in text_of(answer)) == (503, True)
