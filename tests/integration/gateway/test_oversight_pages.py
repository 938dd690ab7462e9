"""Pages of completeness, path, cohorts and transfers on real reporting, with records that can be counted by hand."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.registration.app import create_app as create_registration
from services.reporting.app import create_app as create_reporting
from shared import clock
from shared.settings import Settings
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import alone, served, settings
from tests.integration.gateway.test_figure_pages import Site, text_of
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.events import entity
from tests.support.federation import Federation
from tests.support.recording import rows
from tests.support.servers import NatsServer
from tests.support.training import Training
from tests.support.waiting import eventually

NEW, OLD = "2019-2022", "2015-2018"
PUBLIC = {"title": "Pflege <b>Brücke</b>", "organisation": "Pflegeschule am Fluss"}
FULL = "full"
"""Values that only the network's own event has."""


def session(name: str, month: str, region: str = "rp", **more: Any) -> dict[str, Any]:
    return {"event": "session", "name": name, "month": month, "region": region, **more}


def entry(name: str, region: str, came: str, **more: Any) -> dict[str, Any]:
    entered = {"month_entered": "2022-03", "came_from_counselling": came}
    return {"event": "participation", "name": name, "region": region, **entered, **more}


def item(name: str, region: str, state: str, day: str = "2022-05-02", **more: Any) -> dict[str, Any]:
    return {"event": "item", "name": name, "region": region, "state": state, "recorded_on": day, **more}


SOON = {"date": "2022-08-10", "recorded_on": "2022-08-13"}
LATE = {"date": "2022-08-10", "recorded_on": "2022-08-14"}
REFERRED = {"date": "2022-09-05", "recorded_on": "2022-09-05", "referral_target": "iq_qualification"}
EVENT = {"event": "meeting", "format": "event", "role": "active_partner", "region": "sn"}
EVENTS: list[dict[str, Any]] = [
    session("a", "2022-08", full=SOON),
    session("b", "2022-08", full=LATE),
    session("c", "2022-09", full=REFERRED),
    session("d", "2021-08", full={"date": "2021-08-01", "recorded_on": "2021-08-31"}),
    session("e", "2017-08", full={"date": "2017-08-01", "recorded_on": "2017-08-01"}),
    session("f", "2022-09", programme_line="fair_integration"),
    session("g", "2022-09", "sn"),
    entry("p", "rp", "yes", month_ended="2022-06", result="finished", success="full_equivalence"),
    entry("q", "rp", "no"),
    entry("r", "sn", "yes", month_ended="2022-05", result="dropped_out", success="none"),
    {"event": "procedure", "name": "v", "month": "2022-05", "state": "notice", "outcome": "partial"},
    {"event": "procedure", "name": "w", "month": "2022-06", "state": "counselled"},
    {"event": "procedure", "name": "x", "month": "2022-07", "state": "closed", "outcome": "full", "region": "sn"},
    item("t", "rp", "planned", "2022-01-10", round=NEW, delivery="blended"),
    item("t", "rp", "completed", round=NEW, delivery="blended", area="health", revision=2, public=PUBLIC),
    item("u", "sn", "started", round=NEW, delivery="in_person"),
    item("y", "rp", "planned", round=OLD, delivery="in_person"),
    item("z", "rp", "abandoned", round=NEW),
    item("s", "sn", "completed", area="social", delivery="in_person"),
    {"event": "run", "name": "m", "programme": "ikke_mib", "public_title": "Mainz", "accepted": 5, "registered": 1,
     "waiting": 2, "max_places": 25, "month_from": "2026-02", "month_to": "2026-11"},
    {"event": "run", "name": "k", "programme": "iko", "public_title": "Dresden", "accepted": 3, "region": "sn"},
    {"event": "run", "name": "l", "programme": "qualification", "public_title": "Kurs"},
    {"event": "meeting", "name": "g", "month": "2022-02", "participants": 12},
    {**EVENT, "name": "h", "month": "2022-03", "participants": 30},
    {"event": "contact_persons", "name": "i", "month": "2022-08", "qualified": 5, "mandated": 2},
    {"event": "contact_persons", "name": "j", "month": "2022-09", "qualified": 6, "mandated": 3},
]  # fmt: skip


