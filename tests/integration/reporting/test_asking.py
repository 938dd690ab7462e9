"""Federated questions over real brokers: counts come from the networks, and nothing but counts (design 13)."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from nats.aio.msg import Msg

from services.reporting.app import create_app
from shared import clock
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

NETWORKS = ("rp", "sn")
SESSIONS: list[dict[str, Any]] = [
    {"name": "a", "region": "rp", "month": "2022-08", "gender": "female", "occasions": ["pay", "dismissal"]},
    {"name": "b", "region": "rp", "month": "2022-09", "gender": "male", "occasions": ["pay"]},
    {"name": "c", "region": "sn", "month": "2022-09", "gender": "female", "session_type": "follow_up"},
]
DETAIL = ("gender", "occasions")


@dataclass
class Country:
    """The centre's coordination, and the staff of each network."""

    coordination: Caller
    staff: dict[str, Caller]
    apps: dict[str, Any]

    async def ask(self, text: str) -> dict[str, Any]:
        answer = await self.coordination.send("GET", f"figures?{text}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def asked(self, text: str, networks: int) -> dict[str, Any]:
        """The answer as soon as so many networks answer; right after the start leaves still connect."""

        async def enough() -> dict[str, Any] | None:
            found = await self.ask(text)
            return found if found["passport"]["coverage"]["answered"] >= networks else None

        return dict(await eventually(enough))


@pytest.fixture
async def country(federation: Federation, database: MakeDatabase) -> AsyncIterator[Country]:
    """Centre and two networks whose facts are the same sessions, lean and full."""
    async with AsyncExitStack() as stack:
        apps = {code: create_app(federation.settings(code, database("reporting"))) for code in ("de", *NETWORKS)}
        clients = {
            code: await stack.enter_async_context(serving(app, app.state.settings.port)) for code, app in apps.items()
        }
        for session in SESSIONS:
            event = {"event": "session", "programme_line": "fair_integration", **session}
            await Desk(apps[session["region"]].state.sessions, session["region"]).keep([event])
            lean = {name: value for name, value in event.items() if name not in DETAIL}
            await Desk(apps["de"].state.sessions, "de").keep([lean])
        staff = {code: Caller(clients[code], apps[code].state.settings, Role.COORDINATOR) for code in NETWORKS}
        yield Country(Caller(clients["de"], apps["de"].state.settings, Role.COORDINATION), staff, apps)


async def test_networks_answer_what_only_they_know(country: Country) -> None:
    answer = await country.asked("indicator=counselling_sessions&by=gender", 2)
    assert answer["rows"] == [
        {"gender": "female", "value": 2, "share": 0.6667},
        {"gender": "male", "value": 1, "share": 0.3333},
    ]
    assert answer["total"] == 3
    assert answer["passport"]["coverage"] == {"networks": 2, "answered": 2, "records": 3, "expected": 3}
    by_region = await country.ask("indicator=counselling_sessions&by=region,gender&gender=female")
    assert [(row["region"], row["value"]) for row in by_region["rows"]] == [("rp", 1), ("sn", 1)]


async def test_mentions_have_the_sessions_as_their_base(country: Country) -> None:
    answer = await country.asked("indicator=fair_integration_occasions&by=occasion&session_type=first", 2)
    assert answer["rows"] == [
        {"occasion": "dismissal", "value": 1, "share": 0.5, "base": 2},
        {"occasion": "pay", "value": 2, "share": 1.0, "base": 2},
    ]
    assert answer["total"] == 3


async def test_only_the_networks_a_question_is_about_are_asked_and_each_lists_it(country: Country) -> None:
    answer = await country.asked("indicator=counselling_sessions&by=gender&region=sn&from=2022-01", 1)
    assert answer["total"] == 1
    assert (await country.staff["rp"].send("GET", "questions")).json() == {"items": [], "total": 0}
    listed = (await country.staff["sn"].send("GET", "questions")).json()
    question = listed["items"][0]
    assert (question["indicator"], question["by"], question["first"]) == ("counselling_sessions", ["gender"], "2022-01")
    assert question["answered"] is True
    assert "region" not in question["filters"]


@pytest.mark.own_brokers
async def test_a_network_that_is_away_is_named_and_the_rest_is_shown(country: Country, federation: Federation) -> None:
    await country.asked("indicator=counselling_sessions&by=gender", 2)
    federation.regions["sn"].stop()
    answer = await eventually(lambda: without_sn(country))
    assert answer["total"] == 2
    assert answer["passport"]["coverage"]["missing"] == ["sn"]


async def without_sn(country: Country) -> dict[str, Any] | None:
    answer = await country.ask("indicator=counselling_sessions&by=age_group")
    return answer if answer["passport"]["coverage"]["answered"] == 1 else None


async def test_answers_behind_a_permanent_link_stay(country: Country) -> None:
    past = "indicator=counselling_sessions&by=gender&as_of=2026-11-24&known_at=2026-11-24"
    first = await country.asked(past, 2)
    correction = {
        "event": "session",
        "name": "a",
        "region": "rp",
        "month": "2022-08",
        "revision": 2,
        "gender": "diverse",
    }
    await Desk(country.apps["rp"].state.sessions, "rp").keep([correction | {"recorded_on": "2026-11-20"}])
    country.apps["de"].state.figures._remembered.clear()  # as after a restart
    assert await country.ask(past) == first
    kept = await rows(country.apps["de"], "SELECT region FROM kept_answer ORDER BY region")
    assert kept == [("rp",), ("sn",)]


async def test_counts_that_contradict_the_lean_records_are_named(country: Country) -> None:
    await country.asked("indicator=counselling_sessions&by=gender", 2)
    extra = {"event": "session", "name": "never told", "region": "rp", "month": "2022-09", "gender": "female"}
    await Desk(country.apps["rp"].state.sessions, "rp").keep([extra])
    answer = await country.ask("indicator=counselling_sessions&by=gender,age_group")
    assert answer["passport"]["coverage"]["differing"] == ["rp"]
    assert "Abweichung zwischen Netzwerk und Bund: rp" in answer["passport"]["method"]


async def test_the_hub_cannot_ask_for_records(country: Country, federation: Federation) -> None:
    await country.asked("indicator=counselling_sessions&by=gender", 2)
    hub = await federation.connect("de", "reporting")
    day = clock.today().isoformat()
    good = {"indicator": "counselling_sessions", "version": 1, "as_of": day, "known_at": day}
    try:
        for wrong in (
            {"by": ["session_id"]},
            {"by": ["entity_id"]},
            {"by": ["body"]},
            {"filters": {"session_id": ["x"]}},
            {"rows": True},
            {"indicator": "fact"},
            {"filters": {"gender": ["female' OR 1=1 --"]}},
        ):
            told = await hub.request("ask.rp.figures", json.dumps(good | wrong).encode(), 5)
            answer = json.loads(told.data)
            assert (answer["cells"], answer["total"]) == ([], 0), wrong
            assert answer["problem"], wrong
        counted = json.loads((await hub.request("ask.rp.figures", json.dumps(good).encode(), 5)).data)
        assert (counted["cells"], counted["total"]) == ([[[], 2]], 2)
    finally:
        await hub.close()


async def test_a_network_cannot_ask_another(country: Country, federation: Federation) -> None:
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    rp = await federation.connect("rp", "reporting.uplink", error_cb=note)
    heard: list[Msg] = []
    inbox = rp.new_inbox()
    await rp.subscribe(inbox, cb=partial(collect, heard))
    for subject in ("ask.sn.figures", "ask.figures"):
        await rp.publish(subject, b"{}", reply=inbox)
    await eventually(lambda: len(refused) >= 2)
    assert heard == []
    assert (await country.staff["sn"].send("GET", "questions")).json()["total"] == 0
    await rp.close()


async def collect(heard: list[Msg], message: Msg) -> None:
    heard.append(message)
