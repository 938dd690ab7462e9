"""The API of notes: views kept and shared, comments with the passport of their figure, marks of visits."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from services.reporting.notes.retention import Expiring
from shared import clock
from shared.vocabulary import Role
from tests.integration.reporting.conftest import Desk
from tests.support.clock import clock_at
from tests.support.recording import Caller, rows

TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)
VIEW: dict[str, Any] = {
    "name": "Syrien",
    "path": "/anfrage?indicator=counselling_sessions&nationality=SY",
    "shared": False,
}
QUERY = "indicator=first_counsellings&by=region"


People = tuple[Caller, Caller]


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    """Two sessions in rp, one in sn, that came yesterday."""
    common = {"event": "session", "month": "2022-09", "recorded_on": "2022-10-05", "received": YESTERDAY}
    return [{**common, "name": name, "region": region} for name, region in (("a", "rp"), ("b", "rp"), ("c", "sn"))]


@pytest.fixture
def people(app: FastAPI, client: httpx2.AsyncClient) -> People:
    """Two of the coordination."""
    one, other = (
        Caller(client, app.state.settings, Role.COORDINATION, None, subject=name) for name in ("one", "other")
    )
    return one, other


async def test_views_are_saved_shared_changed_and_deleted(people: People) -> None:
    one, other = people
    key = f"views/{uuid4()}"
    assert (await one.put(key, VIEW))["revision"] == 1
    assert (await one.put(key, VIEW))["revision"] == 1  # the same again changes nothing
    assert (await other.send("GET", "views")).json() == []
    assert [(await other.send(how, key, **more)).status_code for how, more in OF_OTHERS] == [404, 404, 404]
    shared = await one.put(key, VIEW | {"shared": True, "start": True, "revision": 1})
    assert (shared["revision"], shared["start"]) == (2, True)
    (seen,) = (await other.send("GET", "views")).json()
    assert (seen["own"], seen["start"], seen["name"]) == (False, False, "Syrien")
    stale = await one.send("PUT", key, json=VIEW | {"name": "Anders", "revision": 1})
    assert (stale.status_code, "inzwischen geändert" in stale.json()["detail"]) == (409, True)
    second = f"views/{uuid4()}"
    await one.put(second, {"name": "Bund", "path": "/bund?jahr=2026", "start": True})
    assert [(view["name"], view["start"]) for view in (await one.send("GET", "views")).json()] == [
        ("Bund", True),
        ("Syrien", False),
    ]
    assert [(await one.send("DELETE", path)).status_code for path in (key, second, key)] == [204, 204, 404]


OF_OTHERS: tuple[tuple[str, dict[str, Any]], ...] = (("GET", {}), ("PUT", {"json": VIEW}), ("DELETE", {}))


PATHS = {
    "//evil.example/bund": 422,
    "https://evil.example": 422,
    "/\\evil.example": 422,
    "/anfrage?indicator=nothing": 404,
    "/anfrage?indicator=referrals&version=99": 422,
}
PERSONS = ("Bitte Frau Beispiel fragen", "an a.b@example.org", "Tel. 0171 2345678")


async def test_views_are_pages_of_our_site_and_comments_about_persons_are_asked_about_once(people: People) -> None:
    one, _other = people
    for path, status in PATHS.items():
        answer = await one.send("PUT", f"views/{uuid4()}", json=VIEW | {"path": path})
        assert (answer.status_code, len(answer.json()["errors"]) > 0) == (status, True), path
    for text in PERSONS:
        key, body = f"comments/{uuid4()}", {"text": text, "query": QUERY}
        refused = await one.send("PUT", key, json=body)
        (error,) = refused.json()["errors"]
        assert (refused.status_code, error["field"]) == (422, "confirmed")
        assert "sieht nach einer Person aus" in error["problem"]
        assert (await one.put(key, body | {"confirmed": True}))["text"] == text


async def test_a_comment_keeps_its_figure_and_tells_what_it_is_now(app: FastAPI, people: People) -> None:
    one, other = people
    key = uuid4()
    asked = f"{QUERY}&as_of={YESTERDAY}&known_at={YESTERDAY}"
    await one.put(f"comments/{key}", {"text": "Sachsen fehlt noch viel.", "query": asked})
    late = {"event": "session", "name": "late", "region": "sn", "month": "2022-09", "recorded_on": "2022-10-06"}
    await Desk(app.state.sessions, "de").keep([late | {"received": TODAY}])
    (thread,) = (await other.send("GET", "comments", params={"query": QUERY})).json()["items"]
    assert (thread["value"], thread["value_now"], thread["own"], thread["author"]) == (3, 4, False, "one")
    told = thread["passport"]
    assert (told["as_of"], told["known_at"], told["indicator"]) == (
        f"{YESTERDAY}",
        f"{YESTERDAY}",
        "first_counsellings",
    )
    assert (await other.send("GET", "comments", params={"query": "indicator=first_counsellings"})).json()["total"] == 0
    answer = uuid4()
    await other.put(f"comments/{answer}", {"text": "Kommt morgen.", "answers_to": str(key)})
    deeper = await one.send("PUT", f"comments/{uuid4()}", json={"text": "Ja", "answers_to": str(answer)})
    assert (deeper.status_code, deeper.json()["errors"][0]["field"]) == (422, "answers_to")
    resolved = await other.send("POST", f"comments/{key}/state", json={"resolved": True, "revision": 1})
    assert (resolved.status_code, resolved.json()["resolved_by"]) == (200, "other")
    changed = {"text": "Sachsen fehlte viel.", "revision": 1}
    assert (await one.send("PUT", f"comments/{key}", json=changed)).status_code == 409  # it was resolved meanwhile
    assert (await other.send("PUT", f"comments/{key}", json=changed | {"revision": 2})).status_code == 404
    assert (await one.put(f"comments/{key}", changed | {"revision": 2}))["text"] == "Sachsen fehlte viel."
    assert (await one.send("GET", "comments", params={"state": "open"})).json()["total"] == 0
    assert (await one.send("GET", "comments", params={"state": "resolved"})).json()["total"] == 1


async def test_a_deleted_comment_keeps_its_place_while_it_has_answers(app: FastAPI, people: People) -> None:
    one, other = people
    key, answer = uuid4(), uuid4()
    await one.put(f"comments/{key}", {"text": "Geheimnis", "query": QUERY})
    await other.put(f"comments/{answer}", {"text": "Antwort", "answers_to": str(key)})
    assert (await other.send("DELETE", f"comments/{key}")).status_code == 404
    assert (await one.send("DELETE", f"comments/{key}")).status_code == 204
    (thread,) = (await one.send("GET", "comments")).json()["items"]
    assert (thread["deleted"], thread["text"], len(thread["answers"])) == (True, "", 1)
    late = await other.send("PUT", f"comments/{uuid4()}", json={"text": "Noch etwas", "answers_to": str(key)})
    assert late.status_code == 404
    assert (await other.send("DELETE", f"comments/{answer}")).status_code == 204
    assert (await rows(app, "SELECT count(*) FROM figure_comment"))[0][0] == 0


async def test_a_mark_moves_when_somebody_says_so_and_never_back(people: People) -> None:
    one, other = people
    first = (await one.send("GET", "news")).json()
    assert (first["first"], first["day"]) == (True, f"{TODAY - timedelta(days=7)}")
    assert (await one.send("GET", "news")).json()["first"] is True  # reading moves nothing
    assert [entry["now"] for entry in first["figures"]] == [2, 1]
    assert (await one.send("POST", "news/seen", json={"until": first["until"]})).status_code == 200
    again = (await one.send("GET", "news")).json()
    assert (again["first"], again["since"], again["figures"]) == (False, first["until"], [])
    before = (clock.now() - timedelta(days=3)).isoformat()
    await one.send("POST", "news/seen", json={"until": before})
    assert (await one.send("GET", "news")).json()["since"] == first["until"]
    later = (clock.now() + timedelta(hours=1)).isoformat()
    assert (await one.send("POST", "news/seen", json={"until": later})).status_code == 422
    await one.put(f"views/{uuid4()}", VIEW | {"shared": True})
    await one.put(f"views/{uuid4()}", VIEW | {"name": "Nur für mich"})
    await other.put(f"comments/{uuid4()}", {"text": "Warum?", "query": QUERY.partition("&")[0]})
    await other.put(f"comments/{uuid4()}", {"text": "Und hier?", "query": VIEW["path"].partition("?")[2]})
    mine, theirs = [(await who.send("GET", "news")).json() for who in (one, other)]
    assert ([view["name"] for view in theirs["views"]], mine["views"]) == (["Syrien"], [])
    assert [(entry["written"], "nationality=SY" in entry["query"]) for entry in mine["comments"]] == [(1, True)]
    assert theirs["comments"] == []


async def test_comments_and_marks_go_when_their_time_is_over(app: FastAPI, people: People) -> None:
    one, _other = people
    key = uuid4()
    await one.put(f"comments/{key}", {"text": "alt", "query": QUERY})
    await one.put(f"comments/{uuid4()}", {"text": "Antwort", "answers_to": str(key)})
    await one.send("POST", "news/seen", json={"until": clock.now().isoformat()})
    expiring = Expiring(app.state.sessions)
    counted = "SELECT (SELECT count(*) FROM figure_comment), (SELECT count(*) FROM last_visit)"
    for days, left in ((364, (2, 1)), (3 * 365 - 1, (2, 0)), (3 * 366, (0, 0))):
        with clock_at(clock.now() + timedelta(days=days)):
            await expiring.refresh()
        assert tuple((await rows(app, counted))[0]) == left, days
