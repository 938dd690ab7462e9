"""Pages of figures on real reporting: special requests, methods, comparison, questions from Berlin, saved requests."""

import contextlib
import html
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from services.reporting.app import create_app as create_reporting
from shared import clock
from shared.settings import Settings
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, alone, csrf_of, served, settings
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.recording import rows
from tests.support.servers import NatsServer
from tests.support.waiting import eventually

SESSIONS: list[dict[str, Any]] = [
    {"name": "a", "region": "rp", "month": "2022-08", "nationality": "SY", "gender": "female"},
    {"name": "b", "region": "rp", "month": "2022-09", "nationality": "SY", "gender": "male"},
    {"name": "c", "region": "rp", "month": "2022-09", "nationality": "TR", "gender": "female"},
    {"name": "d", "region": "sn", "month": "2022-09", "nationality": "UA", "gender": "female"},
]
TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)
BASE = "/anfrage?indicator=first_counsellings"


@dataclass
class Site:
    """A gateway on its reporting, and someone in front of it."""

    gateway: Gateway
    code: str

    async def sign_in(self, role: str) -> None:
        """Sign in as in a browser; the coordination also says what it reads the figures for."""
        await self.gateway.sign_in(role)
        if role == "coordination":
            csrf = csrf_of(await self.get("/zweck"))
            await self.post("/zweck", csrf=csrf, purpose="Prüfung")

    async def get(self, path: str) -> httpx2.Response:
        """The page of a path, wherever it leads."""
        return await self.gateway.client.get(path, follow_redirects=True)

    async def post(self, path: str, **form: str) -> httpx2.Response:
        """Send a form."""
        return await self.gateway.client.post(path, data=form)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.gateway.app.state.settings.port}"


@contextlib.asynccontextmanager
async def site(
    behind: Settings, database: MakeDatabase, folder: Path, more_facts: Sequence[dict[str, Any]] = ()
) -> AsyncIterator[Site]:
    """Serve a reporting that holds the sessions, and more facts, and a gateway in front of it."""
    reporting, code = create_reporting(behind), behind.network
    for fact in (*({"event": "session", **session} for session in SESSIONS), *more_facts):
        told = {name: value for name, value in fact.items() if name != "gender" or code != CENTRE}
        if code in (CENTRE, fact["region"]):
            await Desk(reporting.state.sessions, code).keep([{"received": TODAY, **told}])
    more = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
    async with (
        serving(reporting, behind.port),
        served(settings(code, database("gateway"), folder, **more)) as gateway,
    ):
        yield Site(gateway, code)


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The centre, whose networks are all away."""
    async with site(await alone(CENTRE, database, nats_server), database, tmp_path) as found:
        yield found


@pytest.fixture
async def network(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The network rp."""
    async with site(await alone("rp", database, nats_server), database, tmp_path) as found:
        yield found


