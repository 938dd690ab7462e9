"""*Datenqualität* and *Nachfragen*: findings as questions, asked at the centre, answered in a network from a list."""

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from services.reporting.app import create_app as create_reporting
from services.reporting.quality import store
from services.reporting.quality.telling import Hearing, state_of
from shared import clock
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import alone, csrf_of, served, settings
from tests.integration.gateway.test_edition_pages import Site, text_of
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.outliers import groups, last_month
from tests.support.servers import NatsServer

FOUND = "Teilnehmende an Gruppeninformationen · Handlungsfeld: Faire Integration"
SENTENCE = "Gezählt wurden 400; nach der eigenen Reihe der Monate davor wären 65 bis 135 zu erwarten."
LATER = f"{clock.today() + timedelta(days=9):%d.%m.%Y}"
PAST = f"{clock.today() - timedelta(days=9):%d.%m.%Y}"


@pytest.fixture
async def sites(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[dict[str, Site]]:
    """The centre with an outlier of rp and a smaller one of sn, and rp itself."""
    found: dict[str, Site] = {}
    async with contextlib.AsyncExitStack() as stack:
        for code in ("de", "rp"):
            behind = await alone(code, database, nats_server)
            reporting = create_reporting(behind)
            await Desk(reporting.state.sessions, code).keep(groups("rp"))
            if code == "de":
                await Desk(reporting.state.sessions, code).keep(groups("sn", found=300))
            more = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
            (tmp_path / code).mkdir()
            asked = settings(code, database("gateway"), tmp_path / code, **more)
            await stack.enter_async_context(serving(reporting, behind.port))
            found[code] = Site(await stack.enter_async_context(served(asked)), reporting)
        await found["de"].sign_in("coordination")
        await found["rp"].sign_in("coordinator")
        yield found


async def send(site: Site, path: str, page: httpx2.Response, **form: str) -> httpx2.Response:
    """Post a form of a page with its hidden fields."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return await site.gateway.client.post(path, data=hidden | form | {"csrf": csrf_of(page)})


async def ask(site: Site, **form: str) -> httpx2.Response:
    """Ask rp about its outlier."""
    listed = await site.get("/qualitaet?regel=outlier&netzwerk=rp")
    link = re.findall(r'href="(/qualitaet\?[^"]*nachfragen=[^"#]*)', listed.text)[0].replace("&amp;", "&")
    return await send(site, "/qualitaet/nachfragen", await site.get(link), **form)


async def carried(sites: dict[str, Site]) -> None:
    """What the leaf would carry: the centre's state down, the network's answers up."""
    centre, network = (sites[code].reporting.state.sessions for code in ("de", "rp"))
    async with centre() as session:
        told = await state_of(session, "rp")
    await Hearing(network, "rp").hear(told.model_dump_json().encode())
    async with network() as session:
        known = await store.follow_ups(session)
    async with centre() as session, session.begin():
        for region, one in known:
            await session.merge(store.row_of(region, one))


async def two_people(centre: Site) -> None:
    """Both close it, the second is told; it is asked once more with a reason."""
    await ask(centre, due_on=LATER)
    listed = await centre.get("/qualitaet/nachfragen")
    key = re.findall(r"nachfrage=([0-9a-f-]{36})", listed.text)[0]
    form = await centre.get(f"/qualitaet/nachfragen?nachfrage={key}")
    close, again = (f"/qualitaet/nachfragen/{key}/{act}" for act in ("schliessen", "oeffnen"))
    assert (await send(centre, close, form)).headers["location"] == "/qualitaet/nachfragen?getan=geschlossen"
    second = await send(centre, close, form)
    assert (second.status_code, "Jemand anderes hat diese Nachfrage" in text_of(second)) == (409, True)
    closed = await centre.get(f"/qualitaet/nachfragen?nachfrage={key}")
    assert "„Grund“ fehlt." in text_of(await send(centre, again, closed, due_on=LATER))
    opened = await send(centre, again, closed, due_on=LATER, reason="mistake")
    assert opened.headers["location"] == "/qualitaet/nachfragen?getan=erneut"
    assert "erneut: Versehentlich geschlossen" in text_of(await centre.get(f"/qualitaet/nachfragen?nachfrage={key}"))


async def others(network: Site) -> None:
    """Another network's is none here; who only reads does not answer, who counsels does not read."""
    key = uuid4()
    other = await send(network, f"/qualitaet/nachfragen/{key}/antwort", await network.get("/daten"), choice="right")
    assert other.status_code == 404
    assert "nur die eigenen" in text_of(other)
    await network.sign_out()
    await network.sign_in("counsellor")
    assert (await network.get("/qualitaet")).status_code == 403
    await network.sign_out()
    await network.sign_in("admin")
    assert (await network.get("/qualitaet/nachfragen")).status_code == 200
    token = await network.gateway.as_role("admin")
    refused = await network.gateway.client.post(f"/api/v1/follow-ups/{key}/answer", headers=token, json={})
    assert refused.status_code == 403


async def test_findings_are_questions_by_severity_and_two_people_do_not_overwrite_each_other(
    sites: dict[str, Site],
) -> None:
    centre = sites["de"]
    page = await centre.get("/qualitaet?regel=outlier")
    words = text_of(page)
    assert "Ein Befund ist eine Frage, kein Fehler" in words
    assert SENTENCE in words
    assert words.index(f"Rheinland-Pfalz {FOUND}") < words.index(f"Sachsen {FOUND}")
    figure = re.findall(r'<th scope="row"><a href="([^"]+)"', page.text)[0].replace("&amp;", "&")
    assert "400" in text_of(await centre.get(figure))
    only = text_of(await centre.get("/qualitaet?regel=outlier&netzwerk=sn"))
    assert f"Sachsen {FOUND}" in only
    assert f"Rheinland-Pfalz {FOUND}" not in only
    assert "Keine Befunde" in text_of(await centre.get("/qualitaet?regel=empty_month"))
    silent = await centre.get("/qualitaet?regel=silent_network")
    assert "Von diesem Netzwerk ist noch nie ein Lebenszeichen angekommen." in text_of(silent)
    assert '<a href="/betrieb">Lebenszeichen</a>' in silent.text
    own = await sites["rp"].get("/qualitaet")
    assert SENTENCE in text_of(own)
    assert "nachfragen=" not in own.text  # who is asked does not ask
    await two_people(centre)
    await others(sites["rp"])
    english = text_of(await centre.get("/qualitaet?regel=outlier&sprache=en"))
    assert "A finding is a question, not a fault" in english
    assert "400 were counted" in english


async def test_a_finding_becomes_a_follow_up_that_the_network_answers(sites: dict[str, Site]) -> None:
    centre, network = sites["de"], sites["rp"]
    refused = await ask(centre, due_on="31.2.2027")
    assert refused.status_code == 422
    assert "„Antwort erbeten bis“ ist kein gültiges Datum." in text_of(refused)
    assert 'value="31.2.2027"' in refused.text  # nothing typed is lost
    assert (await ask(centre, due_on=PAST)).status_code == 422
    assert (await ask(centre, due_on=LATER)).headers["location"] == "/qualitaet/nachfragen?getan=gefragt"
    assert "läuft" in text_of(await centre.get("/qualitaet?regel=outlier"))
    await carried(sites)
    listed = await network.get("/qualitaet/nachfragen")
    month = f"{last_month()[5:]}/{last_month()[:4]}"
    assert f"{FOUND}, {month} Ausreißer offen {LATER} 400 → 400 (unverändert) –" in text_of(listed)
    assert "1 offen, 0 beantwortet" in text_of(await network.get("/qualitaet"))
    key = re.findall(r"nachfrage=([0-9a-f-]{36})", listed.text)[0]
    form = await network.get(f"/qualitaet/nachfragen?nachfrage={key}")
    path = f"/qualitaet/nachfragen/{key}/antwort"
    assert "„Antwort“ fehlt." in text_of(await send(network, path, form))
    late = await send(network, path, form, choice="being_corrected", until=PAST)
    assert (late.status_code, "Der Tag liegt in der Vergangenheit." in text_of(late)) == (422, True)
    assert f'value="{PAST}"' in late.text
    done = await send(network, path, form, choice="being_corrected", until=LATER, month="9/2026")
    assert done.headers["location"] == "/qualitaet/nachfragen?getan=beantwortet"
    twice = await send(network, path, form, choice="right")
    assert (twice.status_code, "schon beantwortet" in text_of(twice)) == (409, True)
    await carried(sites)
    seen = text_of(await centre.get("/qualitaet/nachfragen"))
    assert (
        f"beantwortet {LATER} 400 → 400 (unverändert) Wird berichtigt bis zu einem Tag, bis {LATER}, Monat 09/2026"
        in seen
    )