@contextlib.asynccontextmanager
async def site(behind: Settings, database: MakeDatabase, folder: Path, **more: Any) -> AsyncIterator[tuple[Site, Any]]:
    """A reporting that holds the records, a gateway in front of it, and the reporting itself."""
    reporting, code = create_reporting(behind), behind.network
    for told in EVENTS:
        values = {"received": clock.today()} | told
        own = values.pop(FULL, {})
        if code in (CENTRE, values.get("region", "rp")):
            await Desk(reporting.state.sessions, code).keep([values | (own if code != CENTRE else {})])
    urls = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
    async with (
        serving(reporting, behind.port),
        served(settings(code, database("gateway"), folder, **urls, **more)) as gateway,
    ):
        yield Site(gateway, code), reporting


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    """The centre, signed in; rp said an hour ago that it has two records more, and that one bucket differs."""
    async with site(await alone(CENTRE, database, nats_server), database, tmp_path) as (found, reporting):
        heard = clock.now() - timedelta(hours=1)
        beat = '{"outbox_depth": 7, "oldest_undelivered_seconds": 90}'
        async with reporting.state.sessions() as session_, session_.begin():
            connection = await session_.connection()
            await connection.execute(
                text("INSERT INTO heartbeat VALUES ('rp', 'counselling', :at, CAST(:beat AS jsonb))"),
                {"at": heard, "beat": beat},
            )
            await connection.execute(text("INSERT INTO expected VALUES ('rp', 'session_recorded', '2026-01-01', 10)"))
            differing = "INSERT INTO difference VALUES ('rp', 'session_recorded', 3, 'wanted', 1, 2, 0, :at)"
            await connection.execute(text(differing), {"at": heard})
        await found.sign_in("coordination")
        yield found


async def test_the_matrix_says_what_arrived_of_each_service_and_which_months_are_missing(centre: Site) -> None:
    page = await centre.get("/bund/vollstaendigkeit?jahr=2022")
    shown = text_of(page)
    # Counselling of rp: six sessions and two procedures arrived; it has delivered ten sessions. Its registration, two
    # participations, three items, two runs, a meeting and two months of contact persons, has never been heard.
    assert "Rheinland-Pfalz 8 von 10 7 " in shown
    assert " still 1 10 von 10 – keines –" in shown
    assert "Zusammen 25 von 27 Datensätzen." in shown
    assert "Noch nie gemeldet: Schleswig-Holstein, Hamburg" in shown
    assert 'href="/anfrage?indicator=completeness' in page.text
    rates = shown.split("Melderaten")[-1]
    assert "Rheinland-Pfalz 2 von 12 fehlt fehlt" in rates
    assert "fehlt 2 2 fehlt fehlt fehlt Sachsen 1 von 12" in rates
    assert "Netzwerke 0 von 2 " in rates
    assert "1 von 2 2 von 2 0 von 2" in rates  # August, September, October
    groups = text_of(await centre.get("/bund/vollstaendigkeit?jahr=2022&datensatz=meetings_held"))
    assert "Sachsen 1 von 12" in groups.split("Melderaten")[-1]
    refused = await centre.get("/bund/vollstaendigkeit?datensatz=unsinn")
    assert (refused.status_code, "„Datensatz“ kennt diesen Wert nicht." in refused.text) == (422, True)
    uses = [query for (query,) in await rows(centre.gateway.app, "SELECT query FROM figure_use ORDER BY id")]
    assert uses == ["/bund/vollstaendigkeit?jahr=2022", "/bund/vollstaendigkeit?jahr=2022&datensatz=meetings_held"]


async def test_the_path_counts_stages_side_by_side_and_asks_nobody_unasked(centre: Site) -> None:
    page = await centre.get("/bund/weg")
    shown = text_of(page)
    assert "zählen denselben Zeitraum, nicht dieselben Menschen" in shown
    assert "Erstberatungen 1 5 2. Verweis" in shown  # 2015-2018: e; 2019-2022: a b c d g, not f of Faire Integration
    assert "Bei den Netzwerken erfragen" in shown
    assert "Eintritte – 3 davon aus der Beratung gekommen – 2 (66,7 %)" in shown
    assert "beendet – 1 (33,3 %) abgebrochen – 1 (33,3 %) noch nicht beendet – 1 (33,3 %)" in shown
    assert "Bescheid: volle Gleichwertigkeit – 1 (50,0 %) Bescheid: teilweise Gleichwertigkeit – 1 (50,0 %)" in shown
    assert "Rheinland-Pfalz 4 2 1 (50,0 %) 1 (50,0 %) 1 (50,0 %) 2" in shown
    one = text_of(await centre.get("/bund/weg?netzwerk=sn"))
    assert "Erstberatungen – 1 2. Verweis" in one.split("Stufen nach Förderrunde")[-1]
    asked = text_of(await centre.get("/bund/weg?verweise=ja"))
    assert "Es fehlen: Rheinland-Pfalz, Sachsen." in asked  # both are away
    for wrong in ("netzwerk=xx", "runde=2022"):
        assert (await centre.get(f"/bund/weg?{wrong}")).status_code == 422


async def test_cohorts_show_places_at_the_centre_and_contact_persons_of_the_last_month(centre: Site) -> None:
    shown = text_of(await centre.get("/bund/kohorten?jahr=2022"))
    assert "Mainz Rheinland-Pfalz 02/2026 – 11/2026 Anmeldung offen 25 1 2 5 zusammen 25 1 2 5" in shown
    assert "Dresden Sachsen" in shown
    assert "Kurs" not in shown
    assert "Schulung eigene Durchführung 1 12" in shown
    assert "Veranstaltung aktive Partnerschaft 1 30" in shown
    assert "Rheinland-Pfalz 09/2022 6 3 (50,0 %)" in shown
    assert "Noch ist kein Durchgang gemeldet" not in shown
    assert "Seminar abgeschlossen" not in shown  # only the network knows


