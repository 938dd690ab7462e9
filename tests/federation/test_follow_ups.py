"""Follow-ups travel down as state and their answers come back by question, whatever was away or lost meanwhile."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.reporting.app import create_app
from services.reporting.quality.gauges import FOLLOW_UPS, FollowUpGauges
from services.reporting.quality.telling import Hearing, Telling
from shared import clock
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.outliers import FOUND, groups, last_month
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(90)
QUICK = {"heartbeat_seconds": 0.3, "batch_wait_seconds": 0.02}
DUE = (clock.today() + timedelta(days=14)).isoformat()
TOMORROW, YESTERDAY = ((clock.today() + timedelta(days=days)).isoformat() for days in (1, -1))
RIGHT = {"asked": 1, "choice": "right"}
Check = Callable[[dict[str, Any]], bool]


@dataclass
class Country:
    """Reporting of the centre and of rp, with the coordination and the network's coordinator."""

    apps: dict[str, Any]
    staff: dict[str, Caller]

    async def finding(self) -> dict[str, Any]:
        """The outlier of rp."""
        found = (await self.staff["de"].send("GET", "quality?network=rp&rule=outlier")).json()
        (one,) = found["findings"]
        return dict(one)

    async def asked(self) -> str:
        """A follow-up about it, as soon as rp has it."""
        key = str(uuid4())
        body = {"finding": (await self.finding())["key"], "due_on": DUE}
        await self.staff["de"].put(f"follow-ups/{key}", body)
        await self.until("rp", key, lambda one: one["state"] == "open")
        return key

    async def send(self, side: str, key: str, act: str, body: dict[str, Any]) -> Any:
        """The answer to an act on one side."""
        return await self.staff[side].send("POST", f"follow-ups/{key}/{act}", json=body)

    async def do(self, side: str, key: str, act: str, body: dict[str, Any]) -> dict[str, Any]:
        """An act that is done."""
        answer = await self.send(side, key, act, body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def until(self, side: str, key: str, check: Check, seconds: float = 30.0) -> dict[str, Any]:
        """The follow-up on one side, as soon as it is as wanted."""

        async def found() -> list[dict[str, Any]]:
            items = (await self.staff[side].send("GET", "follow-ups")).json()["items"]
            return [one for one in items if one["follow_up_id"] == key and check(one)]

        return dict((await eventually(found, seconds))[0])

    async def lose(self, side: str) -> None:
        """As if a database were restored from a backup of before."""
        async with self.apps[side].state.sessions() as session, session.begin():
            await (await session.connection()).exec_driver_sql("DELETE FROM follow_up")


def state(name: str) -> Check:
    """Whether a follow-up is in a state."""
    return lambda one: bool(one["state"] == name)


@pytest.fixture
async def country(federation: Federation, database: MakeDatabase) -> AsyncIterator[Country]:
    async with AsyncExitStack() as stack:
        apps = {code: create_app(federation.settings(code, database("reporting"), **QUICK)) for code in ("de", "rp")}
        staff = {}
        for code, app in apps.items():
            await Desk(app.state.sessions, code).keep(groups())
            client = await stack.enter_async_context(serving(app, app.state.settings.port))
            role = Role.COORDINATION if code == "de" else Role.COORDINATOR
            staff[code] = Caller(client, app.state.settings, role, None)
        yield Country(apps, staff)


async def test_a_follow_up_goes_down_and_its_answer_comes_back_until_it_is_closed(country: Country) -> None:
    key = await country.asked()
    told = await country.until("rp", key, state("open"))
    assert (told["value"], told["value_now"], told["period"]) == (float(FOUND), float(FOUND), last_month())
    answered = {"asked": 1, "choice": "being_corrected", "until": TOMORROW, "month": last_month()}
    await country.do("rp", key, "answer", answered)
    back = await country.until("de", key, state("answered"))
    assert back["answer"] == answered | {"cause": None, "answered_on": clock.today().isoformat()}
    # The records are corrected: both sides see what the number was and is.
    for code in ("de", "rp"):
        mended = groups()[-1] | {"revision": 2, "participants": 101, "recorded_on": YESTERDAY}
        await Desk(country.apps[code].state.sessions, code).keep([mended])
    changed = await country.until("de", key, lambda one: one["value_now"] == 101.0)
    assert changed["value"] == float(FOUND)
    await country.do("de", key, "reopen", {"revision": 1, "reason": "day_passed", "due_on": DUE})
    again = await country.until("rp", key, state("open"))
    assert (again["asked"], again["reason"], again["answer"]["asked"]) == (2, "day_passed", 1)
    await country.do("rp", key, "answer", {"asked": 2, "choice": "corrected"})
    await country.until("de", key, state("answered"))
    await country.do("de", key, "close", {"revision": 2})
    await country.until("rp", key, state("closed"))
    sides = [await rows(country.apps[code], "SELECT question, answer, closed FROM follow_up") for code in ("de", "rp")]
    assert sides[0] == sides[1]


@pytest.mark.own_brokers
async def test_what_was_asked_and_answered_while_a_network_was_away_arrives_afterwards(
    country: Country, federation: Federation
) -> None:
    first = await country.asked()
    federation.regions["rp"].stop()
    await country.do("de", first, "close", {"revision": 1})
    second = str(uuid4())
    await country.staff["de"].put(f"follow-ups/{second}", {"finding": (await country.finding())["key"], "due_on": DUE})
    # Its page works on, and what it answers meets what was closed meanwhile.
    await country.do("rp", first, "answer", {"asked": 1, "choice": "known_cause", "cause": "holiday"})
    federation.regions["rp"].start()
    await country.until("rp", second, state("open"), 40)
    await country.until("rp", first, state("closed"), 40)
    closed = await country.until("de", first, lambda one: one["answer"] is not None, 40)
    assert (closed["state"], closed["answer"]["cause"]) == ("closed", "holiday")


async def test_a_centre_that_was_restored_gets_back_what_it_asked_and_what_was_answered(country: Country) -> None:
    key = await country.asked()
    await country.do("rp", key, "answer", RIGHT)
    await country.until("de", key, state("answered"))
    await country.lose("de")
    back = await country.until("de", key, state("answered"))
    assert (back["finding"], back["value"]) == ((await country.finding())["key"], float(FOUND))
    await country.do("de", key, "close", {"revision": back["revision"]})
    await country.until("rp", key, state("closed"))


async def test_a_network_that_was_restored_is_told_again_with_its_own_answer(country: Country) -> None:
    key = await country.asked()
    await country.do("rp", key, "answer", RIGHT)
    await country.until("de", key, state("answered"))
    await country.lose("rp")
    assert (await country.until("rp", key, state("answered")))["answer"]["choice"] == "right"


async def test_what_the_centre_never_asked_does_not_reach_it_and_nonsense_changes_nothing(country: Country) -> None:
    key = await country.asked()
    kept = await rows(country.apps["rp"], "SELECT * FROM follow_up")
    hearing = Hearing(country.apps["rp"].state.sessions, "rp")
    for nonsense in (b"no state", b'{"follow_ups": [{"question": {}, "answer": null}]}'):
        await hearing.hear(nonsense)
        assert b'"digest":null' in await hearing.noted(nonsense)
    assert await rows(country.apps["rp"], "SELECT * FROM follow_up") == kept
    forged = UUID(int=7)
    async with country.apps["rp"].state.sessions() as session, session.begin():
        connection = await session.connection()
        copied = f"jsonb_set(question, '{{follow_up_id}}', to_jsonb(CAST('{forged}' AS text)))"
        await connection.exec_driver_sql(
            f"INSERT INTO follow_up SELECT region, '{forged}', finding, closed, due_on, {copied}, answer FROM follow_up"
        )
        closed = "jsonb_set(jsonb_set(question, '{closed}', 'true'), '{revision}', '9')"
        await connection.exec_driver_sql(f"UPDATE follow_up SET question = {closed} WHERE follow_up_id = '{key}'")
    await country.do("rp", str(forged), "answer", RIGHT)
    await country.until("rp", key, lambda one: one["revision"] == 9)
    centre = country.apps["de"].state
    telling = Telling(centre.sessions, 1.0, centre.settings.signing_key.get_secret_value())
    for _ in range(3):
        assert "rp" in await telling.tell(centre.messaging.broker)
    (only,) = (await country.staff["de"].send("GET", "follow-ups")).json()["items"]
    assert (only["follow_up_id"], only["state"], only["revision"]) == (key, "open", 1)


Refused = tuple[str, str, dict[str, Any], int, str]


async def refuse(country: Country, *cases: Refused) -> None:
    """Everything is refused with its status and its words: side, path, body, status, words."""
    for side, path, body, status, words in cases:
        method = "POST" if "/" in path else "PUT"
        answer = await country.staff[side].send(method, f"follow-ups/{path}", json=body)
        assert answer.status_code == status, answer.text
        problem = answer.json()
        assert words in " ".join([problem["detail"], *(error["problem"] for error in problem["errors"])]), path


async def test_bad_input_is_answered_clearly_in_german(country: Country) -> None:
    key, found = await country.asked(), await country.finding()
    assert found["follow_up"] == key
    ask = {"finding": found["key"], "due_on": DUE}
    again = {"revision": 1, "reason": "unchanged", "due_on": DUE}
    answer, unknown = f"{key}/answer", str(uuid4())
    await country.staff["de"].put(f"follow-ups/{key}", ask)  # sent twice, asked once
    await refuse(
        country,
        ("de", unknown, ask, 409, "läuft schon eine Nachfrage"),
        ("de", unknown, ask | {"finding": "0" * 32}, 409, "Diesen Befund gibt es nicht mehr"),
        ("de", f"{key}/close", {"revision": 7}, 409, "Jemand anderes hat"),
        ("de", f"{key}/reopen", again, 409, "ist noch offen"),
        ("de", f"{key}/reopen", again | {"due_on": YESTERDAY}, 422, "liegt in der Vergangenheit"),
        ("rp", answer, RIGHT | {"choice": "being_corrected"}, 422, "Der Tag fehlt"),
        ("rp", answer, RIGHT | {"choice": "being_corrected", "until": YESTERDAY}, 422, "liegt in der Vergangenheit"),
        ("rp", answer, RIGHT | {"choice": "known_cause"}, 422, "Der Grund fehlt"),
        ("rp", answer, RIGHT | {"until": TOMORROW}, 422, "gehört nur zur Antwort"),
        ("rp", answer, RIGHT | {"note": "krank"}, 422, "Dieses Feld gibt es nicht"),
        ("rp", f"{unknown}/answer", RIGHT, 404, "nur die eigenen"),
        ("rp", answer, RIGHT | {"asked": 2}, 409, "Jemand anderes hat"),
        ("rp", f"{key}/close", {"revision": 1}, 403, ""),
        ("de", answer, RIGHT, 403, ""),
    )
    await country.do("rp", key, "answer", RIGHT)
    await refuse(country, ("rp", answer, RIGHT, 409, "schon beantwortet"))
    await country.until("de", key, state("answered"))
    await FollowUpGauges(country.apps["de"].state.sessions, "de").refresh()
    counted = [FOLLOW_UPS.labels("rp", name)._value.get() for name in ("open", "overdue", "answered")]
    assert counted == [0, 0, 1]
    await country.do("de", key, "close", {"revision": 1})
    await refuse(country, ("de", f"{key}/close", {"revision": 2}, 409, "schon geschlossen"))
