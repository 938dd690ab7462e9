"""IQ Good Practice for everyone, and transfers for the coordination, on real reporting (GP-07, GP-10)."""

import contextlib
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
import pytest

from services.registration.decisions.hearing import Decisions
from services.reporting.app import create_app as create_reporting
from services.reporting.sheets.rules import months_after
from shared.clock import today
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, alone, served, settings
from tests.integration.reporting.conftest import Desk
from tests.integration.reporting.test_sheets import sheet
from tests.support.apps import serving
from tests.support.events import entity
from tests.support.good_practice import PARTS, PROPOSAL, decide, told
from tests.support.pages import form_of
from tests.support.servers import NatsServer

EVIL = "<script>alert(1)</script> & Tür"
LIST = "/good-practice/uebertragungen"
FACTS: list[dict[str, Any]] = [
    sheet("evil", "2026-05-05", area="health", public={"title": EVIL, "initial_situation": "eins\nzwei <b>"}),
    sheet(
        "sn", "2026-04-05", region="sn", round="2015-2018", public={"title": "Netz", "programme_line": "intercultural"}
    ),
]


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The centre's gateway on its reporting."""
    behind = await alone(CENTRE, database, nats_server)
    reporting = create_reporting(behind)
    await Desk(reporting.state.sessions, CENTRE).keep(FACTS)
    url = f"http://127.0.0.1:{behind.port}"
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(serving(reporting, behind.port))
        asked = settings(CENTRE, database("gateway"), tmp_path, signing_key=behind.signing_key, reporting_url=url)
        found = await stack.enter_async_context(served(asked))
        found.behind = {"reporting": reporting}
        yield found


