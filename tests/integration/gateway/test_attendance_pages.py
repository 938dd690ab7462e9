"""Pages of attendance without JavaScript: the list of a date, the sheet to sign, contact persons, feedback."""

import json
from uuid import UUID

import pypdfium2
import pytest

from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.pages import form_of
from tests.support.recording import rows
from tests.support.runs import Planted, plant_run

pytestmark = pytest.mark.timeout(120)
NAMES = ["Łukasz Żółw", "Đặng Thị Hương", "Şükrü İnönü", "O’Brien <b>", "Þóra"]


def carrier_of(gateway: Gateway) -> UUID:
    """The carrier of the gateway's accounts."""
    return UUID(json.loads(gateway.app.state.settings.accounts_file.read_text())[0]["carrier_id"])


async def planted(whole: Gateway, programme: str, dates: list[tuple[str, int]]) -> Planted:
    """A run of the trainer's carrier."""
    return await plant_run(whole.behind["registration"], carrier_of(whole), programme, dates, NAMES)


def text_of(pdf: bytes) -> str:
    """The text of a PDF's first page."""
    document = pypdfium2.PdfDocument(pdf)
    return str(document[0].get_textpage().get_text_bounded())


async def test_the_list_of_a_date_is_kept_and_a_refused_one_keeps_what_was_ticked(whole: Gateway) -> None:
    run = await planted(whole, "ikbo", [("module_1", 40), ("module_2", 2), ("module_3", -30)])
    await whole.sign_in("trainer")
    here = f"/durchgaenge/{run.run}/termine/{run.dates[1]}/anwesenheit"
    page = await whole.client.get(here)
    assert page.status_code == 200, page.text
    assert "O’Brien &lt;b&gt;" in page.text
    assert "Die Praxisaufgabe nach Modul 1 fehlt." in page.text
    form = form_of(page.text, here)
    assert not [name for name in form if name.startswith("presence.")]
    there = {f"presence.{run.people[0]}": "present", f"presence.{run.people[1]}": "absent"}
    typed = form | there | {f"tasks.{run.people[0]}": ["1"], "guests": "viele"}
    refused = await whole.client.post(here, data=typed)
    assert (refused.status_code, "keine ganze Zahl" in refused.text) == (422, True)
    again = form_of(refused.text, here)
    assert (again[f"presence.{run.people[1]}"], again["guests"]) == (["absent"], ["viele"])
    saved = await whole.client.post(here, data=again | {"guests": ""})
    assert saved.headers["location"] == f"{here}?gespeichert=1", saved.text
    kept = form_of((await whole.client.get(here)).text, here)
    assert (kept[f"presence.{run.people[0]}"], kept[f"tasks.{run.people[0]}"]) == (["present"], ["1"])
    stale = await whole.client.post(here, data=again | {"guests": "3"})
    assert (stale.status_code, "inzwischen geändert" in stale.text) == (409, True)
    ahead = await whole.client.get(here.replace(str(run.dates[1]), str(run.dates[2])))
    assert "liegt noch vor Ihnen" in ahead.text
    sheet = await whole.client.get(f"{here}/liste.pdf")
    assert sheet.headers["content-type"] == "application/pdf"
    assert all(name in text_of(sheet.content) for name in NAMES)
    await whole.sign_in("admin")
    assert "Speichern" not in (await whole.client.get(here)).text
    await whole.sign_in("coordinator")
    assert (await whole.client.get(here)).status_code == 403


async def test_feedback_needs_no_account_and_refuses_a_half_answer(whole: Gateway) -> None:
    run = await planted(whole, "iko", [("closing", 2)])
    await whole.sign_in("trainer")
    date = f"/durchgaenge/{run.run}/termine/{run.dates[0]}"
    page = await whole.client.get(f"{date}/anwesenheit")
    await whole.client.post(f"{date}/rueckmeldung", data={"csrf": csrf_of(page), "open": "1"})
    link = (await whole.client.get(f"{date}/anwesenheit")).text.split("/rueckmeldung/")[1].split('"')[0]
    whole.client.cookies.clear()
    for _ in NAMES:
        page = await whole.client.get(f"/rueckmeldung/{link}?sprache=en")
        assert "Talking with the group was helpful." in page.text
        form = form_of(page.text, f"/rueckmeldung/{link}?sprache=en")
        half = await whole.client.post(f"/rueckmeldung/{link}", data=form | {"benefit": "4"})
        assert (half.status_code, "Hier fehlt Ihre Antwort." in half.text) == (422, True)
        marks = dict.fromkeys(("benefit", "clear", "exchange", "trainers", "frame"), "4")
        done = await whole.client.post(f"/rueckmeldung/{link}", data=form | marks)
        assert done.status_code == 303, done.text
    assert (await whole.client.get(f"/rueckmeldung/{'A' * 43}")).status_code == 404
    await whole.sign_in("trainer")
    assert "Mittelwert aus 5 Antworten" in (await whole.client.get(f"{date}/anwesenheit")).text
    stored = await rows(whole.behind["registration"], "SELECT run_feedback::text FROM run_feedback")
    assert len(stored) == 5
    assert not any("20" in text.split(str(run.run))[1] for (text,) in stored)  # no day, no time


async def test_a_contact_person_is_recorded_from_a_place_in_a_run(whole: Gateway) -> None:
    run = await planted(whole, "ikke_mib", [("seminar", 40)])
    await whole.sign_in("trainer")
    page = await whole.client.get(f"/ansprechpersonen/neu?teilnahme={run.people[1]}")
    form = form_of(page.text, "/ansprechpersonen/neu")
    assert (form["name"], form["participants"]) == ([NAMES[1]], [str(run.people[1])])
    typed = form | {"house": "Jobcenter am Fluss", "selected_on": "morgen", "officer": "yes"}
    refused = await whole.client.post("/ansprechpersonen/neu", data=typed)
    assert (refused.status_code, "kein gültiges Datum" in refused.text) == (422, True)
    early = await whole.client.post("/ansprechpersonen/neu", data=typed | {"selected_on": "1.9.2026"})
    assert "wer Seminar und Coaching abgeschlossen hat" in early.text
    proven = typed | {"selected_on": "1.9.2026", "evidence": "Pilot 2014"}
    assert (await whole.client.post("/ansprechpersonen/neu", data=proven)).status_code == 303
    listed = (await whole.client.get("/ansprechpersonen")).text
    assert listed.count(NAMES[1]) == 3  # row, link for screen readers, one invitation
    key = listed.split("/ansprechpersonen/")[2].split("/")[0]
    form = form_of((await whole.client.get(f"/ansprechpersonen/{key}/bearbeiten")).text, "/ansprechpersonen/neu")
    assert (form["selected_on"], form["officer"], form["revision"]) == (["01.09.2026"], ["yes"], ["1"])
