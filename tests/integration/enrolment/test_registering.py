"""Registrations by the public link and by staff: what is taken, what is refused and why, nothing half done."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared import clock
from shared.vocabulary import Role
from tests.support.clock import clock_at
from tests.support.enrolment import REGISTRATION, TEAM, Public, house, made_run
from tests.support.recording import Caller, rows

LEAD, OTHER = TEAM
STORED = "SELECT (SELECT count(*) FROM run_registration), (SELECT count(*) FROM run_participant)"


def refused(answer: Any) -> list[str]:
    """Fields of a refusal, each with a sentence in German."""
    assert answer.status_code == 422, answer.text
    errors = answer.json()["errors"]
    assert all(one["problem"].endswith(".") for one in errors)
    return [one["field"] for one in errors]


async def test_iko_01_bad_registrations_are_refused_with_the_field_and_nothing_is_stored(
    app: Any, trainer: Caller, everyone: Public
) -> None:
    run = await made_run(trainer)
    wrong: list[tuple[dict[str, Any], list[str]]] = [
        ({"members": [LEAD]}, ["members"]),
        ({"members": [LEAD, *[OTHER] * 4]}, ["members"]),
        ({"members": [OTHER, OTHER]}, ["members"]),
        ({"topic": None}, ["topic"]),
        ({"binding": False}, ["binding"]),
        ({"house": "!!!"}, ["house"]),
        ({"house": None}, ["house"]),
        ({"email": "nirgends"}, ["email"]),
        ({"house_id": str(uuid4())}, ["house_id"]),
    ]
    for change, fields in wrong:
        assert refused(await everyone.register(run, REGISTRATION | change)) == fields, change
    assert await rows(app, STORED) == [(0, 0)]
    assert (await everyone.register(uuid4(), REGISTRATION)).status_code == 404
    hidden = await made_run(trainer, published=False)
    assert (await everyone.register(hidden, REGISTRATION)).status_code == 404
    listed = (await everyone.send("GET", "runs")).json()["items"]
    assert [one["run_id"] for one in listed] == [str(run)]


async def test_iko_06_one_second_late_or_early_is_refused_and_in_time_is_taken(
    trainer: Caller, everyone: Public
) -> None:
    deadline = clock.now() + timedelta(days=1)
    run = await made_run(trainer, deadline)
    opens = deadline - timedelta(days=60)
    for instant in (
        deadline + timedelta(seconds=1),
        deadline + timedelta(microseconds=1),
        opens - timedelta(seconds=1),
    ):
        with clock_at(instant):
            assert refused(await everyone.register(run, REGISTRATION)) == ["submitted_at"]
    with clock_at(deadline):
        assert (await everyone.register(run, REGISTRATION)).status_code == 200


async def test_iko_01_a_house_registers_once_however_it_is_spelt_or_chosen(
    app: Any, trainer: Caller, everyone: Public
) -> None:
    run, unit = await made_run(trainer), uuid4()
    coordinator = Caller(trainer.client, trainer.settings, Role.COORDINATOR)
    common = {"valid_from": "2020-01-01", "kind": "house", "code": "JC-1"}
    await coordinator.put(f"structure/{unit}", common | {"name": "Jobcenter Nord-Süd"})
    assert (await everyone.register(run, house(1, house="JOBCENTER  nord süd"))).status_code == 200
    assert refused(await everyone.register(run, house(2, house=None, house_id=str(unit)))) == ["house"]
    assert (await rows(app, "SELECT house, house_key FROM run_registration")) == [("Jobcenter Nord-Süd", str(unit))]
    at_once = await asyncio.gather(*(everyone.register(run, house(3, email=f"{n}@example.org")) for n in range(5)))
    assert sorted(one.status_code for one in at_once) == [200, 422, 422, 422, 422]


async def test_a_form_sent_twice_registers_once_and_another_under_its_id_is_refused(
    app: Any, trainer: Caller, everyone: Public
) -> None:
    run, key = await made_run(trainer), uuid4()
    first, again = await asyncio.gather(*(everyone.register(run, REGISTRATION, key) for _ in range(2)))
    assert first.json() == again.json()
    assert await rows(app, STORED) == [(1, 2)]
    other = await everyone.register(run, REGISTRATION | {"topic": "Etwas anderes"}, key)
    assert other.status_code == 409
    shown = (await everyone.ticket(first.json()["token"])).json()
    assert (shown["state"], shown["run"]["public_title"]) == ("submitted", "IKÖ 4.0")
    assert "Beispiel" not in str(shown)
    assert (await everyone.ticket("x" * 43)).status_code == 404


async def test_staff_registers_changes_and_sees_its_own_runs_only(app: Any, trainer: Caller) -> None:
    run, key = await made_run(trainer), uuid4()
    path, body = f"runs/{run}/registrations/{key}", {name: one for name, one in REGISTRATION.items() if name != "email"}
    assert (await trainer.put(path, body))["revision"] == 1
    assert (await trainer.put(path, body))["revision"] == 1
    assert (await trainer.send("PUT", path, json=body | {"topic": "Neu"})).status_code == 409
    changed = body | {"topic": "Neues Thema", "members": [LEAD, OTHER, OTHER], "revision": 1}
    assert (await trainer.put(path, changed))["revision"] == 2
    assert (await trainer.send("PUT", path, json=changed | {"members": [LEAD], "revision": 2})).status_code == 422
    found = (await trainer.send("GET", f"runs/{run}/registrations")).json()["items"]
    assert [(one["topic"], one["rank"], len(one["members"])) for one in found] == [("Neues Thema", 1, 3)]
    assert found[0]["members"][0]["name"] == "Beispiel, Ada"
    told = await rows(app, "SELECT action FROM audit WHERE action LIKE 'registration%' ORDER BY seq")
    assert [action for (action,) in told] == [
        "registration.recorded",
        "registration.recorded",
        "registration.listed",
    ]
    stranger = trainer.at(uuid4())
    for method, at, sent in (
        ("GET", f"runs/{run}/registrations", None),
        ("PUT", path, body),
        ("POST", f"{path}/withdraw", None),
        ("POST", f"{path}/move", {"reason": "Absprache"}),
        ("POST", f"runs/{run}/decide", None),
        ("POST", f"runs/{run}/open", None),
    ):
        assert (await stranger.send(method, at, json=sent)).status_code == 404, at
    withdrawing = await trainer.send("POST", f"runs/{run}/withdraw")
    assert withdrawing.status_code == 409  # somebody is registered


async def test_a_run_without_days_is_opened_and_decided_by_hand(trainer: Caller) -> None:
    run = await made_run(trainer, opens_at=None, deadline=None, published=False, min_places=1)
    path = f"runs/{run}/registrations/{uuid4()}"
    assert refused(await trainer.send("PUT", path, json=REGISTRATION)) == ["submitted_at"]
    assert (await trainer.send("POST", f"runs/{run}/decide")).status_code == 409
    assert (await trainer.send("POST", f"runs/{run}/open")).status_code == 204
    await trainer.put(path, REGISTRATION)
    for _ in range(2):
        assert (await trainer.send("POST", f"runs/{run}/decide")).status_code == 204
    shown = (await trainer.send("GET", f"runs/{run}")).json()
    assert (shown["state"], shown["accepted"], shown["waiting"]) == ("confirmed", 1, 0)
    assert (await trainer.send("POST", f"runs/{run}/open")).status_code == 409


@pytest.mark.timeout(60)
async def test_two_hundred_at_once_for_twenty_five_places_and_the_earliest_have_them(
    app: Any, trainer: Caller, everyone: Public
) -> None:
    deadline = clock.now() + timedelta(hours=1)
    run = await made_run(trainer, deadline, min_places=1, max_places=25)
    answers = await asyncio.gather(*(everyone.register(run, house(number)) for number in range(200)))
    assert {one.status_code for one in answers} == {200}
    with clock_at(deadline + timedelta(minutes=2)):
        await asyncio.gather(*(app.state.advancing.work() for _ in range(3)))
    ranked = await rows(app, "SELECT state FROM run_registration ORDER BY submitted_at, registration_id")
    assert [state for (state,) in ranked] == ["accepted"] * 25 + ["waiting"] * 175
    assert await rows(app, "SELECT state, accepted, waiting FROM training_run") == [("confirmed", 25, 175)]
