"""Editions on real reporting: made, submitted, published by people; read by everyone, who never sees a draft."""

import contextlib
import html
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pikepdf
import pytest

from services.reporting.app import create_app as create_reporting
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, alone, csrf_of, served, settings
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.servers import NatsServer

# 7 from Syria, 4 from Turkey, 1 from Iran in the second quarter of 2022; 6 of Rheinland-Pfalz, 6 of Sachsen.
SESSIONS: list[dict[str, Any]] = [
    {"event": "session", "name": f"{code}-{region}-{one}", "region": region, "month": "2022-05", "nationality": code}
    for code, region, count in (("SY", "rp", 4), ("SY", "sn", 3), ("TR", "rp", 2), ("TR", "sn", 2), ("IR", "sn", 1))
    for one in range(count)
]
LATE = {"event": "session", "name": "late", "region": "sn", "month": "2022-06", "recorded_on": "2022-09-01"}
BY_NATION = "indicator=counselling_sessions&by=nationality&from=2022-04&to=2022-06"
BY_REGION = "indicator=counselling_sessions&by=region&from=2022-04&to=2022-06"
FORM = {"title": "Zweites Quartal 2022", "as_of": "15.07.2022", "method": "minimum3"}
HIDDEN = "Iran gesperrt –"


@dataclass
class Site:
    """A gateway on its reporting, with someone in front of it."""

    gateway: Gateway
    reporting: Any

    async def get(self, path: str) -> httpx2.Response:
        return await self.gateway.client.get(path)

    async def sign_in(self, role: str) -> None:
        await self.gateway.sign_in(role)
        if role == "coordination":
            page = await self.get("/zweck")
            await self.gateway.client.post("/zweck", data={"csrf": csrf_of(page), "purpose": "Jahresbericht"})

    async def sign_out(self) -> None:
        self.gateway.client.cookies.clear()

    async def send(self, path: str, form: dict[str, Any]) -> httpx2.Response:
        page = await self.get("/veroeffentlichungen/neu")
        return await self.gateway.client.post(path, data={"csrf": csrf_of(page)} | form)

    async def make(self, *tables: str, **more: str) -> str:
        """Make an edition as a draft and return its id."""
        named = {f"tables.{place}": table for place, table in enumerate(tables, start=1)}
        answer = await self.send("/veroeffentlichungen/neu", FORM | named | more)
        assert answer.status_code == 303, text_of(answer)
        return answer.headers["location"].split("?")[0].rpartition("/")[2]

    async def publish(self, *tables: str, **more: str) -> str:
        """Make an edition, publish it and return its id."""
        key = await self.make(*tables, **more)
        answer = await self.send(f"/veroeffentlichungen/{key}/veroeffentlichen", {})
        assert answer.headers["location"] == f"/veroeffentlichungen/{key}?getan=erschienen"
        return key


@contextlib.asynccontextmanager
async def site(code: str, broker: NatsServer, database: MakeDatabase, folder: Path) -> AsyncIterator[Site]:
    """Serve a reporting that holds the sessions, and a gateway in front of it."""
    behind = await alone(code, database, broker)
    reporting = create_reporting(behind)
    await Desk(reporting.state.sessions, code).keep([one for one in SESSIONS if code in ("de", one["region"])])
    more = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
    asked = settings(code, database("gateway"), folder, **more)
    async with serving(reporting, behind.port), served(asked) as gateway:
        yield Site(gateway, reporting)


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The centre; someone of the coordination is signed in."""
    async with site("de", nats_server, database, tmp_path) as found:
        await found.sign_in("coordination")
        yield found


@pytest.fixture
async def network(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The network rp; its coordinator is signed in."""
    async with site("rp", nats_server, database, tmp_path) as found:
        await found.sign_in("coordinator")
        yield found