async def test_gp_10_everybody_finds_reads_and_prints_sheets_and_html_stays_text(centre: Gateway) -> None:
    page = await centre.client.get("/good-practice")
    assert page.status_code == 200, page.text
    assert ("&lt;script&gt;alert(1)" in page.text, "<script>alert" in page.text) == (True, False)
    for query, there, gone in (
        ("q=tür", "Tür", ">Netz<"),
        ("round=2015-2018", ">Netz<", "&amp; Tür"),
        ("area=health", "&amp; Tür", ">Netz<"),
        ("programme_line=intercultural", ">Netz<", "&amp; Tür"),
        ("region=sn", ">Netz<", "&amp; Tür"),
        ("round=unsinn&region=%00", ">Netz<", "nichts veröffentlicht"),
    ):
        main = (await centre.client.get(f"/good-practice?{query}")).text.split("</form>")[-1]
        assert (there in main, gone in main) == (True, False), query
    entry = await centre.client.get(f"/good-practice/{entity('evil')}")
    assert "<h2>Ausgangslage und Herausforderung</h2><p>eins<br>zwei &lt;b&gt;</p>" in entry.text
    assert "Rheinland-Pfalz · 2019–2022 · Gesundheit" in entry.text
    english = await centre.client.get(f"/good-practice/{entity('evil')}?sprache=en")
    for words in ("Published on 05.05.2026", '<article class="sheet" lang="de">'):
        assert words in english.text
    centre.client.cookies.clear()  # it remembers the language
    paper = await centre.client.get(f"/good-practice/{entity('evil')}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(paper.content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == EVIL
    for path in (f"/good-practice/{uuid4()}", "/good-practice/unsinn", f"/good-practice/{uuid4()}.pdf"):
        away = await centre.client.get(path)
        assert (away.status_code, "Diesen Steckbrief gibt es nicht" in away.text) == (404, True)


async def sent(centre: Gateway, page: str, action: str, **values: str) -> Any:
    """Open a page and send the form that goes to `action`."""
    shown = await centre.client.get(page)
    assert shown.status_code == 200, shown.text
    return await centre.client.post(action, data=form_of(shown.text, action) | values)


async def test_the_coordination_records_a_transfer_is_reminded_and_everyone_sees_where_it_went(centre: Gateway) -> None:
    await centre.sign_in("coordination")
    assert "Noch ist keine Übertragung eingetragen." in (await centre.client.get(LIST)).text
    begun = months_after(today(), -7)
    typed = {
        "item_id": f"sn.{entity('sn')}",
        "to_region": "bb",
        "organisation": "Klinikum <b>",
        "begun_on": f"{begun:%d.%m.%Y}",
    }
    new = f"{LIST}/neu"
    empty = await sent(centre, new, new, organisation="Klinikum <b>")
    assert (empty.status_code, "„Übernommen von“ fehlt" in empty.text, "Klinikum &lt;b&gt;" in empty.text) == (
        422,
        True,
        True,
    )
    own = await sent(centre, new, new, **typed | {"to_region": "sn"})
    assert (own.status_code, "kommt selbst aus Sachsen" in own.text) == (422, True)
    saved = await sent(centre, new, new, **typed)
    assert saved.status_code == 303, saved.text
    twice = await sent(centre, new, new, **typed)
    assert (twice.status_code, "schon übernommen" in twice.text) == (409, True)
    shown = (await centre.client.get(LIST)).text
    due = shown.split("Alle anderen")[0]
    assert ("Klinikum &lt;b&gt;" in due, f"{months_after(begun, 6):%d.%m.%Y}" in due) == (True, True)
    (edit,) = {part.split('"')[0] for part in shown.split('href="') if part.startswith(LIST) and "bearbeiten" in part}
    older = form_of((await centre.client.get(edit)).text, edit)
    assert (await sent(centre, edit, edit, organisation="Klinikum am Fluss")).status_code == 303
    stale = await centre.client.post(edit, data=older | {"organisation": "Anders"})
    assert (stale.status_code, "inzwischen geändert" in stale.text, 'value="Anders"' in stale.text) == (409, True, True)
    check = edit.replace("bearbeiten", "nachgefragt")
    late = form_of((await centre.client.get(LIST)).text, check)
    assert (await centre.client.post(check, data=late)).status_code == 303
    again = await centre.client.post(check, data=late)
    assert (again.status_code, "inzwischen geändert" in again.text) == (409, True)
    centre.client.cookies.clear()
    public = await centre.client.get(f"/good-practice/{entity('sn')}")
    assert ("Übertragen nach: Brandenburg" in public.text, "Klinikum" in public.text) == (True, False)
    assert (await centre.client.get(LIST)).status_code == 303  # to sign in


async def test_decisions_on_their_way_are_listed_and_only_the_coordination_sees_them(centre: Gateway) -> None:
    sessions = centre.behind["reporting"].state.sessions
    await decide(sessions, entity("evil"), outcome="not_selected", decided_on=today() - timedelta(days=2))
    await centre.sign_in("coordination")
    shown = (await centre.client.get(LIST)).text
    assert ("unterwegs ins Netzwerk" in shown, "nicht ausgewählt" in shown) == (True, True)
    assert "on its way to the network" in (await centre.client.get(f"{LIST}?sprache=en")).text
    for role in ("reader", "operations", "jury"):
        await centre.sign_in(role)
        assert (await centre.client.get(LIST)).status_code == 403


async def test_gp_07_who_proposed_reads_the_decision_and_sees_the_sheet_as_it_will_be_public(network: Gateway) -> None:
    registration = network.behind["registration"]
    coordinator, trainer = await network.as_role("coordinator"), await network.as_role("trainer")
    unit = {"kind": "specialist_unit", "code": "FS-GP", "name": "Fachstelle", "valid_from": "2020-01-01"}
    answer = await network.client.put(f"/api/v1/structure/{uuid4()}", headers=coordinator, json=unit)
    assert answer.status_code == 200, answer.text
    item = uuid4()
    body = {"item_kind": "good_practice", "values": PROPOSAL | PARTS}
    answer = await network.client.put(f"/api/v1/items/{item}", headers=trainer, json=body)
    assert answer.status_code == 200, answer.text
    await network.sign_in("trainer")
    assert "später die Entscheidung mit ihren Gründen" in (await network.client.get(f"/vorgaenge/{item}")).text
    state = json.dumps({"decisions": [told(item, reasons="Tragfähig <b>und</b>\n\nübertragbar")]}).encode()
    await Decisions(registration.state.sessions, "rp", registration.state.messaging.wake).hear(state)
    shown = (await network.client.get(f"/vorgaenge/{item}")).text
    for words in (
        "<strong>ausgewählt</strong>",
        "<p>Tragfähig &lt;b&gt;und&lt;/b&gt;</p>",
        "Jetzt fehlt der Steckbrief",
    ):
        assert words in shown
    preview = (await network.client.get(f"/vorgaenge/{item}/vorschau")).text
    for words in ("<h3>Umsetzung</h3><p>Gelernt wird im Betrieb.</p>", "Qualifizierung", "Brücke in den Beruf"):
        assert words in preview
