"""Pages of notes on real reporting: views are saved and opened, comments written and answered, news seen."""

import html
import re
from urllib.parse import quote
from uuid import uuid4

import httpx2

from tests.integration.gateway.conftest import csrf_of
from tests.integration.gateway.test_figure_pages import (  # fixtures too
    TODAY,
    YESTERDAY,
    Site,
    centre,
    network,
    text_of,
)
from tests.support.recording import rows

__all__ = ["centre", "network"]

FIXED = f"/anfrage?indicator=first_counsellings&version=1&by=gender&as_of={YESTERDAY}&known_at={TODAY}"
ASKED = "/anfrage?indicator=first_counsellings&by=region"


def hidden(page: httpx2.Response, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address."""
    form = next(part for part in page.text.split("<form")[1:] if f'action="{action}"' in part.split(">")[0])
    fields = re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', form.split("</form>")[0])
    return {name: html.unescape(value) for name, value in fields}


async def test_a_view_is_saved_named_shared_opened_renamed_and_deleted(network: Site) -> None:
    await network.sign_in("coordinator")
    answer = await network.get("/anfrage?indicator=first_counsellings&by=gender")
    (link,) = re.findall(r'href="(/ansichten/neu[^"]+)">Speichern und teilen', answer.text)
    page = await network.get(html.unescape(link))
    assert "Erstberatungen nach Geschlecht, gesamter Zeitraum" in text_of(page)
    form = hidden(page, "/ansichten/neu")
    nameless = await network.post("/ansichten/neu", **form, name=" ", stand="fixed")
    assert (nameless.status_code, "„Name“ fehlt" in nameless.text) == (422, True)
    saved = await network.post("/ansichten/neu", **form, name="Frauen", stand="fixed", shared="1")
    assert saved.headers["location"] == "/ansichten?gespeichert=1"
    moving = form | {"key": str(uuid4()), "name": "Immer neu", "stand": "moving", "start": "1"}
    assert (await network.post("/ansichten/neu", **moving)).status_code == 303
    listed = await network.get("/ansichten")
    links = re.findall(r'<th scope="row"><a href="(/ansichten/[^"]+)">([^<]+)</a>', listed.text)
    assert [name for _, name in links] == ["Immer neu", "Frauen"]  # the start first
    opened = [(await network.gateway.client.get(path)).headers["location"] for path, _ in links]
    assert opened == ["/anfrage?indicator=first_counsellings&by=gender", FIXED]
    change = f"/ansichten/{moving['key']}/bearbeiten"
    typed = hidden(await network.get(change), change)
    assert (await network.post(change, **typed, name="Jeden Tag")).status_code == 303
    clash = await network.post(change, **typed, name="Anders")
    assert (clash.status_code, "Ihre Eingabe: Anders" in text_of(clash)) == (409, True)
    assert "Jetzt gespeichert: Jeden Tag" in text_of(clash)
    again = hidden(clash, change) | {"wahl_name": "gespeichert"}
    assert (await network.post(change, **again)).status_code == 303
    assert (await network.post(f"/ansichten/{moving['key']}/loeschen", csrf=form["csrf"])).status_code == 303
    await network.sign_in("trainer")
    theirs = await network.get("/ansichten")
    assert ("Frauen" in theirs.text, "Jeden Tag" in theirs.text, "loeschen" in theirs.text) == (True, False, False)
    assert (await network.get("/anfragen")).url.path == "/ansichten"  # where they stood before


async def test_a_page_is_saved_with_its_year_and_what_is_gone_leads_to_the_nearest(network: Site) -> None:
    await network.sign_in("coordinator")
    (link,) = re.findall(
        r'href="(/ansichten/neu[^"]+)">Diese Ansicht speichern', (await network.get("/auswertung?jahr=2022")).text
    )
    form = hidden(await network.get(html.unescape(link)), "/ansichten/neu")
    assert form["page"] == "/auswertung?jahr=2022"
    for path in ("//evil.example/bund", "/personen", "https://evil.example"):
        assert (await network.get(f"/ansichten/neu?seite={quote(path, safe='')}")).status_code == 422
        assert (await network.post("/ansichten/neu", **form | {"page": path}, name="Böse")).status_code == 422
    who = await network.gateway.as_role("coordinator")
    for path, words, nearest in (
        ("/auswertung/sterne?jahr=2022", "Die Seite „/auswertung/sterne“ gibt es nicht mehr.", "/auswertung?jahr=2022"),
        ("/abmelden", "Die Seite „/abmelden“ gibt es nicht mehr.", "/anfrage"),
    ):
        key, client = uuid4(), network.gateway.client
        body = {"name": "Alt", "path": path}
        assert (await client.put(f"/api/v1/views/{key}", headers=who, json=body)).status_code == 200
        page = await network.get(f"/ansichten/{key}")
        assert (page.status_code, words in text_of(page), f'href="{nearest}"' in page.text) == (410, True, True)
    assert "passt nicht mehr" in text_of(await network.get("/ansichten"))


async def test_a_comment_is_warned_about_kept_answered_and_resolved(centre: Site) -> None:
    await centre.sign_in("coordination")
    page = await centre.get(ASKED)
    form = hidden(page, "/ansichten/kommentare/neu")
    assert form["query"].endswith(f"as_of={YESTERDAY}&known_at={TODAY}")
    warned = await centre.post("/ansichten/kommentare/neu", **form, text="Bitte Frau Beispiel fragen")
    assert (warned.status_code, "sieht nach einer Person aus" in text_of(warned)) == (422, True)
    assert "Bitte Frau Beispiel fragen</textarea>" in warned.text
    once_more = hidden(warned, "/ansichten/kommentare/neu")
    kept = await centre.post("/ansichten/kommentare/neu", **once_more, text="Frau Beispiel <b>fehlt</b>", confirmed="1")
    assert kept.headers["location"] == f"{ASKED}#kommentare"
    shown = await centre.get(ASKED)
    assert "Frau Beispiel &lt;b&gt;fehlt&lt;/b&gt;" in shown.text
    assert "inzwischen:" not in text_of(shown)
    answering = f"/ansichten/kommentare/{form['key']}/antworten"
    answer = hidden(await centre.get(answering), answering)
    assert (await centre.post(answering, **answer, text="Kommt\r\nmorgen.")).status_code == 303
    listed = await centre.get("/ansichten/kommentare")
    assert "Erstberatungen nach Netzwerk" in text_of(listed)
    assert "Kommt\nmorgen." in listed.text
    uses = await rows(centre.gateway.app, "SELECT query FROM figure_use")
    assert uses
    assert [query for (query,) in uses if "Beispiel" in query or "morgen" in query] == []


async def test_a_comment_is_resolved_and_two_windows_are_told_apart(centre: Site) -> None:
    await centre.sign_in("coordination")
    form = hidden(await centre.get(ASKED), "/ansichten/kommentare/neu")
    assert (await centre.post("/ansichten/kommentare/neu", **form, text="Sachsen fehlt noch")).status_code == 303
    state = f"/ansichten/kommentare/{form['key']}/stand"
    for bent in ("x", "9" * 5000):
        assert (await centre.post(state, csrf=form["csrf"], revision=bent, resolved="1")).status_code == 422
    assert (await centre.post(state, csrf=form["csrf"], revision="1", resolved="1")).status_code == 303
    assert "Erstberatungen" not in text_of(await centre.get("/ansichten/kommentare"))
    assert "Wieder öffnen" in text_of(await centre.get("/ansichten/kommentare?erledigt=1"))
    changing = f"/ansichten/kommentare/{form['key']}/bearbeiten"
    stale = hidden(await centre.get(changing), changing) | {"revision": "1"}
    clash = await centre.post(changing, **stale, text="Später")
    assert (clash.status_code, "Ihre Eingabe: Später" in text_of(clash)) == (409, True)
    assert (await centre.post(changing, **hidden(clash, changing))).status_code == 303
    assert "Später" in text_of(await centre.get(ASKED))


async def test_news_stay_until_they_are_seen_and_lead_to_their_figures(centre: Site) -> None:
    await centre.sign_in("coordination")
    page = await centre.get("/neues")
    shown = text_of(page)
    assert "erster Besuch: die letzten sieben Tage" in shown
    number = r'<td class="num"><a href="([^"]+)">'
    then, now = re.findall(rf"Sachsen</th><td>.*?</td>{number}0</a></td>{number}1<", page.text)[0]
    assert ": 1 (" in text_of(await centre.get(html.unescape(now)))
    assert ": 0 (" in text_of(await centre.get(html.unescape(then)))
    assert text_of(await centre.get("/neues")) == shown
    form = hidden(page, "/neues/gesehen")
    assert (await centre.post("/neues/gesehen", **form)).headers["location"] == "/neues"
    assert "erster Besuch" not in text_of(await centre.get("/neues"))
    assert "Nichts wartet auf Annahme." in text_of(await centre.get("/neues/einreichungen"))
    assert "/veroeffentlichungen/einreichungen" not in page.text


async def test_staff_of_a_network_has_its_own_news(network: Site) -> None:
    await network.sign_in("counsellor")
    shown = text_of(await network.get("/neues"))
    assert "Rheinland-Pfalz" in shown
    assert "Sachsen" not in shown
    assert (await network.get("/neues/einreichungen")).status_code == 403
    assert csrf_of(await network.get("/neues"))