def text_of(page: httpx2.Response) -> str:
    """The page's words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main")[-1])).split())


async def test_an_edition_is_made_shown_and_published(centre: Site) -> None:
    key = await centre.make(BY_NATION, f"{BY_REGION}&as_of=2022-07-15&known_at=2022-07-15&version=1")
    page = await centre.get(f"/veroeffentlichungen/{key}?getan=neu")
    shown = text_of(page)
    assert "Der Entwurf ist gezählt, geschützt und geprüft." in shown
    assert "Tabelle 1: Beratungen nach Staatsangehörigkeit" in shown
    assert HIDDEN in shown
    assert "Sie ist nicht null, und sie kann auch groß sein." in shown
    assert "Rheinland-Pfalz 6 – Sachsen 6 – Insgesamt 12" in shown
    assert "Stand 15.07.2022, 24 Uhr" in shown
    assert "Einreichen" not in shown  # the coordination publishes
    assert f"/api/v1/editions/{key}?file=pdf" in page.text
    assert "Entwurf" in text_of(await centre.get("/veroeffentlichungen"))
    answer = await centre.send(f"/veroeffentlichungen/{key}/veroeffentlichen", {})
    assert "Jetzt kann sie jeder" in text_of(await centre.get(answer.headers["location"]))
    again = await centre.send(f"/veroeffentlichungen/{key}/veroeffentlichen", {})
    assert (again.status_code, "ändert sich nicht mehr" in text_of(again)) == (409, True)


async def test_a_draft_is_nowhere_for_the_public_not_even_for_its_maker(centre: Site) -> None:
    key = await centre.make(BY_NATION)
    forms = [f"/daten/{key}", *(f"/daten/{key}.{form}" for form in ("csv", "xlsx", "pdf", "json"))]
    for _ in ("signed in", "signed out"):
        for path in forms:
            answer = await centre.get(path)
            assert (path, answer.status_code) == (path, 404)
            assert "Zweites Quartal" not in answer.text
        assert "Noch ist nichts erschienen." in text_of(await centre.get("/daten"))
        assert (await centre.get("/daten/katalog.jsonld")).json()["dcat:dataset"] == []
        await centre.sign_out()


async def test_everyone_reads_what_is_published(centre: Site) -> None:
    key = await centre.publish(BY_NATION)
    await centre.sign_out()
    listed = await centre.get("/daten")
    assert "Zweites Quartal 2022 15.07.2022 Mindestzahl 3" in text_of(listed)
    assert 'type="application/ld+json" href="/daten/katalog.jsonld"' in listed.text
    page = await centre.get(f"/daten/{key}")
    shown = text_of(page)
    assert (page.status_code, HIDDEN in shown, "sind die Zahlen 1 und 2 gesperrt" in shown) == (200, True, True)
    assert "Veröffentlichen" not in shown.replace("Veröffentlichungen", "")
    assert "<nav" not in page.text
    for path in ("/daten/gibt-es-nicht", f"/daten/{key}.exe", "/daten/00000000-0000-4000-8000-000000000001.csv"):
        assert (await centre.get(path)).status_code == 404
    assert (await centre.get("/veroeffentlichungen")).headers["location"].startswith("/anmelden")
    assert (await centre.get(f"/api/v1/editions/{key}")).status_code == 401


async def test_files_for_everyone(centre: Site) -> None:
    key = await centre.publish(BY_NATION)
    await centre.sign_out()
    document = (await centre.get(f"/daten/{key}.json")).json()
    hidden = [row for row in document["tables"][0]["rows"] if row["nationality"] == "IR"]
    assert hidden == [{"nationality": "IR", "value": None, "suppressed": True}]
    lines = (await centre.get(f"/daten/{key}.csv")).content.decode("utf-8-sig").splitlines()
    assert "IR;gesperrt;gesperrt" in lines
    book = openpyxl.load_workbook(io.BytesIO((await centre.get(f"/daten/{key}.xlsx")).content))
    assert book.sheetnames == ["Tabelle 1", "Zahlenpass"]
    paper = await centre.get(f"/daten/{key}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(paper.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Zweites Quartal 2022"
    assert (await centre.get(f"/daten/{key}.pdf")).content == paper.content


async def test_metadata_of_what_is_published(centre: Site) -> None:
    key = await centre.publish(BY_NATION)
    await centre.sign_out()
    answer = await centre.get("/daten/katalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    catalogue = answer.json()
    address = f"http://127.0.0.1:{centre.gateway.app.state.settings.port}"
    assert catalogue["@id"] == f"{address}/daten"
    (found,) = catalogue["dcat:dataset"]
    assert found["@id"] == f"{address}/daten/{key}"
    assert found["dct:temporal"]["dcat:startDate"]["@value"] == "2022-04-01"
    assert found["dct:temporal"]["dcat:endDate"]["@value"] == "2022-06-30"
    for distribution in found["dcat:distribution"]:
        file = await centre.get(distribution["dcat:downloadURL"]["@id"])
        assert file.headers["content-type"].split(";")[0] in distribution["dcat:mediaType"]["@id"]


async def test_what_is_wrong_stands_at_its_table_and_nothing_typed_is_lost(centre: Site) -> None:
    tables = {"tables.1": BY_NATION, "tables.2": BY_REGION.replace("2022-06", "2022-07"), "tables.4": "unsinn"}
    form = FORM | tables | {"title": "", "as_of": "31.02.2022"}
    page = await centre.send("/veroeffentlichungen/neu", form)
    assert page.status_code == 422
    for name in ("title", "as_of", "tables.3"):
        assert f'id="feld-{name}-fehler"' in page.text
    assert all(value in html.unescape(page.text) for value in ("31.02.2022", *tables.values()))
    page = await centre.send("/veroeffentlichungen/neu", FORM | {key: tables[key] for key in ("tables.1", "tables.2")})
    assert (page.status_code, 'id="feld-tables.2-fehler"' in page.text) == (422, True)
    assert "„Bis Monat“: Der Zeitraum läuft am Stichtag 15.07.2022 noch" in text_of(page)
    unknown = await centre.send("/veroeffentlichungen/neu", FORM | {"tables.1": "indicator=gibt-es-nicht"})
    assert (unknown.status_code, 'value="indicator=gibt-es-nicht"' in unknown.text) == (422, True)
    more = await centre.send("/veroeffentlichungen/neu", FORM | {"tables.3": BY_REGION, "mehr": "1"})
    assert (more.status_code, "Zweites Quartal 2022" in more.text, 'id="feld-tables.3"' in more.text) == (
        200,
        True,
        True,
    )
    empty = await centre.send("/veroeffentlichungen/neu", FORM)
    assert (empty.status_code, "Es fehlt eine Tabelle." in text_of(empty)) == (422, True)


async def test_what_was_published_meanwhile_is_checked_again_and_the_cells_are_named(centre: Site) -> None:
    whole = "indicator=counselling_sessions&from=2022-01&to=2022-06"
    first, second = await centre.make(whole), await centre.make(f"{whole}&nationality=SY,TR")
    await centre.send(f"/veroeffentlichungen/{first}/veroeffentlichen", {})
    # 12 beside 11 would tell of the one person from Iran.
    page = await centre.send(f"/veroeffentlichungen/{second}/veroeffentlichen", {})
    assert page.status_code == 409
    assert "eine Gruppe von nur einem oder zwei Fällen verraten" in text_of(page)
    assert (await centre.get(f"/daten/{second}")).status_code == 404


async def test_a_method_that_does_not_exist_is_refused_at_its_field(centre: Site) -> None:
    page = await centre.send("/veroeffentlichungen/neu", FORM | {"method": "exakt", "tables.1": BY_NATION})
    assert (page.status_code, 'id="feld-method-fehler"' in page.text) == (422, True)


async def test_a_special_request_becomes_a_table(centre: Site) -> None:
    page = await centre.get(f"/anfrage?{BY_NATION}&as_of=2022-07-15")
    (link,) = re.findall(r'href="(/veroeffentlichungen/neu[^"]+)">Als Veröffentlichung für Außenstehende', page.text)
    form = (await centre.get(html.unescape(link))).text
    assert f'value="{html.escape(BY_NATION)}"' in form
    assert 'value="15.07.2022"' in form
    key = "00000000-0000-4000-8000-000000000001"
    who = {"Authorization": f"Bearer {await centre.gateway.token('coordination')}"}
    body = {"name": "Nach Ländern", "path": f"/anfrage?{BY_REGION}"}
    assert (await centre.gateway.client.put(f"/api/v1/views/{key}", headers=who, json=body)).status_code == 200
    assert "Nach Ländern" in (await centre.get("/veroeffentlichungen/neu")).text
    made = await centre.make(BY_NATION, saved=key)
    shown = text_of(await centre.get(f"/veroeffentlichungen/{made}"))
    assert "Tabelle 2: Beratungen nach Netzwerk" in shown


async def test_what_has_changed_since_is_told_to_staff_only(centre: Site) -> None:
    key = await centre.publish(BY_REGION)
    path = f"/veroeffentlichungen/{key}/aenderungen"
    assert "Nichts hat sich geändert." in text_of(await centre.get(path))
    await Desk(centre.reporting.state.sessions, "de").keep([LATE])
    assert "Sachsen: +1, davon 1 verspätet erfasst" in text_of(await centre.get(path))
    assert "Sachsen 6 –" in text_of(await centre.get(f"/daten/{key}"))
    await centre.sign_in("reader")
    assert (await centre.get(path)).status_code == 403


async def test_two_editions_side_by_side(centre: Site) -> None:
    first = await centre.publish(BY_REGION)
    await Desk(centre.reporting.state.sessions, "de").keep([LATE | {"name": f"late{one}"} for one in range(3)])
    second = await centre.make(BY_REGION, BY_NATION, title="Noch einmal", as_of="2022-09-30")
    shown = text_of(await centre.get(f"/veroeffentlichungen/vergleich?a={first}&b={second}"))
    assert "Rheinland-Pfalz 6 6 Sachsen 6 9 Insgesamt 12 15" in shown
    assert "Stand verschieden 15.07.2022, 24 Uhr 30.09.2022, 24 Uhr" in shown
    assert "Nur in einer der beiden: Beratungen nach Staatsangehörigkeit (Noch einmal)" in shown
    form = await centre.get("/veroeffentlichungen/vergleich")
    assert (form.status_code, f'<option value="{second}"' in form.text) == (200, True)
    wrong = await centre.get(f"/veroeffentlichungen/vergleich?a={first}&b=unsinn")
    assert (wrong.status_code, 'id="feld-b-fehler"' in wrong.text) == (422, True)


async def test_the_coordinator_of_a_network_submits_and_does_not_publish(network: Site) -> None:
    key = await network.make("indicator=counselling_sessions&by=gender&from=2022-04&to=2022-06")
    page = await network.get(f"/veroeffentlichungen/{key}")
    assert (">Einreichen<" in page.text, ">Veröffentlichen<" in page.text) == (True, False)
    answer = await network.send(f"/veroeffentlichungen/{key}/einreichen", {})
    assert "eingereicht" in text_of(await network.get(answer.headers["location"]))
    assert (await network.send(f"/veroeffentlichungen/{key}/veroeffentlichen", {})).status_code == 403
    who = await network.gateway.as_role("coordinator")
    answer = await network.gateway.client.post(f"/api/v1/editions/{key}/publish", headers=who)
    assert answer.status_code == 403
    forged = await network.gateway.client.post(f"/veroeffentlichungen/{key}/einreichen", data={"csrf": "x"})
    assert forged.status_code == 403
