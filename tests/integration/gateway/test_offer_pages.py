"""The page of offers: others' runs in a network, all at the centre, and for who watches those that are short."""

import contextlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.reporting.app import create_app as create_reporting
from services.reporting.offers import Hearing
from shared import clock
from shared.contracts.offers import OffersPublished, PublicOffer
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import alone, served, settings
from tests.integration.gateway.test_edition_pages import Site, text_of
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.events import entity
from tests.support.servers import NatsServer

LINK = "https://bw.example.org/anmeldung/durchgang/7"
SOON, PAST = clock.today() + timedelta(days=5), clock.today() - timedelta(days=1)
LATER = clock.today() + timedelta(days=60)


def run(name: str, region: str, closes_on: date, **values: Any) -> dict[str, Any]:
    """A run as a network told it."""
    common = {"event": "run", "name": name, "region": region, "public_title": f"{name} <b>frei</b>"}
    months = {"month_from": f"{LATER:%Y-%m}", "month_to": f"{LATER:%Y-%m}", "closes_on": closes_on.isoformat()}
    return common | months | {"registered": 2} | values


RUNS = [
    run("Mainz", "rp", SOON),
    run("Worms", "rp", LATER),
    run("Dresden", "sn", SOON, registered=5, waiting=4),
    run("Leipzig", "sn", SOON, cross_region=False, state="confirmed", waiting=2, accepted=8),
]


@pytest.fixture
async def sites(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[dict[str, Site]]:
    """The centre, and rp that was told of one run of bw that is open and one that is closed."""
    found: dict[str, Site] = {}
    async with contextlib.AsyncExitStack() as stack:
        for code in ("de", "rp"):
            behind = await alone(code, database, nats_server)
            reporting = create_reporting(behind)
            await Desk(reporting.state.sessions, code).keep([one for one in RUNS if code in ("de", one["region"])])
            more = {"signing_key": behind.signing_key, "reporting_url": f"http://127.0.0.1:{behind.port}"}
            (tmp_path / code).mkdir()
            asked = settings(code, database("gateway"), tmp_path / code, **more)
            await stack.enter_async_context(serving(reporting, behind.port))
            found[code] = Site(await stack.enter_async_context(served(asked)), reporting)
        yield found


async def tell(site: Site) -> None:
    """What the centre would say."""
    common: dict[str, Any] = {"region": "bw", "programme": "iko", "state": "registration_open", "waiting": 0}
    common |= {"month_from": "2027-03", "month_to": "2028-05", "min_places": 3, "max_places": 8, "accepted": 1}
    common |= {"registered": 4, "registration_url": LINK}
    offers = [
        PublicOffer(run_id=entity(name), public_title=f"{name} <i>und</i> mehr", closes_on=day, **common)
        for name, day in (("Aalen", SOON), ("Ulm", PAST))
    ]
    state = OffersPublished(offers=tuple(offers), waiting={"iko": 7})
    await Hearing(site.reporting.state.sessions, "rp").hear(state.model_dump_json().encode())


async def test_who_counsels_and_trains_sees_runs_of_others_with_their_link_while_it_helps(
    sites: dict[str, Site],
) -> None:
    rp = sites["rp"]
    for role in ("counsellor", "trainer"):
        await rp.sign_in(role)
        assert "Vom Bund ist noch nichts angekommen." in text_of(await rp.get("/angebote"))
    await tell(rp)
    page = await rp.get("/angebote")
    words = text_of(page)
    assert "Aalen &lt;i&gt;und&lt;/i&gt; mehr" in page.text
    assert f"Baden-Württemberg 03/2027 – 05/2028 {SOON:%d.%m.%Y} 3 von 8 5 Zur Anmeldung" in words
    assert page.text.count(f'href="{LINK}" rel="noreferrer"') == 1  # the other one is past its deadline
    assert "Frist abgelaufen" in words
    assert "Zuletzt vom Bund gehört" in words
    assert "Mainz" not in words  # its own are on their own page
    assert "Zu wenige Anmeldungen" not in words
    await rp.sign_out()
    await rp.sign_in("admin")
    assert (await rp.get("/angebote")).status_code == 403


async def test_a_coordinator_sees_which_runs_are_short_and_who_waits_elsewhere(sites: dict[str, Site]) -> None:
    rp = sites["rp"]
    await tell(rp)
    await rp.sign_in("coordinator")
    words = text_of(await rp.get("/angebote"))
    assert f"Mainz <b>frei</b> IKÖ 4.0 {SOON:%d.%m.%Y} 2 3 7 ja" in words
    assert "Worms" not in words  # there is time
    token = await rp.gateway.as_role("counsellor")
    assert (await rp.gateway.client.get("/api/v1/offers", headers=token)).status_code == 200
    assert (await rp.gateway.client.get("/api/v1/offers/short", headers=token)).status_code == 403


async def test_the_coordination_sees_all_runs_and_the_short_ones_in_both_languages(sites: dict[str, Site]) -> None:
    de = sites["de"]
    await de.sign_in("coordination")
    words = text_of(await de.get("/angebote"))
    assert f"Mainz <b>frei</b> IKÖ 4.0 Rheinland-Pfalz {SOON:%d.%m.%Y} 2 3 6 ja" in words  # 4 in Dresden, 2 in Leipzig
    offered = words.split("Offene Durchgänge")[1]
    assert [name in offered for name in ("Mainz", "Worms", "Dresden", "Leipzig")] == [True, True, True, False]
    assert "5 4 warten" in offered
    assert "Bund gehört" not in words
    english = text_of(await de.get("/angebote?sprache=en"))
    assert "Too few registrations" in english
    assert "Waiting elsewhere" in english
    assert "Zu wenige" not in english
