"""`/gremium`: sitting, ratings and decision over pages; nothing typed is lost, nobody is named (GP-01 to GP-08)."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.reporting.app import create_app as create_reporting
from services.reporting.board.criteria import criteria
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import PASSWORD, Gateway, alone, served, settings
from tests.integration.reporting.conftest import Desk
from tests.integration.reporting.test_board import AGAIN, REASONS, proposal
from tests.support.apps import serving
from tests.support.events import entity
from tests.support.pages import form_of
from tests.support.servers import NatsServer

EVIL = "<script>alert(1)</script> & Beispiel"
MEMBERS = {"member-b": ("bmas", None), "member-m": ("mut_iq", None), "member-n": ("networks", "sn")}
MEMBERS |= {"member-f": ("specialist_units", None), "member-own": ("networks", "rp")}
STEP = "marks.{}.mark"
WHY = "marks.{}.reason"
pytestmark = pytest.mark.timeout(90)


def accounts(folder: Path) -> Path:
    """An account of the coordination, and members of the board."""
    common = {"gateway": "", "region": CENTRE, "carrier_id": None, "office_id": None, "password": PASSWORD}
    found: list[dict[str, Any]] = [common | {"role": "coordination", "username": "coordination"}]
    for name, (group, network) in MEMBERS.items():
        found.append(common | {"role": "jury", "username": name, "group": group, "network": network})
    file = folder / "board.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    return file


@pytest.fixture
async def centre(nats_server: NatsServer, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The centre's gateway on its reporting, which knows two proposals."""
    told = await alone(CENTRE, database, nats_server)
    reporting = create_reporting(told)
    await Desk(reporting.state.sessions, CENTRE).keep([proposal("evil", EVIL), proposal("other", "Zweites Beispiel")])
    more: dict[str, Any] = {"signing_key": told.signing_key, "reporting_url": f"http://127.0.0.1:{told.port}"}
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(serving(reporting, told.port))
        asked = settings(CENTRE, database("gateway"), tmp_path, accounts_file=accounts(tmp_path), **more)
        yield await stack.enter_async_context(served(asked))


async def send(centre: Gateway, page: str, action: str, **values: Any) -> httpx2.Response:
    """Open a page and send the form that goes to `action`, as a browser without JavaScript does."""
    shown = await centre.client.get(page)
    assert shown.status_code == 200, shown.text
    return await centre.client.post(action, data=form_of(shown.text, action) | values)


def marks(step: int, reason: str) -> dict[str, str]:
    """A rating as it is typed."""
    typed = {STEP.format(code): str(step) for code in criteria()}
    return typed | {WHY.format(code): reason for code in criteria()}


async def sitting_of(centre: Gateway) -> str:
    """A sitting with both proposals, made over its page; its address."""
    await centre.sign_in("coordination")
    chosen = [f"rp:{entity(name)}" for name in ("evil", "other")]
    wrong = await send(centre, "/gremium/neu", "/gremium/neu", title="Herbst", day="31.02.2026", proposals=chosen)
    assert (wrong.status_code, 'value="31.02.2026"' in wrong.text, wrong.text.count(" checked")) == (422, True, 2)
    made = await send(centre, "/gremium/neu", "/gremium/neu", title="Herbst", day="27.11.2026", proposals=chosen)
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).partition("?")[0]


