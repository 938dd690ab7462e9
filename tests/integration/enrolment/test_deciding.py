"""From the deadline to the last place: decided once, explained to every house, waiting list, exceptions, order."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.enrolment.words import REASONS
from shared import clock
from shared.vocabulary.runs import DecisionReason
from tests.support.appointments import MailServer
from tests.support.clock import clock_at
from tests.support.enrolment import REGISTRATION, Public, house, made_run
from tests.support.recording import Caller, rows

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def registered(everyone: Public, run: UUID, count: int, first: datetime) -> list[str]:
    """So many houses, one a minute; the tokens of their links."""
    tokens = []
    for number in range(count):
        with clock_at(first + number * MINUTE):
            answer = await everyone.register(run, house(number))
        assert answer.status_code == 200, answer.text
        tokens.append(answer.json()["token"])
    return tokens


async def advanced(app: Any, at: datetime) -> None:
    """Let it be an instant: what is due is done, e-mails are sent."""
    with clock_at(at):
        await app.state.advancing.work()
        while await app.state.sender.work_one():
            pass


async def states(everyone: Public, tokens: list[str]) -> list[str]:
    """How registrations stand, as their links say."""
    return [(await everyone.ticket(token)).json()["state"] for token in tokens]


async def counts(app: Any) -> tuple[str, int, int]:
    """State of the run, places taken and asked for."""
    ((state, accepted, waiting),) = await rows(app, "SELECT state, accepted, waiting FROM training_run")
    return state, accepted, waiting


@pytest.mark.timeout(90)
async def test_iko_09_iko_10_nine_houses_eight_places_and_each_is_told_why(
    app: Any, trainer: Caller, everyone: Public, mail_server: MailServer
) -> None:
    deadline = clock.now() + 10 * DAY
    run = await made_run(trainer, deadline)
    tokens = await registered(everyone, run, 9, deadline - DAY)
    await advanced(app, deadline)
    assert await counts(app) == ("registration_open", 0, 9)
    await advanced(app, deadline + timedelta(seconds=1))
    assert await counts(app) == ("registration_closed", 0, 9)
    with clock_at(deadline + timedelta(seconds=59)):
        assert (await trainer.send("POST", f"runs/{run}/decide")).status_code == 409
    before = len(mail_server.taken())
    await advanced(app, deadline + MINUTE)
    await advanced(app, deadline + 2 * MINUTE)  # decided once
    assert await counts(app) == ("confirmed", 8, 1)
    assert await states(everyone, tokens) == ["accepted"] * 8 + ["waiting"]
    sent = {str(one["To"]): one for one in mail_server.taken()[before:]}
    assert len(sent) == 9
    waiting, accepted = (sent[f"haus{n}@example.org"].get_content() for n in (8, 0))
    assert REASONS[DecisionReason.LATER] in waiting
    assert REASONS[DecisionReason.EARLIEST] in accepted
    assert "Die Teilnahme ist kostenlos." in accepted  # IKO-12
    assert f"https://iq.example/anmeldung/{tokens[8]}" in waiting
    assert "Beispiel" not in waiting + accepted
    ((protocol,),) = await rows(app, "SELECT protocol FROM training_run")
    assert [one["rank"] for one in protocol["registrations"]] == list(range(1, 10))
    assert [one["reason"] for one in protocol["registrations"]] == ["earliest"] * 8 + ["later"]
    for secret in ("Beispiel", "Jobcenter", "example.org", "Sprache"):
        assert secret not in json.dumps(protocol)
    told = await rows(app, "SELECT convert_from(body, 'utf8') FROM outbox WHERE destination = 'up' ORDER BY seq")
    last = json.loads(told[-1][0])
    assert (last["state"], last["accepted"], last["waiting"]) == ("confirmed", 8, 1)


async def test_iko_07_two_houses_are_too_few_and_both_are_told(
    app: Any, trainer: Caller, everyone: Public, mail_server: MailServer
) -> None:
    deadline = clock.now() + DAY
    run = await made_run(trainer, deadline)
    tokens = await registered(everyone, run, 2, clock.now())
    await advanced(app, deadline + MINUTE)
    assert await counts(app) == ("cancelled", 0, 0)
    assert await states(everyone, tokens) == ["cancelled"] * 2
    told = [one.get_content() for one in mail_server.taken() if "abgesagt" in str(one["Subject"])]
    assert len(told) == 2
    assert all(REASONS[DecisionReason.TOO_FEW] in text for text in told)
    refused = await trainer.send("PUT", f"runs/{run}/registrations/{uuid4()}", json=house(7, exception="Zu spät"))
    assert refused.status_code == 409  # a late exception brings no cancelled run back


async def full(app: Any, trainer: Caller, everyone: Public, waiting: int, **more: Any) -> tuple[UUID, list[str], Any]:
    """A run with three places that is decided, and some on its waiting list; when it was decided."""
    deadline = clock.now() + DAY
    run = await made_run(trainer, deadline, max_places=3, **more)
    tokens = await registered(everyone, run, 3 + waiting, clock.now())
    await advanced(app, deadline + MINUTE)
    return run, tokens, deadline + 2 * MINUTE


@pytest.mark.timeout(90)
async def test_a_free_place_is_offered_in_order_and_goes_on_when_it_is_declined_or_not_taken(
    app: Any, trainer: Caller, everyone: Public, mail_server: MailServer
) -> None:
    _run, tokens, at = await full(app, trainer, everyone, 4)
    with clock_at(at):
        for _ in range(2):
            assert (await everyone.ticket(tokens[0], "/withdraw")).json()["state"] == "withdrawn"
        assert await states(everyone, tokens[3:]) == ["offered", "waiting", "waiting", "waiting"]
        assert (await everyone.ticket(tokens[4], "/accept")).status_code == 409  # not hers
        await everyone.ticket(tokens[3], "/withdraw")
        assert await states(everyone, tokens[4:]) == ["offered", "waiting", "waiting"]
    await advanced(app, at + 3 * DAY)
    assert await states(everyone, tokens[4:]) == ["offered", "waiting", "waiting"]
    with clock_at(at + 3 * DAY + MINUTE):
        assert (await everyone.ticket(tokens[4], "/accept")).status_code == 409  # too late, looked at or not
    await advanced(app, at + 3 * DAY + MINUTE)
    assert await states(everyone, tokens[4:]) == ["rejected", "offered", "waiting"]
    with clock_at(at + 4 * DAY):
        for _ in range(2):
            assert (await everyone.ticket(tokens[5], "/accept")).json()["state"] == "accepted"
    assert await counts(app) == ("confirmed", 3, 1)
    subjects = [str(one["Subject"]) for one in mail_server.taken()]
    assert sum("Ein Platz ist frei" in one for one in subjects) == 2  # the first was declined before it was sent
    assert sum("Absage" in one for one in subjects) == 1


async def test_no_place_is_offered_once_the_run_has_begun(app: Any, trainer: Caller, everyone: Public) -> None:
    _run, tokens, at = await full(app, trainer, everyone, 1)
    with clock_at(at + 100 * DAY):
        await everyone.ticket(tokens[0], "/withdraw")
    assert await states(everyone, tokens[3:]) == ["waiting"]
    assert await counts(app) == ("confirmed", 2, 1)


async def test_the_order_is_changed_with_a_reason_only_and_that_is_kept(
    app: Any, trainer: Caller, everyone: Public
) -> None:
    run, tokens, at = await full(app, trainer, everyone, 2)
    last = (await rows(app, "SELECT registration_id FROM run_registration ORDER BY submitted_at DESC LIMIT 1"))[0][0]
    path = f"runs/{run}/registrations/{last}"
    assert (await trainer.send("POST", f"{path}/move", json={"reason": ""})).status_code == 422
    assert (await trainer.send("POST", f"{path}/move", json={"reason": "Absprache mit der RD"})).status_code == 204
    found = (await trainer.send("GET", f"runs/{run}/registrations")).json()["items"]
    assert [one["rank"] for one in found if one["registration_id"] == str(last)] == [1]
    with clock_at(at):
        await everyone.ticket(tokens[0], "/withdraw")
    assert await states(everyone, tokens[3:]) == ["waiting", "offered"]
    kept = await rows(app, "SELECT moved, reason FROM run_registration WHERE registration_id = :key", key=last)
    assert kept == [("Absprache mit der RD", "promoted")]
    assert len(await rows(app, "SELECT 1 FROM audit WHERE action = 'registration.moved'")) == 1


async def test_iko_06_a_late_exception_has_a_reason_its_own_time_stamp_and_opens_nothing(
    app: Any, trainer: Caller, everyone: Public
) -> None:
    deadline = clock.now() + DAY
    run = await made_run(trainer, deadline, max_places=4)
    tokens = await registered(everyone, run, 3, clock.now())
    late = REGISTRATION | {"exception": "Post lag beim Träger"}
    with clock_at(deadline + timedelta(seconds=30)):
        assert (await trainer.send("PUT", f"runs/{run}/registrations/{uuid4()}", json=house(8))).status_code == 422
        await trainer.put(f"runs/{run}/registrations/{uuid4()}", late | {"house": "Haus Spät"})
        assert (await everyone.register(run, house(9))).status_code == 422
    await advanced(app, deadline + MINUTE)
    assert await counts(app) == ("confirmed", 4, 0)
    with clock_at(deadline + DAY):
        waiting = await trainer.put(f"runs/{run}/registrations/{uuid4()}", late | {"house": "Haus Später"})
        assert waiting["state"] == "waiting"
        await everyone.ticket(tokens[0], "/withdraw")
    assert await counts(app) == ("confirmed", 3, 1)
    ((state, exception),) = await rows(app, "SELECT state, exception FROM run_registration WHERE house = 'Haus Später'")
    assert (state, exception) == ("offered", "Post lag beim Träger")


async def test_ikbo_05_a_release_brings_the_place(app: Any, trainer: Caller) -> None:
    now, key = clock.now(), uuid4()
    run = await made_run(trainer, now + DAY, programme="ikbo", min_places=1, max_places=2)
    body = {"house": "Jobcenter 1", "email": "haus1@example.org", "binding": True}
    waits = body | {"members": [{"name": "Beispiel, Ada", "function": "migration_officer"}]}
    await trainer.put(f"runs/{run}/registrations/{key}", waits)
    released = {"name": "Muster, Kim", "function": "migration_officer", "released": True}
    await trainer.put(f"runs/{run}/registrations/{uuid4()}", body | {"house": "Agentur", "members": [released]})
    await advanced(app, now + DAY + 2 * MINUTE)
    shown = (await trainer.send("GET", f"runs/{run}/registrations")).json()["items"]
    assert [(one["state"], one["reason"]) for one in shown] == [("waiting", "unreleased"), ("accepted", "within")]
    member = shown[0]["members"][0]["participant_id"]
    told = waits | {"revision": shown[0]["revision"], "members": [released | {"participant_id": member}]}
    assert (await trainer.put(f"runs/{run}/registrations/{key}", told))["state"] == "offered"
