"""The pages of the cockpit on real reporting: overview, lines, networks, and a network's own on the same pages."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.gateway.upstreams import Upstreams
from services.reporting.figures import Figures
from services.reporting.question import Question
from shared import clock
from shared.problems import Problem
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import alone
from tests.integration.gateway.test_figure_pages import Site, site, text_of
from tests.support.recording import rows
from tests.support.servers import NatsServer

FACTS: list[dict[str, Any]] = [
    {"event": "session", "name": "e", "region": "rp", "month": "2021-09", "nationality": "not_stated"},
    {"event": "session", "name": "f", "region": "rp", "month": "2019-05", "programme_line": "fair_integration"},
    {"event": "participation", "name": "p", "region": "rp", "month_entered": "2022-02", "form": "course"},
    {"event": "participation", "name": "q", "region": "sn", "month_entered": "2022-03"},
    {"event": "meeting", "name": "m", "region": "rp", "month": "2022-04", "participants": 9, "new_participants": 9},
    {"event": "item", "name": "t", "region": "rp", "state": "completed", "recorded_on": "2022-05-01"},
]
UPSTREAM_REQUESTS = 6
"""More than these a page of the cockpit does not send to reporting, however much it shows."""


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The centre, whose networks are away; somebody of the coordination has signed in."""
    async with site(await alone(CENTRE, database, nats_server), database, tmp_path, FACTS) as found:
        await found.sign_in("coordination")
        yield found