async def test_a_sitting_from_its_proposals_to_its_protocol(centre: Gateway) -> None:
    sitting = await sitting_of(centre)
    page = f"{sitting}/{entity('evil')}"
    overview = (await centre.client.get("/gremium")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in overview
    assert ("<script>alert" in overview, "Rheinland-Pfalz" in overview, "es fehlt:" in overview) == (False, True, True)
    typed = {"outcome": "selected", "reasons": REASONS}
    early = await send(centre, page, f"{page}/entscheidung", **typed)
    assert early.status_code == 409  # GP-08
    assert ("Es fehlen" in early.text or "Es fehlt" in early.text, REASONS in early.text) == (True, True)
    for member in ("member-b", "member-m", "member-n", "member-f"):
        await centre.sign_in(member)
        assert "von Ihnen zu bewerten" in (await centre.client.get("/gremium")).text
        saved = await send(centre, page, f"{page}/bewertung", **marks(3, "Gut begründet und belegt."))
        assert saved.status_code == 303, saved.text
    await centre.sign_in("coordination")
    short = await send(centre, page, f"{page}/entscheidung", outcome="selected", reasons="kurz")  # GP-07
    assert (short.status_code, "mindestens 80" in short.text, ">\nkurz</textarea>" in short.text) == (422, True, True)
    none = await send(centre, page, f"{page}/entscheidung", outcome="", reasons=REASONS)
    assert (none.status_code, "Die Entscheidung fehlt." in none.text, REASONS in none.text) == (422, True, True)
    assert (await send(centre, page, f"{page}/entscheidung", **typed)).status_code == 303
    closed = await send(centre, sitting, f"{sitting}/schliessen")
    assert closed.status_code == 303
    protocol = (await centre.client.get(f"{sitting}/protokoll")).text
    for words in ("Landesnetzwerke: 1 abgegeben", "ausgewählt", REASONS, "Nicht entschieden.", "Median"):
        assert words in protocol, words
    assert [name for name in MEMBERS if name in protocol] == []
    english = (await centre.client.get(f"{sitting}/protokoll?sprache=en")).text
    assert ("Minutes" in english, "Transferable" in english) == (True, True)


async def test_a_rating_keeps_what_was_typed_and_is_given_once(centre: Gateway) -> None:
    sitting = await sitting_of(centre)
    page = f"{sitting}/{entity('evil')}"
    await centre.sign_in("member-b")
    first = (await centre.client.get(page)).text
    old = form_of(first, f"{page}/bewertung")  # a second window, opened before
    assert "Die Bewertungen der anderen sehen Sie, wenn Sie Ihre eigene abgegeben haben." in first
    draft = await send(centre, page, f"{page}/bewertung", merken="1", **{WHY.format("innovative"): "Neu"})
    assert draft.headers["location"].endswith("gespeichert=3")
    gaps = await send(centre, page, f"{page}/bewertung", **{WHY.format("innovative"): "Neue Idee <b>"})
    assert (gaps.status_code, "„Übertragbar“: Die Bewertung fehlt." in gaps.text) == (422, True)
    assert "Neue Idee &lt;b&gt;" in gaps.text
    named = await send(centre, page, f"{page}/bewertung", **marks(2, "Die Idee hatte Frau Beispiel."))
    assert (named.status_code, "Frau Beispiel" in named.text, 'name="confirmed"' in named.text) == (422, True, True)
    assert ">\nDie Idee hatte Frau Beispiel.</textarea>" in named.text
    confirmed = form_of(named.text, f"{page}/bewertung") | marks(2, "Die Idee hatte Frau Beispiel.")
    sent = await centre.client.post(f"{page}/bewertung", data=confirmed | {"confirmed": "1"})
    assert sent.headers["location"].endswith("gespeichert=4"), sent.text
    twice = await centre.client.post(f"{page}/bewertung", data=old | marks(4, "Im anderen Fenster getippt."))
    assert (twice.status_code, "jedes Mitglied bewertet einmal" in twice.text) == (409, True)
    assert "Im anderen Fenster getippt." in twice.text
    seen = form_of(twice.text, f"{page}/bewertung") | marks(4, "Im anderen Fenster getippt.")
    again = await centre.client.post(f"{page}/bewertung", data=seen)
    assert again.status_code == 303  # seen, and corrected
    assert "Im anderen Fenster getippt." in (await centre.client.get(page)).text
    await centre.sign_in("member-own")
    own = await centre.client.get(page)
    assert ("Netzwerk, das Sie vertreten" in own.text, "Im anderen Fenster" in own.text) == (True, False)
    typed = form_of(own.text, "/abmelden") | {"revision": "0"} | marks(4, "Gut begründet.")
    refused = await centre.client.post(f"{page}/bewertung", data=typed)
    assert (refused.status_code, "Netzwerk, das Sie vertreten" in refused.text) == (403, True)


async def test_two_people_with_one_decision_lose_nothing(centre: Gateway) -> None:
    sitting = await sitting_of(centre)
    page = f"{sitting}/{entity('evil')}"
    for member in ("member-b", "member-m", "member-n", "member-f"):
        await centre.sign_in(member)
        assert (await send(centre, page, f"{page}/bewertung", **marks(3, "Gut begründet."))).status_code == 303
    await centre.sign_in("coordination")
    other = form_of((await centre.client.get(page)).text, f"{page}/entscheidung")
    typed = {"outcome": "selected", "reasons": REASONS}
    assert (await send(centre, page, f"{page}/entscheidung", **typed)).status_code == 303
    late = {"outcome": "not_selected", "reasons": f"Die andere Person sieht es anders: {AGAIN}"}
    conflict = await centre.client.post(f"{page}/entscheidung", data=other | late)
    assert (conflict.status_code, "jemand anderes" in conflict.text) == (409, True)
    assert (late["reasons"] in conflict.text, REASONS in conflict.text) == (True, True)  # typed, and what holds now
    opened = await send(centre, page, f"{page}/wieder-oeffnen", reasons=AGAIN)
    assert opened.headers["location"].endswith("gespeichert=2"), opened.text
    assert (await send(centre, page, f"{page}/entscheidung", **late)).status_code == 303
    shown = (await centre.client.get(page)).text
    assert all(words in shown for words in (REASONS, AGAIN, late["reasons"]))  # nothing was overwritten
    edit = f"{sitting}/bearbeiten"
    stale = form_of((await centre.client.get(edit)).text, edit)
    assert (await send(centre, edit, edit, title="Herbstsitzung")).status_code == 303
    moved = await centre.client.post(edit, data=stale | {"title": "Wintersitzung"})
    assert (moved.status_code, 'value="Wintersitzung"' in moved.text, "Herbstsitzung" in moved.text) == (
        409,
        True,
        True,
    )
    assert (await centre.client.post(edit, data=form_of(moved.text, edit))).status_code == 303
