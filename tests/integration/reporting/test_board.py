"""The Good Practice board through its API: sittings, ratings, decisions; nobody is named, nothing is overwritten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from services.reporting.app import create_app
from services.reporting.board.criteria import criteria
from services.reporting.board.retention import Forgetting
from services.reporting.board.store import in_force
from shared.security import Principal, issue_token
from shared.topology import CENTRE
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.integration.reporting.conftest import Desk
from tests.support.apps import lone_settings
from tests.support.clock import clock_at
from tests.support.events import entity
from tests.support.recording import rows

REASONS = "Das Vorgehen ist beschrieben, die Wirkung belegt, und Regeleinrichtungen haben es schon übernommen."
AGAIN = "Ein Mitglied hat neue Unterlagen vorgelegt, die eine andere Bewertung der Wirkung nahelegen können."
SEATS = {"bmas": None, "mut_iq": None, "networks": "sn", "specialist_units": "Fachstelle Beispiel"}


def proposal(name: str, title: str | None = "Gutes Beispiel", region: str = "rp", **more: Any) -> dict[str, Any]:
    """A proposal as its network tells it; without a title its texts are not released."""
    sheet = {"title": title, "summary": "Kurz", "organisation": "Träger", "url": None, "mailbox": None}
    common = {"event": "item", "name": name, "region": region, "item_kind": "good_practice", "state": "proposed"}
    common |= {"recorded_on": "2026-05-05", "round": "2023-2028", "public": sheet if title else None}
    return common | more


class Board:
    """The board's API as somebody uses it."""

    def __init__(self, client: httpx2.AsyncClient, app: FastAPI) -> None:
        self.client, self.settings, self.app = client, app.state.settings, app

    async def send(self, who: str, method: str, path: str, body: Any = None) -> httpx2.Response:
        """One request: `coordination`, or a member of a group (`networks:rp`: of this network)."""
        group, _, represents = who.partition(":")
        role = Role.JURY if group in SEATS else Role(group)
        own = represents or SEATS.get(group)
        mine = {"group": group, "represents": own} if role is Role.JURY else {}
        principal = Principal(f"account-{who}", role, CENTRE, **mine)
        token = issue_token(principal, self.settings.signing_key.get_secret_value(), "services", 60)
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, f"/api/v1/board{path}", json=body, headers=headers)

    async def get(self, who: str, path: str) -> Any:
        """What somebody sees."""
        answer = await self.send(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def sitting(self, *names: str, region: str = "rp") -> str:
        """A sitting with these proposals up; its id."""
        key = str(uuid4())
        body = {"title": "Herbstsitzung", "day": "2026-11-27", "proposals": named(*names, region=region)}
        answer = await self.send("coordination", "PUT", f"/sittings/{key}", body)
        assert answer.status_code == 200, answer.text
        return key

    async def rate(self, who: str, sitting: str, name: str, mark: int = 3, **more: Any) -> httpx2.Response:
        """Hand a rating in."""
        marks = {code: {"mark": mark, "reason": f"Begründung von {who} hier."} for code in criteria()}
        return await self.send(who, "PUT", f"{place(sitting, name)}/rating", {"marks": marks} | more)

    async def all_rate(self, sitting: str, name: str) -> None:
        """One member of each group hands a rating in."""
        for seat in SEATS:
            assert (await self.rate(seat, sitting, name)).status_code == 200

    async def decide(self, sitting: str, name: str, **more: Any) -> httpx2.Response:
        """Decide."""
        body = {"outcome": "selected", "reasons": REASONS} | more
        return await self.send("coordination", "POST", f"{place(sitting, name)}/decision", body)

    async def reopen(self, sitting: str, name: str, reasons: str, revision: int) -> httpx2.Response:
        """Open a decision anew."""
        body = {"reasons": reasons, "revision": revision}
        return await self.send("coordination", "POST", f"{place(sitting, name)}/decision/reopen", body)


def named(*names: str, region: str = "rp") -> list[dict[str, str]]:
    """Proposals as a sitting names them."""
    return [{"region": region, "item_id": str(entity(name))} for name in names]


def place(sitting: str, name: str) -> str:
    """A proposal of a sitting."""
    return f"/sittings/{sitting}/proposals/{entity(name)}"


@pytest.fixture
async def board(database: MakeDatabase) -> AsyncIterator[Board]:
    """The centre's reporting on a database with proposals; the board needs no broker."""
    app = create_app(lone_settings(CENTRE, database("reporting"), "nats://127.0.0.1:1"))
    facts = [proposal("one", "Erstes Beispiel"), proposal("two", "Zweites Beispiel"), proposal("untold", None)]
    facts += [proposal("gone", "Weg"), proposal("gone", "Weg", revision=2, withdrawn=True)]
    facts += [proposal("of-sn", "Aus Sachsen", region="sn"), proposal("old", "Alt", state="published")]
    assert await Desk(app.state.sessions, CENTRE).keep(facts) == []
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", trust_env=False) as client:
        yield Board(client, app)
    await app.state.sessions.kw["bind"].dispose()


async def test_gp_06_each_group_rates_and_the_coordination_decides(board: Board) -> None:
    sitting = await board.sitting("one", "two")
    assert [one["open"] for one in await board.get("bmas", "/sittings")] == [2]
    early = await board.decide(sitting, "one")
    assert (early.status_code, "BMAS, MUT IQ/ebb, Landesnetzwerke, Fachstellen" in early.text) == (409, True)
    for seat in ("bmas", "mut_iq", "networks"):
        assert (await board.rate(seat, sitting, "one")).status_code == 200
    missing = await board.decide(sitting, "one")  # GP-08
    assert (missing.status_code, "dieser Gruppe: Fachstellen." in missing.text) == (409, True)
    assert (await board.rate("specialist_units", sitting, "one")).status_code == 200
    short = await board.decide(sitting, "one", reasons="gut")  # GP-07
    assert (short.status_code, short.json()["errors"][0]["field"]) == (422, "reasons")
    assert (await board.decide(sitting, "one")).json() | {"decided_on": ""} == {
        "sitting_id": sitting, "state": "decided", "outcome": "selected", "reasons": REASONS, "decided_on": "",
        "revision": 1,
    }  # fmt: skip
    async with board.app.state.sessions() as session:
        (row,) = await in_force(session)
    assert (row.region, row.item_id, row.decided_by) == ("rp", entity("one"), "account-coordination")
    page = await board.get("coordination", "/proposals?state=selected")
    assert ([one["title"] for one in page["items"]], page["total"]) == (["Erstes Beispiel"], 1)
    assert page["counts"] == {"selected": 1, "in_review": 1, "proposed": 2, "published": 1}
    assert [one["open"] for one in await board.get("bmas", "/sittings")] == [1]


async def test_a_member_rates_once_and_corrects_until_the_sitting_is_closed(board: Board) -> None:
    sitting = await board.sitting("one")
    draft = {code: {"mark": 2} for code in ("innovative",)}
    kept = await board.send("bmas", "PUT", f"{place(sitting, 'one')}/rating", {"marks": draft, "state": "draft"})
    assert (kept.status_code, kept.json()["revision"]) == (200, 1)
    assert (await board.get("coordination", place(sitting, "one")))["ratings"] == []  # a draft is its writer's
    assert (await board.rate("bmas", sitting, "one", revision=1)).json()["revision"] == 2
    assert (await board.rate("bmas", sitting, "one")).json()["revision"] == 2  # the same again changes nothing
    twice = await board.rate("bmas", sitting, "one", mark=1)
    assert (twice.status_code, "jedes Mitglied bewertet einmal" in twice.text) == (409, True)
    back = await board.send(
        "bmas", "PUT", f"{place(sitting, 'one')}/rating", {"marks": draft, "state": "draft", "revision": 2}
    )
    assert back.status_code == 409
    (said,) = (await board.get("coordination", place(sitting, "one")))["ratings"]
    assert {given["mark"] for given in said["marks"].values()} == {3}
    assert (await board.rate("bmas", sitting, "one", mark=1, revision=1)).status_code == 409
    assert (await board.rate("bmas", sitting, "one", mark=1, revision=2)).json()["revision"] == 3
    closed = await board.send("coordination", "POST", f"/sittings/{sitting}/close", {"revision": 1})
    assert closed.json()["state"] == "closed"
    for late in (await board.rate("bmas", sitting, "one", revision=3), await board.decide(sitting, "one")):
        assert (late.status_code, "geschlossen" in late.text) == (409, True)


async def test_a_rating_names_what_is_missing_and_asks_about_persons(board: Board) -> None:
    sitting = await board.sitting("one")
    path = f"{place(sitting, 'one')}/rating"
    empty = await board.send("bmas", "PUT", path, {"marks": {}})
    assert (empty.status_code, len(empty.json()["errors"])) == (422, 10)
    person = {code: {"mark": 3, "reason": "Idee von Frau Beispiel."} for code in criteria()}
    asked = await board.send("bmas", "PUT", path, {"marks": person})
    assert (asked.status_code, "Frau Beispiel" in asked.json()["detail"]) == (422, True)
    assert (await board.send("bmas", "PUT", path, {"marks": person, "confirmed": True})).status_code == 200
    for wrong in ({"marks": {"innovative": {"mark": 9}}}, {"marks": {"innovative": {"reason": "\x00"}}}):
        assert (await board.send("mut_iq", "PUT", path, wrong)).status_code == 422


async def test_nobody_rates_the_own_network_or_unit_and_others_are_seen_after_the_own(board: Board) -> None:
    sitting = await board.sitting("one")
    own = await board.rate("networks:rp", sitting, "one")
    assert (own.status_code, "Netzwerk, das Sie vertreten" in own.text) == (403, True)
    assert (await board.rate("specialist_units:Träger", sitting, "one")).status_code == 403
    assert (await board.rate("coordination", sitting, "one")).status_code == 403
    assert (await board.rate("networks", sitting, "one")).status_code == 200
    for who, seen in (("bmas", False), ("networks:rp", False), ("networks", True), ("coordination", True)):
        found = await board.get(who, place(sitting, "one"))
        assert (found["ratings"] is not None, found["item"]["overall"] is not None) == (seen, seen), who
        assert found["item"]["groups"] == {"networks": 1}  # who is missing everybody sees
    await board.rate("bmas", sitting, "one")
    found = await board.get("bmas", place(sitting, "one"))
    assert [(one["seat"], one["own"]) for one in found["ratings"]] == [("bmas", True), ("networks", False)]
    await board.send("coordination", "POST", f"/sittings/{sitting}/close", {"revision": 1})
    assert (await board.get("networks:rp", place(sitting, "one")))["ratings"] is not None
    assert "account-" not in str([await board.get("mut_iq", f"/sittings/{sitting}"), found])


async def test_gp_07_a_decision_is_never_overwritten_and_two_editors_meet(board: Board) -> None:
    sitting = await board.sitting("one")
    await board.all_rate(sitting, "one")
    assert (await board.decide(sitting, "one")).json()["revision"] == 1
    assert (await board.decide(sitting, "one")).json()["revision"] == 1  # repeated
    moved = await board.decide(sitting, "one", outcome="not_selected")
    assert (moved.status_code, "jemand anderes" in moved.text) == (409, True)
    stands = await board.decide(sitting, "one", outcome="not_selected", revision=1)
    assert (stands.status_code, "wieder" in stands.text) == (409, True)
    assert (await board.reopen(sitting, "one", "so", 1)).status_code == 422
    opened = await board.reopen(sitting, "one", AGAIN, 1)
    assert (opened.json()["state"], opened.json()["revision"]) == ("reopened", 2)
    assert (await board.reopen(sitting, "one", AGAIN, 2)).status_code == 409
    async with board.app.state.sessions() as session:
        assert await in_force(session) == []
    assert (await board.decide(sitting, "one", outcome="not_selected", revision=2)).json()["revision"] == 3
    history = (await board.get("coordination", place(sitting, "one")))["history"]
    assert [(one["revision"], one["state"], one["outcome"]) for one in history] == [
        (3, "decided", "not_selected"),
        (2, "reopened", "selected"),
        (1, "decided", "selected"),
    ]


async def test_what_may_be_up_and_what_stays_up(board: Board) -> None:
    sitting = await board.sitting("one")
    path, more = f"/sittings/{sitting}", {"title": "Herbstsitzung", "day": "2026-11-27", "revision": 1}
    other = {"title": "Andere", "day": "2026-11-28"}
    for names, why in (
        (named("one"), "schon in einer anderen offenen Sitzung"),
        (named("untold"), "keine freigegebenen Texte"),
        (named("gone"), "gibt es nicht"),
        (named("old"), "schon entschieden"),
        (named("two", region="sn"), "gibt es nicht"),
    ):
        refused = await board.send("coordination", "PUT", f"/sittings/{uuid4()}", other | {"proposals": names})
        assert (refused.status_code, why in refused.text) == (422, True), why
    both = [*named("one", "two"), *named("of-sn", region="sn")]
    grown = await board.send("coordination", "PUT", path, more | {"proposals": both})
    assert (grown.status_code, grown.json()["revision"]) == (200, 2), grown.text
    stale = await board.send("coordination", "PUT", path, more | {"proposals": named("one")})
    assert (stale.status_code, "jemand anderes" in stale.text) == (409, True)
    await board.rate("bmas", sitting, "one")
    taken = await board.send("coordination", "PUT", path, more | {"proposals": named("two"), "revision": 2})
    assert (taken.status_code, "schon bewertet" in taken.text) == (422, True)
    assert (await board.send("coordination", "GET", f"/sittings/{uuid4()}")).status_code == 404
    assert (await board.rate("bmas", sitting, "untold")).status_code == 404


async def test_a_withdrawn_proposal_is_said_and_cannot_be_rated(board: Board) -> None:
    sitting = await board.sitting("one")
    gone = proposal("one", "Erstes Beispiel", revision=2, withdrawn=True)
    await Desk(board.app.state.sessions, CENTRE).keep([gone])
    (item,) = (await board.get("bmas", f"/sittings/{sitting}"))["items"]
    assert (item["gone"], item["title"]) == (True, "Vom Netzwerk zurückgezogen")
    assert (await board.rate("bmas", sitting, "one")).status_code == 404
    assert [one["open"] for one in await board.get("bmas", "/sittings")] == [0]


async def test_ratings_go_three_years_after_their_sitting_and_decisions_stay(board: Board) -> None:
    sitting, young = await board.sitting("one"), await board.sitting("two")
    await board.all_rate(sitting, "one")
    await board.rate("bmas", young, "two")
    assert (await board.decide(sitting, "one")).status_code == 200
    old = {"title": "Herbstsitzung", "day": "2023-11-26", "proposals": named("one"), "revision": 1}
    assert (await board.send("coordination", "PUT", f"/sittings/{sitting}", old)).status_code == 200
    left = "SELECT count(*) FROM board_rating"
    forgetting = Forgetting(board.app.state.sessions)
    with clock_at(datetime(2026, 11, 26, 12, tzinfo=UTC)):  # the last day belongs to the period
        await forgetting.refresh()
        assert (await rows(board.app, left))[0][0] == 5
    with clock_at(datetime(2026, 11, 27, 12, tzinfo=UTC)):
        await forgetting.refresh()
    assert (await rows(board.app, left))[0][0] == 1
    assert (await board.get("coordination", place(sitting, "one")))["item"]["decision"]["outcome"] == "selected"
