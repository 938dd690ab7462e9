"""Published sheets, decisions on their way, and transfers to other networks at the centre (GP-07, GP-10, GP-11)."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from services.reporting.sheets.rules import months_after
from shared.clock import today
from shared.vocabulary import Role
from tests.support.events import entity
from tests.support.good_practice import decide
from tests.support.recording import Caller

TEXTS = {"summary": "Kurz und gut", "organisation": "Werk", "url": None, "mailbox": "kontakt@werk.example"}


def sheet(name: str, day: str, **more: Any) -> dict[str, Any]:
    public = TEXTS | {"title": name} | more.pop("public", {})
    common = {"event": "item", "name": name, "item_kind": "good_practice", "state": "published", "recorded_on": day}
    return common | {"round": "2019-2022", "public": public} | more


FACTS: list[dict[str, Any]] = [
    sheet("Werkstatt", "2026-03-05", area="health", public={"programme_line": "qualification", "offer": "Material"}),
    sheet("Netz", "2026-05-05", region="sn", round="2015-2018", public={"subtitle": "Für alle"}),
    sheet("Vorschlag", "2026-05-06", state="selected", decision=1),
    sheet("Abgelehnt", "2026-05-06", state="not_selected", decision=1),
    sheet("Nur gezählt", "2022-05-05", public={}) | {"public": None},
    sheet("Weg", "2026-05-05"),
    sheet("Weg", "2026-05-06", revision=2, withdrawn=True) | {"public": None},
]


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    """What the centre of these tests knows."""
    return FACTS


def transfer(name: str = "Werkstatt", region: str = "rp", **more: Any) -> dict[str, Any]:
    common = {"region": region, "item_id": str(entity(name)), "to_region": "sn", "organisation": "Klinikum am Fluss"}
    return common | {"begun_on": today().isoformat()} | more


async def put(who: Caller, body: dict[str, Any], key: Any = None) -> tuple[int, dict[str, Any]]:
    answer = await who.send("PUT", f"sheet-transfers/{key or uuid4()}", json=body)
    return answer.status_code, answer.json()


async def listed(who: Caller, **params: str) -> list[str]:
    found = (await who.send("GET", "published-sheets", params=params)).json()
    assert found["total"] == len(found["items"])
    return [one["title"] for one in found["items"]]


async def test_gp_10_published_sheets_are_found_and_gp_11_counted_by_round(coordination: Caller) -> None:
    assert await listed(coordination) == ["Netz", "Werkstatt"]
    for asked, titles in (
        ({"round": "2015-2018"}, ["Netz"]),
        ({"area": "health"}, ["Werkstatt"]),
        ({"programme_line": "qualification"}, ["Werkstatt"]),
        ({"region": "sn"}, ["Netz"]),
        ({"q": "KURZ UND"}, ["Netz", "Werkstatt"]),
        ({"q": "werkstatt"}, ["Werkstatt"]),
    ):
        assert await listed(coordination, **asked) == titles, asked
    one = (await coordination.send("GET", f"published-sheets/{entity('Werkstatt')}")).json()
    assert (one["offer"], one["published_on"], one["transferred_to"]) == ("Material", "2026-03-05", [])
    for name in ("Vorschlag", "Weg", "Nur gezählt"):
        assert (await coordination.send("GET", f"published-sheets/{entity(name)}")).status_code == 404
    asked = {"indicator": "good_practice_sheets", "by": "round"}
    figures = (await coordination.send("GET", "figures", params=asked)).json()
    assert [(row["round"], row["value"]) for row in figures["rows"]] == [("2015-2018", 1), ("2019-2022", 2)]


async def test_gp_07_each_decision_says_how_far_it_is(app: FastAPI, coordination: Caller) -> None:
    sessions = app.state.sessions
    for name, values in (
        ("Vorschlag", {}),
        ("Abgelehnt", {}),  # the item shows another state than it was decided
        ("Weg", {}),
        ("nirgends", {}),
    ):
        await decide(sessions, entity(name), **values)
    await decide(sessions, entity("Werkstatt"), 1)
    await decide(sessions, entity("Werkstatt"), 2, state="reopened", reasons="Neue Unterlagen")
    found = (await coordination.send("GET", "sheet-transfers/decisions")).json()
    assert {(one["title"], one["item_id"]): one["standing"] for one in found} == {
        ("Vorschlag", str(entity("Vorschlag"))): "arrived",
        ("Abgelehnt", str(entity("Abgelehnt"))): "underway",
        (None, str(entity("Weg"))): "withdrawn",
        (None, str(entity("nirgends"))): "unknown",
        ("Werkstatt", str(entity("Werkstatt"))): "reopened",
    }
    assert "reasons" not in found[0]


async def test_a_transfer_is_recorded_once_changed_by_who_saw_it_and_shown_on_the_sheet(coordination: Caller) -> None:
    key = uuid4()
    for _ in range(2):
        status, saved = await put(coordination, transfer(), key)
        assert (status, saved["revision"], saved["state"]) == (200, 1, "begun")
    shown = (await coordination.send("GET", f"published-sheets/{entity('Werkstatt')}")).json()
    assert shown["transferred_to"] == ["sn"]
    status, twice = await put(coordination, transfer())
    assert (status, "schon übernommen" in twice["detail"]) == (409, True)
    assert (await put(coordination, transfer(to_region="bb")))[0] == 200
    assert (await put(coordination, transfer(organisation="Anders", revision=1), key))[1]["revision"] == 2
    status, stale = await put(coordination, transfer(organisation="Noch anders", revision=1), key)
    assert (status, "inzwischen geändert" in stale["detail"]) == (409, True)
    assert (await put(coordination, transfer(to_region="be", revision=2), key))[0] == 409
    assert (await put(coordination, transfer(state="ended", revision=2), key))[1]["due_on"] is None
    shown = (await coordination.send("GET", f"published-sheets/{entity('Werkstatt')}")).json()
    assert shown["transferred_to"] == ["bb"]
    assert (await put(coordination, transfer()))[0] == 200  # taken up anew


async def test_what_is_no_transfer_is_refused_naming_the_field(coordination: Caller) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for body, field in (
        (transfer(to_region="rp"), "to_region"),
        (transfer(to_region="xx"), "to_region"),
        (transfer(begun_on=tomorrow), "begun_on"),
        (transfer("Vorschlag"), "item_id"),
        (transfer(region="sn", to_region="bb"), "item_id"),  # not a sheet of that network
        (transfer(organisation=""), "organisation"),
        (transfer(organisation="a\x00b"), "organisation"),
        (transfer(state="published"), "state"),
    ):
        status, refused = await put(coordination, body)
        assert (status, [error["field"] for error in refused["errors"]]) == (422, [field]), body


async def test_reminders_come_first_the_longest_due_before_the_others(coordination: Caller) -> None:
    now = today()

    def ago(months: int, days: int = 0) -> date:
        return months_after(now, -months) - timedelta(days=days)

    keys = {}
    for name, begun in (("late", ago(13)), ("now", ago(6, 3)), ("new", ago(2)), ("soon", ago(1))):
        keys[name] = uuid4()
        to = {"late": "bb", "now": "be", "new": "bw", "soon": "by"}[name]
        assert (await put(coordination, transfer(to_region=to, begun_on=begun.isoformat()), keys[name]))[0] == 200

    async def order() -> list[tuple[str, bool]]:
        items = (await coordination.send("GET", "sheet-transfers")).json()
        names = {str(key): name for name, key in keys.items()}
        return [(names[one["transfer_id"]], one["due"]) for one in items]

    assert await order() == [("late", True), ("now", True), ("soon", False), ("new", False)]
    checked = f"sheet-transfers/{keys['late']}/check"
    assert (await coordination.send("POST", checked, json={"revision": 2})).status_code == 409
    answer = (await coordination.send("POST", checked, json={"revision": 1})).json()
    assert (answer["due"], answer["due_on"], answer["checked_on"]) == (False, None, now.isoformat())
    assert (await coordination.send("POST", checked, json={"revision": 2})).status_code == 409
    body = transfer(to_region="be", begun_on=ago(6, 3).isoformat(), state="established", revision=1)
    assert (await put(coordination, body, keys["now"]))[1]["due"] is False  # who changes the state has asked
    assert [due for _, due in await order()] == [False] * 4
    assert (
        await coordination.send("POST", f"sheet-transfers/{uuid4()}/check", json={"revision": 1})
    ).status_code == 404


async def test_only_the_coordination_follows_transfers_and_everyone_reads_sheets(coordination: Caller) -> None:
    for role in (Role.READER, Role.JURY, Role.OPERATIONS):
        other = Caller(coordination.client, coordination.settings, role)
        assert (await other.send("GET", "sheet-transfers")).status_code == 403
        assert (await put(other, transfer()))[0] == 403
        assert (await other.send("GET", "published-sheets")).status_code == 200
