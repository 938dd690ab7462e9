"""How appointments end: held, missed, forgotten; and that nothing of a person leaves the register on the way."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.appointments.retention import EXPIRIES
from services.registration.appointments.tables import AppointmentRow, MailRow
from services.registration.mailing.sending import Sender
from shared import clock
from shared.logs import DiscreetFormatter
from shared.rights.expiry import expire
from shared.rights.retention import load_rules
from tests.support.appointments import Everyone, at, workday
from tests.support.canaries import without_drawn
from tests.support.clock import clock_at
from tests.support.recording import Caller, rows

CANARIES: dict[str, Any] = {
    "name": "CANARY-Name",
    "email": "canary@example.org",
    "phone": "CANARY 0987",
    "wish": "CANARY-Wunsch",
}
# Which record, where and when; codes that stay in registration as well.
TOLD = {"appointment_id", "carrier_id", "office_id", "revision", "state", "requested_at", "source", "token_hash"}
TOLD |= {"starts_at", "ends_at", "place", "language", "channel", "page_language", "person_id", "session_id"}
SIGNS = ("canary", "0987")


def at_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day of the appointments, in the evening."""
    now = clock.now() + (workday() - clock.today()) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_every_field_of_an_appointment_has_its_canary() -> None:
    assert set(AppointmentRow.model_fields) == CANARIES.keys() | TOLD
    assert not set(MailRow.model_fields) & {"address", "email", "subject", "body", "text"}


async def test_no_field_of_an_appointment_leaves_the_register(
    app: Any, counsellor: Caller, everyone: Everyone, office: UUID, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    key = uuid4()
    outbox = "SELECT convert_from(body, 'utf8') || headers::text FROM outbox"
    before = await rows(app, outbox)
    with caplog.at_level(logging.DEBUG):
        token = (await everyone.book(office, at(9), key, **CANARIES)).json()["token"]
        await everyone.book(office, at(9), key, **CANARIES | {"email": "bounce-canary@example.org"})
        await everyone.book(office, at(3), **CANARIES)
        await sender.work_one()
        await counsellor.send("GET", f"appointments?first={workday()}")
        await counsellor.send("GET", f"appointments/{key}")
        await everyone.send("POST", "ticket", {"token": token})
        await everyone.send("POST", "ticket/cancel", {"token": token})
    assert await rows(app, outbox) == before  # no message at all
    acts = await rows(app, "SELECT audit::text FROM audit")
    assert len(acts) > 3
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    mails = await rows(app, "SELECT m::text FROM appointment_mail m")
    public = (await everyone.send("POST", "ticket", {"token": token})).text
    for sign in (*SIGNS, token):
        for text in [text for (text,) in (*acts, *mails)] + lines + ([public] if sign != token else []):
            assert sign.lower() not in (text if sign == token else without_drawn(text)).lower(), f"{sign}: {text}"


async def test_an_appointment_becomes_a_session_or_nobody_came_but_not_before_its_time(
    app: Any, counsellor: Caller, everyone: Everyone, office: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    came, missed = uuid4(), uuid4()
    for key in (came, missed):
        await everyone.book(office, at(9), key)
    early = await counsellor.send("POST", f"appointments/{missed}/no-show")
    assert (early.status_code, "noch nicht begonnen" in early.text) == (409, True)
    at_the_time(monkeypatch)
    due = (await counsellor.send("GET", "due")).json()["items"]
    assert {item["kind"] for item in due} == {"appointment_open"}
    person, session = str(uuid4()), str(uuid4())
    for _ in range(2):
        body = {"session_id": session, "person_id": person}
        assert (await counsellor.send("POST", f"appointments/{came}/held", json=body)).status_code == 204
        assert (await counsellor.send("POST", f"appointments/{missed}/no-show")).status_code == 204
    found = (await counsellor.send("GET", f"appointments/{came}")).json()
    assert (found["state"], found["person_id"], found["session_id"]) == ("held", person, session)
    assert (await counsellor.send("POST", f"appointments/{came}/cancel")).status_code == 409
    assert (await counsellor.send("GET", "due")).json()["items"] == []
    acts = await rows(app, "SELECT action FROM audit WHERE action ~ 'held|no_show' ORDER BY seq")
    assert acts == [("appointment.held",), ("appointment.no_show",)]


async def test_after_90_days_requests_that_led_to_nothing_go_and_held_ones_lose_the_name(
    app: Any, counsellor: Caller, everyone: Everyone, office: UUID
) -> None:
    held, young = uuid4(), clock.today()
    for key in (held, uuid4()):
        await everyone.book(office, at(9), key, **CANARIES)
    await everyone.book(office, None, **CANARIES)
    await counsellor.send("POST", f"appointments/{held}/held", json={"session_id": str(uuid4())})

    due = {"appointments_without_result": 2, "appointments_held": 1}
    none = dict.fromkeys(due, 0)

    async def forget(day: date, *, applied: bool = True) -> dict[str, int]:
        with clock_at(datetime.combine(day, time(12), UTC)):
            found, _ = await expire(app.state.sessions, EXPIRIES, load_rules(), uuid4(), applied=applied)
        return {name: figures.count for name, figures in found.items() if name in due}

    old = young + timedelta(days=110)
    assert await forget(young) == await forget(young + timedelta(days=90)) == none
    assert await forget(old, applied=False) == await forget(old) == due
    assert await forget(old) == none
    kept = await rows(app, "SELECT name, email, phone, wish, state FROM appointment")
    assert kept == [("", None, None, None, "held")]
    mails = await rows(app, "SELECT DISTINCT appointment_id FROM appointment_mail")
    assert set(mails) <= {(held,)}