async def test_transfers_are_a_stock_in_whole_per_cent_with_the_titles_that_are_public(centre: Site) -> None:
    page = await centre.get("/bund/verstetigung")
    shown = text_of(page)
    assert "4 Angebote" in shown
    assert "abgeschlossen 2 50 % begonnen 1 25 % geplant oder geprüft 1 25 %" in shown
    assert "Gesundheitsberufe 1 50 %" in shown
    assert "2015–2018 – – 1 1 2019–2022 1 1 – 2 keine Angabe 1 – – 1" in shown
    assert "Blended Learning 1 – – 1" in shown
    assert "Rheinland-Pfalz 1 – 1 2 Sachsen 1 1 – 2" in shown
    assert "Pflege &lt;b&gt;Brücke&lt;/b&gt;" in page.text
    before = text_of(await centre.get("/bund/verstetigung?as_of=2022-05-01"))
    assert "geplant oder geprüft 1 100 %" in before
    assert "Noch hat kein Netzwerk den Titel" in before
    of_round = text_of(await centre.get(f"/bund/verstetigung?runde={NEW}"))
    assert ("2 Angebote" in of_round, "Brücke" in of_round) == (True, True)
    other = text_of(await centre.get(f"/bund/verstetigung?runde={OLD}"))
    assert ("1 Angebote" in other, "Brücke" in other) == (True, False)
    assert (await centre.get("/bund/verstetigung?as_of=morgen")).status_code == 422
    english = text_of(await centre.get("/bund/verstetigung?sprache=en"))
    assert ("Stock on the reference day" in english, "Bestand am Stichtag" in english) == (True, False)


@pytest.mark.timeout(120)  # three brokers, two networks' services: slow where the machine is shared
async def test_timeliness_and_referrals_are_answered_by_the_networks_and_silent_ones_are_named(
    federation: Federation, database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    both = [federation.settings(code, database("reporting")) for code in (CENTRE, "rp")]
    registration = create_registration(federation.settings("rp", database("registration")))
    port = registration.state.settings.port
    register = {"registration_url": f"http://127.0.0.1:{port}"}
    async with (
        serving(registration, port),
        site(both[0], database, tmp_path_factory.mktemp("de")) as (centre, _),
        site(both[1], database, tmp_path_factory.mktemp("rp"), **register) as (network, _here),
    ):
        await centre.sign_in("coordination")

        async def answered() -> str | None:
            shown = text_of(await centre.get("/bund/vollstaendigkeit/zeitnaehe?jahr=2022&as_of=jetzt"))
            return shown if "Es fehlen: Sachsen." in shown else None

        shown = str(await eventually(answered, 20))  # right after the start leaves still connect
        # Of rp: August one of two, September two of two (f too), so three of four; the year before none of one.
        assert "Rheinland-Pfalz 75,0 % 0,0 % +75,0 Pkt. – – – – – – – 50,0 % 100,0 % –" in shown
        path = text_of(await centre.get("/bund/weg?verweise=ja&as_of=jetzt"))
        assert "Verweise in die Qualifizierung – 1 3. Eintritt" in path
        await network.sign_in("counsellor")
        moved = await network.get("/bund/vollstaendigkeit/zeitnaehe?jahr=2022")
        assert moved.url.path == "/auswertung/vollstaendigkeit/zeitnaehe"
        own = text_of(moved)
        assert "75,0 % 0,0 % +75,0 Pkt." in own
        assert "Jedes hat für sich gezählt" not in own
        told = text_of(await network.get("/auswertung/weg"))
        assert "Verweise in die Qualifizierung – 1 3. Eintritt" in told  # its own: nobody is asked
        assert "Nach Netzwerk" not in told
        rates = text_of(await network.get("/auswertung/vollstaendigkeit?jahr=2022"))
        assert "Rheinland-Pfalz 2 von 12" in rates
        assert "Ein Dienst antwortet nicht" in rates  # its recording services are away
        assert "2 Angebote" in text_of(await network.get("/auswertung/verstetigung"))
        asked = text_of(await network.get("/fragen"))
        assert "Zeitnahe Erfassung" in asked
        await sees_its_cohorts(network, registration)


async def sees_its_cohorts(network: Site, registration: Any) -> None:
    """Who coordinates sees counts of the network's own register, nobody's name; who counsels sees places only."""
    cohort = Training(uuid4(), "ikke_mib", run_id=entity("m"))
    house = cohort.registration("Haus am CANARY")
    for stage in ("registered", "seminar_completed", "mandated"):
        cohort.participant(house, "CANARY, Ada", stage=stage)
    await cohort.save(registration)
    places = "Mainz 02/2026 – 11/2026 Anmeldung offen 25 1 2 5 "
    assert f"{places}zusammen" in text_of(await network.get("/auswertung/kohorten"))
    await network.sign_in("coordinator")
    page = await network.get("/auswertung/kohorten")
    assert f"{places}3 2 (67 %) 1 (33 %) 1 (33 %) 1 (33 %) 1 (33 %) zusammen" in text_of(page)
    assert "CANARY" not in page.text
