"""Pages of runs: planned with what was typed kept, dates taken over, cancelled and replaced; a rule let pass."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared import clock
from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.pages import form_of

pytestmark = pytest.mark.timeout(60)
BEGINS = date(clock.today().year + 1, 3, 4)
TYPED = {"programme": "iko", "public_title": "IKÖ 4.0 im Süden", "starts_on": f"{BEGINS:%d.%m.%Y}", "policy": "strict"}


async def planned(network: Gateway, **more: Any) -> str:
    """The address of a run that a trainer plans."""
    await network.sign_in("trainer")
    form = form_of((await network.client.get("/durchgaenge/neu")).text, "/durchgaenge/neu")
    answer = await network.client.post("/durchgaenge/neu", data=form | TYPED | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def test_a_run_is_planned_with_dates_from_its_rules_and_a_cancelled_one_is_replaced(network: Gateway) -> None:
    client = network.client
    run = await planned(network, deadline=f"15.02.{BEGINS.year} 12 Uhr")
    page = (await client.get(run)).text
    for text in ("IKÖ 4.0 im Süden", "IKO-13", "noch offen", f"15.02.{BEGINS.year} 12:00", "Erstes Seminar", "IKO-20"):
        assert text in page
    proposal = await client.get(f"{run}/vorschlag")
    assert "Rheinland-Pfalz" in proposal.text
    last = "<form" + proposal.text.rpartition("<form")[2]  # the first one asks for another beginning
    ticked = form_of(last, f"{run}/vorschlag")
    assert len(ticked["date"]) == 6
    assert (await client.post(f"{run}/vorschlag", data=ticked)).status_code == 303
    page = (await client.get(run)).text
    assert ("IKO-06" in page, "IKO-13" in page) == (True, False), "the deadline lies before the kick-off"
    await _replace(network, run, ticked["date"][0].split("|")[0])


async def _replace(network: Gateway, run: str, kickoff: str) -> None:
    """IKO-14: the kick-off is cancelled and becomes a video conference."""
    client = network.client
    address = f"{run}/termine/{kickoff}"
    form = form_of((await client.get(address)).text, f"{run}/termine/neu")
    assert (form["step"], form["starts_at"], form["revision"]) == (["kickoff"], ["09:00"], ["1"])
    refused = await client.post(f"{run}/termine/neu", data=form | {"starts_at": "halb neun", "place": "Aula"})
    assert (refused.status_code, "keine Uhrzeit" in refused.text, "Aula" in refused.text) == (422, True, True)
    assert (await client.post(f"{run}/termine/neu", data=form | {"place": "Aula"})).status_code == 303
    sent = {"csrf": form["csrf"][0]}
    empty = await client.post(f"{address}/absagen", data=sent | {"reason": " "})
    assert (empty.status_code, "Grund der Absage" in empty.text) == (422, True)
    assert (await client.post(f"{address}/absagen", data=sent | {"reason": "Pandemie"})).status_code == 303
    substitute = form_of((await client.get(f"{run}/termine/neu?ersetzt={kickoff}")).text, f"{run}/termine/neu")
    assert (substitute["step"], substitute["replaces"]) == (["kickoff"], [kickoff])
    video = {"date": f"{BEGINS:%d.%m.%Y}", "starts_at": "10", "ends_at": "12.30", "link": "https://konferenz.example/a"}
    assert (await client.post(f"{run}/termine/neu", data=substitute | video)).status_code == 303
    page = (await client.get(run)).text
    for text in ("Pandemie", "Videokonferenz", "ersetzt einen abgesagten Termin"):
        assert text in page
    assert (await client.get(f"{run}/termine/{uuid4()}")).status_code == 404


async def test_what_is_refused_keeps_what_was_typed_and_a_run_is_changed_and_cancelled(network: Gateway) -> None:
    client = network.client
    await network.sign_in("trainer")
    form = form_of((await client.get("/durchgaenge/neu")).text, "/durchgaenge/neu")
    wrong = form | TYPED | {"min_places": "9", "max_places": "8", "opens_at": "morgen"}
    refused = await client.post("/durchgaenge/neu", data=wrong)
    assert (refused.status_code, "kein gültiges Datum" in refused.text) == (422, True)
    refused = await client.post("/durchgaenge/neu", data=wrong | {"opens_at": ""})
    for text in ("Die Mindestzahl ist größer als die Höchstzahl", "IKÖ 4.0 im Süden"):
        assert text in refused.text
    run = await planned(network)
    stored = form_of((await client.get(f"{run}/bearbeiten")).text, "/durchgaenge/neu")
    assert (stored["min_places"], stored["max_places"], stored["revision"]) == (["3"], ["8"], ["1"])
    assert (await client.post("/durchgaenge/neu", data=stored | {"max_places": "6"})).status_code == 303
    assert (await client.post("/durchgaenge/neu", data=stored | {"max_places": "5"})).status_code == 409
    listed = (await client.get("/durchgaenge")).text
    assert ("0 von 6" in listed, "Neuer Durchgang" in listed) == (True, True)
    csrf = {"csrf": csrf_of(await client.get(run))}
    assert (await client.post(f"{run}/absagen", data=csrf | {"reason": "x"})).status_code == 422
    assert (await client.post(f"{run}/absagen", data=csrf | {"reason": "zu wenige Häuser"})).status_code == 303
    page = (await client.get(run)).text
    assert ("zu wenige Häuser" in page, "Neuer Termin" in page) == (True, False)


async def test_the_coordination_sees_runs_and_lets_a_rule_pass_and_the_calendar_is_followed(network: Gateway) -> None:
    client = network.client
    run = await planned(network, max_places="9")
    page = await client.get(run)
    assert "Mit Begründung zulassen" not in page.text
    shared = await client.post(f"{run}/kalender/link", data={"csrf": csrf_of(page)})
    assert shared.status_code == 303
    (link,) = re.findall(r"/kalender/([\w-]{43})", (await client.get(run)).text)
    assert (await client.get(f"{run}/kalender")).text.startswith("BEGIN:VCALENDAR")
    await network.sign_in("coordinator")
    assert "IKÖ 4.0 im Süden" in (await client.get("/durchgaenge")).text
    page = await client.get(run)
    assert ("Mit Begründung zulassen" in page.text, "Neuer Termin" in page.text) == (True, False)
    assert link not in page.text
    csrf = {"csrf": csrf_of(page)}
    assert (await client.post(f"{run}/regeln/IKO-07", data=csrf | {"reason": ""})).status_code == 422
    assert (await client.post(f"{run}/regeln/IKO-07", data=csrf | {"reason": "neun Häuser"})).status_code == 303
    page = await client.get(run)
    assert ("zugelassen" in page.text, "neun Häuser" in page.text) == (True, True)
    for refused in (f"{run}/bearbeiten", "/durchgaenge/neu", f"{run}/vorschlag"):
        assert (await client.get(refused)).status_code == 403
    client.cookies.clear()
    assert (await client.get(f"/kalender/{link}")).text.startswith("BEGIN:VCALENDAR")
    assert (await client.get(f"/kalender/{'x' * 43}")).status_code == 404
