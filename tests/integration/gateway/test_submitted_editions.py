"""The page *Eingereicht von Netzwerken* at the centre, and what the network reads after the acceptance."""

import contextlib
import html
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.reporting.app import create_app as create_reporting
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import served, settings
from tests.integration.gateway.test_edition_pages import SESSIONS, Site, text_of
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.waiting import eventually

BY_NATION = "indicator=counselling_sessions&by=nationality&from=2022-04&to=2022-06"
TITLE = "Beratungen <b>in</b> Rheinland-Pfalz"


@dataclass
class Both:
    """The gateways of the centre and of rp, each with someone in front of it."""

    centre: Site
    network: Site

    async def listed(self, key: str) -> str | None:
        """The centre's page, as soon as it lists a submission."""
        page = (await self.centre.get("/veroeffentlichungen")).text
        return page if key in page else None


@pytest.fixture
async def both(federation: Federation, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Both]:
    """Centre and rp with the same sessions of rp."""
    sites: dict[str, Site] = {}
    async with contextlib.AsyncExitStack() as stack:
        for code in ("de", "rp"):
            app = create_reporting(federation.settings(code, database("reporting")))
            behind = app.state.settings
            await Desk(app.state.sessions, code).keep([one for one in SESSIONS if one["region"] == "rp"])
            await stack.enter_async_context(serving(app, behind.port))
            more: dict[str, Any] = {"signing_key": behind.signing_key}
            more |= {"reporting_url": f"http://127.0.0.1:{behind.port}"}
            folder = tmp_path / code
            folder.mkdir()
            gateway = await stack.enter_async_context(served(settings(code, database("gateway"), folder, **more)))
            sites[code] = Site(gateway, app)
        await sites["de"].sign_in("coordination")
        await sites["rp"].sign_in("coordinator")
        yield Both(sites["de"], sites["rp"])


def tables_of(page: httpx2.Response) -> str:
    """What a page says of an edition's tables and of how they are protected."""
    tables, protected, _rest = text_of(page).split("Tabelle 1: ")[1].partition("Wie die Zahlen geschützt sind")
    assert protected
    return tables


async def test_a_submission_is_listed_accepted_by_its_button_and_published_on_both_sides(both: Both) -> None:
    key = await both.network.make(BY_NATION, title=TITLE)
    page = text_of(await both.centre.get("/veroeffentlichungen"))
    assert "Nichts wartet auf Annahme." in page  # a draft
    assert "Ohne lesbare Antwort" in page
    assert "Sachsen" in page.split("Ohne lesbare Antwort")[1]  # it is away
    await both.network.send(f"/veroeffentlichungen/{key}/einreichen", {})
    page = str(await eventually(lambda: both.listed(key), 20.0))
    assert html.escape(TITLE) in page  # what a network typed stays text
    words = page.split("Eingereicht von Netzwerken")[1]
    assert all(word in words for word in ("Rheinland-Pfalz", "15.07.2022", "Mindestzahl 3", "Ansehen und annehmen"))
    path = f"/veroeffentlichungen/einreichungen/rp/{key}"
    assert f'href="{path}"' in page
    looked_at = await both.centre.get(path)
    assert f'action="{path}"' in looked_at.text
    assert html.escape(TITLE) in looked_at.text
    tables = tables_of(looked_at)
    assert "Abweichungen" not in text_of(looked_at)
    forged = await both.centre.gateway.client.post(path, data={"csrf": "x"})
    assert forged.status_code == 403
    answer = await both.centre.send(path, {})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/veroeffentlichungen/{key}?getan=erschienen")
    assert "Nichts wartet auf Annahme." in text_of(await both.centre.get("/veroeffentlichungen"))
    assert tables_of(await both.centre.get(f"/daten/{key}")) == tables  # exactly what was seen

    async def published() -> bool:
        shown = text_of(await both.network.get(f"/veroeffentlichungen/{key}"))
        return "veröffentlicht Stichtag" in shown and "Seite für alle" in shown

    await eventually(published, 20.0)
    assert (await both.network.get(f"/daten/{key}")).status_code == 200


async def test_what_the_records_do_not_bear_out_is_refused_in_words_and_stays_submitted(both: Both) -> None:
    extra = [SESSIONS[0] | {"name": f"never told {one}"} for one in range(9)]
    await Desk(both.network.reporting.state.sessions, "rp").keep(extra)
    key = await both.network.make(BY_NATION, title=TITLE)
    await both.network.send(f"/veroeffentlichungen/{key}/einreichen", {})
    await eventually(lambda: both.listed(key), 20.0)
    answer = await both.centre.send(f"/veroeffentlichungen/einreichungen/rp/{key}", {})
    assert (answer.status_code, "stimmen nicht mit den Datensätzen beim Bund überein" in text_of(answer)) == (409, True)
    words = text_of(answer)
    assert "So lässt sie sich nicht annehmen" in words
    assert "eingereicht beim Bund Insgesamt 15 6" in words.split("Abweichungen von den Datensätzen beim Bund")[1]
    assert f'action="/veroeffentlichungen/einreichungen/rp/{key}"' not in answer.text  # nothing to press
    assert await both.listed(key)


async def test_what_is_exact_is_looked_at_for_a_purpose_only(both: Both) -> None:
    await both.centre.sign_out()
    await both.centre.gateway.sign_in("coordination")
    path = "/veroeffentlichungen/einreichungen/rp/6f1f3ae6-4f0f-4f2c-9d39-3f1f0a0f8a11"
    asked = await both.centre.get(path)
    assert (asked.status_code, asked.headers["location"].startswith("/zweck?weiter=")) == (303, True)
    await both.centre.sign_in("coordination")
    assert (await both.centre.get(path)).status_code == 404


async def test_only_the_coordination_sees_and_accepts_submissions(both: Both) -> None:
    key = await both.network.make(BY_NATION, title=TITLE)
    await both.network.send(f"/veroeffentlichungen/{key}/einreichen", {})
    await eventually(lambda: both.listed(key), 20.0)
    assert "Annehmen" not in (await both.network.get("/veroeffentlichungen")).text
    path = f"/veroeffentlichungen/einreichungen/rp/{key}"
    assert (await both.network.send(path, {})).status_code in (403, 404)
    await both.centre.sign_in("reader")
    assert (await both.centre.get("/veroeffentlichungen")).status_code == 403