def text_of(page: httpx2.Response) -> str:
    """The page's words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main")[1])).split())


def german(day: date) -> str:
    return f"{day:%d.%m.%Y}"


async def test_the_manual_explains_every_indicator_to_everyone(centre: Site) -> None:
    await centre.sign_in("reader")
    listed = text_of(await centre.get("/methoden"))
    for title in ("Erstberatungen", "Faire Integration: Beratungsanlässe", "Zeitnahe Erfassung", "Verstetigungen"):
        assert title in listed
    page = await centre.get("/methoden/first_counsellings")
    shown = text_of(page)
    for part in ("Definition", "Aussage", "Bewertung", "Quelle", "Beim Bund vorhanden", "Antworten die Netzwerke"):
        assert part in shown
    kept, answered = shown.split("Antworten die Netzwerke")
    assert ("Staatsangehörigkeit" in kept, "Geschlecht" in kept, "Geschlecht" in answered) == (True, False, True)
    assert "/anfrage?" not in page.text  # a reader has no exact figures
    assert (await centre.get("/anfrage")).status_code == 403
    assert (await centre.get("/methoden/gibt-es-nicht")).status_code == 404


async def test_a_special_request_is_answered_with_a_sentence_to_cite(centre: Site) -> None:
    await centre.sign_in("coordination")
    page = await centre.get(f"{BASE}&by=nationality&from=2022-08&to=2022-09&top=1")
    assert page.status_code == 200
    sentence = (
        f"Erstberatungen nach Staatsangehörigkeit, 08/2022–09/2022, Stand {german(YESTERDAY)}, "
        f"Kenntnisstand {german(TODAY)}: 4 (IQ-Verbund, Arbeitsstand, 2 von 2 Netzwerken, synthetische Daten)"
    )
    shown = text_of(page)
    assert sentence in shown
    assert f"Stand: gestern, 24 Uhr ({german(YESTERDAY)})" in shown
    assert "Syrien 2 50,0 % übrige 2 50,0 % Insgesamt 4" in shown
    assert "Zahlenpass Kennzahl Erstberatungen (first_counsellings, Fassung 1)" in shown
    assert "<svg" in page.text
    (use,) = await rows(centre.gateway.app, "SELECT purpose, query FROM figure_use")
    assert use[0] == "Prüfung"
    assert use[1].startswith(BASE)


async def test_one_question_has_one_link_however_it_was_typed(network: Site) -> None:
    await network.sign_in("counsellor")
    typed = f"{BASE}&by=gender&by=&by=&from=8.2022&to=2022&as_of=gestern%2C+24+Uhr&nationality=Syrien&nationality=&top="
    answer = await network.gateway.client.get(typed)
    assert answer.status_code == 303
    link = f"{BASE}&by=gender&from=2022-08&to=2022-12&nationality=SY"
    assert answer.headers["location"] == link
    assert (await network.get(link)).status_code == 200


async def test_the_permanent_link_shows_the_same_and_files_carry_the_same_days(network: Site) -> None:
    await network.sign_in("coordinator")
    page = await network.get(f"{BASE}&by=gender")
    permanent = html.unescape(re.findall(r'<a href="([^"]+)">Permanenter Link', page.text)[0])
    assert permanent == f"{BASE}&version=1&by=gender&as_of={YESTERDAY}&known_at={TODAY}"
    again = await network.get(permanent)
    assert "weiblich 2 66,7 % männlich 1 33,3 % Insgesamt 3" in text_of(again)
    assert f'value="{network.address}{permanent}"' in html.unescape(page.text)
    links = [html.unescape(link) for link in re.findall(r'href="(/api/v1/figures[^"]+)"', page.text)]
    assert [link.rpartition("=")[2] for link in links] == ["csv", "xlsx", "parquet", "json"]
    assert all(f"as_of={YESTERDAY}&known_at={TODAY}" in link for link in links)
    for link in links:
        assert (await network.get(link)).status_code == 200, link


async def test_a_link_leads_through_sign_in_and_purpose_to_its_answer(centre: Site) -> None:
    link = f"{BASE}&by=nationality&nationality=SY,TR"
    answer = await centre.gateway.client.get(link)
    sign_in = answer.headers["location"]
    assert sign_in == f"/anmelden?weiter={quote(link)}"
    page = await centre.get(sign_in)
    target = html.unescape(re.findall(r'name="weiter" value="([^"]+)"', page.text)[0])
    form = {"username": "coordination", "password": "correct horse battery staple", "weiter": target}
    purpose = (await centre.gateway.client.post("/anmelden", data=form)).headers["location"]
    page = await centre.get(purpose)
    target = html.unescape(re.findall(r'name="weiter" value="([^"]+)"', page.text)[0])
    form = {"csrf": csrf_of(page), "purpose": "Anfrage", "weiter": target}
    assert (await centre.gateway.client.post("/zweck", data=form)).headers["location"] == link


async def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(network: Site) -> None:
    await network.sign_in("counsellor")
    page = await network.get(f"{BASE}&from=13/2022&as_of=morgen&by=gender")
    assert page.status_code == 422
    assert "<title>Fehler: Sonderanfrage" in page.text
    assert ("MM/JJJJ eintragen" in page.text, 'value="13/2022"' in page.text) == (True, True)
    assert ("„jetzt“ oder einen Tag" in page.text, 'value="morgen"' in page.text) == (True, True)
    assert '<option value="gender" selected>' in page.text
    refused = await network.get(f"{BASE}&by=gender,outcome&nationality=Syrien,Atlantis")
    assert refused.status_code == 422
    assert 'id="feld-by-fehler"' in refused.text
    assert 'id="feld-nationality-fehler"' in refused.text
    assert 'value="Atlantis"' in refused.text
    assert re.search(r'name="nationality" value="SY" checked', refused.text)
    future = await network.get(f"{BASE}&as_of=2099-01-01")
    assert (future.status_code, "Zukunft" in future.text) == (422, True)
    unknown = await network.get("/anfrage?indicator=gibt-es-nicht")
    assert (unknown.status_code, 'id="feld-indicator-fehler"' in unknown.text) == (422, True)


async def test_changing_the_indicator_asks_nothing_and_names_what_it_drops(centre: Site) -> None:
    await centre.sign_in("coordination")
    page = await centre.get("/anfrage?indicator=meetings_held&by=month,gender&nationality=SY&wechsel=1")
    assert "gibt: Geschlecht, Staatsangehörigkeit." in text_of(page)
    assert '<option value="month" selected>' in page.text
    assert "Zahlenpass Kennzahl" not in text_of(page)
    assert await rows(centre.gateway.app, "SELECT 1 FROM figure_use") == []


@pytest.mark.timeout(90)  # three brokers, two networks' services: slow where the machine is shared
async def test_networks_are_asked_only_after_a_warning_and_those_that_are_silent_are_named(
    federation: Federation, database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    both = [federation.settings(code, database("reporting")) for code in (CENTRE, "rp")]
    async with (
        site(both[0], database, tmp_path_factory.mktemp("de")) as centre,
        site(both[1], database, tmp_path_factory.mktemp("rp")) as network,
    ):
        await centre.sign_in("coordination")
        form = await centre.get(f"{BASE}&wechsel=1")
        assert "werden die Netzwerke gefragt" in text_of(form)
        assert re.search(r'<option value="gender">Geschlecht \(Netzwerke\)', form.text)
        assert re.search(r'<option value="nationality">Staatsangehörigkeit<', form.text)

        async def answered() -> str | None:
            shown = text_of(await centre.get(f"{BASE}&by=gender&as_of=jetzt"))
            return shown if "1 von 2 Netzwerken" in shown else None

        shown = str(await eventually(answered, 20))  # right after the start leaves still connect
        assert "Es fehlen: Sachsen." in shown
        assert "weiblich 2 66,7 % männlich 1 33,3 % Insgesamt 3" in shown
        await network.sign_in("trainer")
        asked = text_of(await network.get("/fragen"))
        assert "Erstberatungen Geschlecht – gesamter Zeitraum jetzt" in asked
        assert "beantwortet" in asked
        assert (await centre.get("/fragen")).status_code == 404  # the centre asks


async def test_a_network_answers_itself_and_asks_nobody(network: Site) -> None:
    await network.sign_in("admin")
    page = await network.get(f"{BASE}&by=gender&gender=weiblich")
    shown = text_of(page)
    assert "Erstberatungen (Geschlecht: weiblich) nach Geschlecht, gesamter Zeitraum" in shown
    assert ": 2 (IQ-Verbund, IQ Netzwerk Rheinland-Pfalz, Arbeitsstand, synthetische Daten)" in shown
    assert "werden die Netzwerke gefragt" not in shown
    assert '<option value="region"' not in page.text


async def test_two_figures_side_by_side_with_the_verdict(network: Site) -> None:
    await network.sign_in("coordinator")
    a = quote(f"{network.address}{BASE}&from=2022-08&to=2022-08")
    b = quote("indicator=counselling_sessions&from=2022-09&to=2022-09")
    page = await network.get(f"/vergleich?a={a}&b={b}")
    shown = text_of(page)
    assert "Urteil Nicht vergleichbar: Die eine Angabe zählt Erstberatungen, die andere Beratungen" in shown
    assert "Zeitraum verschieden 08/2022 09/2022" in shown
    assert "Anzahl 1 2" in shown
    same = text_of(await network.get(f"/vergleich?a={a}&b={a.replace('2022-08', '2022-09')}"))
    assert "Urteil Beide Angaben sind vergleichbar" in same
    foreign = await network.get(f"/vergleich?a={quote('http://127.0.0.1:1/anfrage?indicator=x')}&b=unsinn")
    assert foreign.status_code == 422
    assert "anderen Netzwerk" in foreign.text
    assert ('id="feld-a-fehler"' in foreign.text, 'id="feld-b-fehler"' in foreign.text) == (True, True)
    assert 'value="unsinn"' in foreign.text
    unknown = await network.get("/vergleich?a=indicator%3Dx&b=indicator%3Dreferrals%26from%3Dmai")
    assert (unknown.status_code, 'id="feld-a-fehler"' in unknown.text) == (422, True)