@pytest.fixture
async def network(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The network rp; its coordinator has signed in."""
    async with site(await alone("rp", database, nats_server), database, tmp_path, FACTS) as found:
        await found.sign_in("coordinator")
        yield found


def row_of(page: httpx2.Response, title: str) -> str:
    """The words of a table's row that begins with a title."""
    found = re.search(rf'<tr><th scope="row">(?:<a [^>]*>)?{title}<.*?</tr>', page.text, re.DOTALL)
    assert found, title
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def links_of(page: httpx2.Response, path: str) -> list[str]:
    """The addresses of a page that begin with a path."""
    return [html.unescape(link) for link in re.findall(rf'href="({path}[^"]*)"', page.text)]


async def test_the_overview_shows_all_lines_and_indicators_with_the_year_before_and_asks_once(
    centre: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await centre.get("/bund?jahr=2022")
    assert page.status_code == 200
    assert row_of(page, "Anerkennungs- und Qualifizierungsberatung").startswith(
        "Anerkennungs- und Qualifizierungsberatung Erstberatungen 4 1 +300,0 %"
    )
    assert row_of(page, "Qualifizierung").startswith("Qualifizierung Eintritte in Qualifizierungen 2 0 –")
    assert row_of(page, "Interkulturelle Kompetenzentwicklung: Teilnehmende").endswith("9 0 – Hinweis (1)")
    stock = row_of(page, "Verstetigungen von Qualifizierungsangeboten")
    assert stock.endswith("Bestand am Stichtag, daneben der ein Jahr davor 1 1 unverändert")
    shown = text_of(page)
    assert "01/2021–12/2021" in shown
    assert "Ein Jahr davor war der Wert null" in shown
    assert "2 von 2 Netzwerken" in shown
    assert re.search(r"2022-Q3|3\. Quartal 2022", page.text)
    (use,) = await rows(centre.gateway.app, "SELECT purpose, query FROM figure_use")
    assert tuple(use) == ("Prüfung", "/bund?jahr=2022")
    asked: list[str] = []
    send = Upstreams.send

    async def noting(self: Upstreams, *arguments: Any, **more: Any) -> httpx2.Response:
        asked.append(str(arguments[-1]))
        return await send(self, *arguments, **more)

    monkeypatch.setattr(Upstreams, "send", noting)
    for path in ("/bund", "/bund/linie/qualification", "/bund/netzwerk/rp"):
        asked.clear()
        assert (await centre.get(path)).status_code == 200
        assert len(asked) <= UPSTREAM_REQUESTS, asked
        assert "/api/v1/figures/several" in asked


async def test_pages_lead_to_one_another_and_numbers_to_their_special_requests(centre: Site) -> None:
    overview = await centre.get("/bund?jahr=2022&quartal=3&as_of=jetzt&karte=qualification_entries")
    assert "Eintritte in Qualifizierungen – Karte" in text_of(overview)
    kept = "?jahr=2022&quartal=3&as_of=jetzt"
    line = f"/bund/linie/recognition_counselling{kept}"
    assert line in links_of(overview, "/bund/linie/")
    assert f"/bund/netzwerk/sn{kept}" in links_of(overview, "/bund/netzwerk/")
    assert "/bund?jahr=2022&quartal=3&karte=qualification_entries" in links_of(overview, r"/bund\?")
    page = await centre.get(line)
    assert "Erstberatungen 4 1" in text_of(page)
    assert f"/bund{kept}" in links_of(page, r"/bund\?")
    assert "/methoden/first_counsellings" in links_of(page, "/methoden/")
    later = links_of(page, "/anfrage")
    assert any("by=gender" in link and "from=2022-07&to=2022-09" in link for link in later)  # only networks know
    assert f"/bund/netzwerk/sn{kept}" in links_of(page, "/bund/netzwerk/")
    assert "Zahlenpass Kennzahl Erstberatungen" in text_of(page)
    page = await centre.get("/bund/linie/recognition_counselling?jahr=2022")
    numbers = re.findall(r'<a href="(/anfrage[^"]+)">([\d.]+)</a>', page.text)
    assert len(numbers) > 40
    for link, number in dict(numbers[::9]).items():
        answer = text_of(await centre.get(html.unescape(link)))
        assert f": {number} (IQ-Verbund" in answer, link


async def test_a_network_page_asks_the_network_nothing_unasked(centre: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []
    answer = Figures.answer

    async def noted(self: Figures, question: Question, *more: Any) -> dict[str, Any]:
        asked.extend([question] if question.asked else [])
        return await answer(self, question, *more)

    monkeypatch.setattr(Figures, "answer", noted)
    page = await centre.get("/bund/netzwerk/rp?jahr=2022")
    shown = text_of(page)
    assert page.status_code == 200
    assert "Zeitnah erfasst Das weiß nur das Netzwerk." in shown
    assert row_of(page, "Erstberatungen").startswith("Erstberatungen 3 1 +200,0 %")
    assert "Faire Integration 05/2019" in shown
    assert "Staatsangehörigkeit 0 0,0 %" in shown
    assert "In Rheinland-Pfalz begann Faire Integration 2019 in Mainz" in shown
    assert "In Sachsen-Anhalt begann" not in shown
    assert any("region=rp" in link for link in links_of(page, "/anfrage"))
    early = text_of(await centre.get("/bund/netzwerk/rp?jahr=2021"))
    assert "Staatsangehörigkeit 1 100,0 %" in early
    assert asked == []


async def test_what_is_asked_wrongly_is_told_and_one_refused_figure_leaves_the_rest(
    centre: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    this_year = clock.today().year
    for path, status, words in (
        ("/bund/linie/gibt-es-nicht", 404, "Faire Integration (fair_integration)"),
        ("/bund/netzwerk/xx", 404, "Sachsen (sn)"),
        ("/bund?jahr=1999", 422, f"Bitte ein Jahr von 2015 bis {this_year} wählen."),
        ("/bund?jahr=letztes", 422, "kein Jahr"),
        ("/bund/linie/qualification?quartal=7", 422, "kein Quartal"),
        ("/bund?karte=contact_persons", 422, "Möglich sind: counselling_sessions"),
        ("/bund/netzwerk/rp?as_of=2099-01-01", 422, "Zukunft"),
        ("/bund?as_of=irgendwann", 422, "kein gültiges Datum"),
    ):
        page = await centre.get(path)
        assert (page.status_code, words in text_of(page)) == (status, True), path
    answer = Figures.answer

    async def refusing(self: Figures, question: Question, *more: Any) -> dict[str, Any]:
        if question.indicator.code in ("qualification_entries", "transfers"):
            raise Problem(422, "Diese Zahl wird gerade neu gezählt.")
        return await answer(self, question, *more)

    monkeypatch.setattr(Figures, "answer", refusing)
    page = await centre.get("/bund?jahr=2022")
    assert page.status_code == 200
    assert "Keine Antwort: Diese Zahl wird gerade neu gezählt." in row_of(page, "Qualifizierung")
    assert row_of(page, "Erstberatungen").startswith("Erstberatungen 4 1")
    line = await centre.get("/bund/linie/qualification?jahr=2022")
    assert line.status_code == 200
    assert "Diese Zahl wird gerade neu gezählt." in text_of(line)


async def test_a_network_sees_its_own_figures_on_the_same_pages(network: Site) -> None:
    page = await network.get("/auswertung?jahr=2022")
    shown = text_of(page)
    assert row_of(page, "Qualifizierung").startswith("Qualifizierung Eintritte in Qualifizierungen 1 0")
    assert re.search(r"Zeitnah erfasst .*Anerkennungs- und Qualifizierungsberatung \d+ 3 ", shown)  # asked of nobody
    assert "Geschlecht 0 0,0 %" in shown
    assert "/auswertung/linie/qualification?jahr=2022" in links_of(page, "/auswertung/linie/")
    assert links_of(page, "/bund") == []
    line = await network.get("/auswertung/linie/recognition_counselling?jahr=2022")
    assert "Erstberatungen nach Geschlecht" in text_of(line)  # which the centre would have to ask for
    assert re.search(r'weiblich</th><td class="num"><a href="[^"]+">2</a>', line.text)
    for path in ("/bund", "/bund/linie/qualification", "/bund/netzwerk/rp"):
        assert (await network.get(path)).status_code == 404, path
    assert (await network.get("/auswertung/linie/unsinn")).status_code == 404


async def test_several_questions_have_one_answer_each_and_pairs_one_verdict(centre: Site) -> None:
    client = centre.gateway.client
    q = [
        "indicator=first_counsellings&from=2022-01",
        "indicator=gibt_es_nicht",
        "//[",
        "indicator=transfers&from=2022-01",
    ]
    found = (await client.get("/api/v1/figures/several", params={"q": q})).json()["items"]
    assert [list(entry) for entry in found] == [["answer"], *[["problem"]] * 3]
    assert found[0]["answer"] == (await client.get(f"/api/v1/figures?{q[0]}")).json()
    assert [entry["problem"]["status"] for entry in found[1:]] == [404, 422, 422]
    pair = ("indicator=persons_new_to_programme&year=2018", "indicator=persons_new_to_programme&year=2019")
    both = {"a": [pair[0], q[0]], "b": [pair[1], q[0]]}
    verdicts = (await client.get("/api/v1/compare/several", params=both)).json()
    for verdict, (a, b) in zip(verdicts, (pair, (q[0], q[0])), strict=True):
        alone = (await client.get("/api/v1/compare", params={"a": a, "b": b})).json()
        assert (verdict["comparable"], verdict["sentence"]) == (alone["comparable"], alone["sentence"])
    assert [verdict["comparable"] for verdict in verdicts] == [False, True]
    odd = await client.get("/api/v1/compare/several", params={"a": [q[0], q[0]], "b": [q[0]]})
    assert odd.status_code == 422
    assert (await client.get("/api/v1/figures/several")).status_code == 422
