"""E-mails about appointments through a real mail server: sent, waiting while it is away, refused."""

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar

from services.registration.appointments.messages import texts
from services.registration.appointments.sending import QUEUE
from services.registration.mailing.sending import Sender
from shared import clock
from shared.vocabulary import MailKind
from tests.support.appointments import WEEK, Everyone, MailServer, at, made_office
from tests.support.recording import Caller, rows

ADA = "ada@example.org"


async def sent(sender: Sender) -> None:
    """Send all that is due."""
    while await sender.work_one():
        pass


def later(monkeypatch: pytest.MonkeyPatch, step: timedelta) -> None:
    """Let time pass."""
    now = clock.now() + step
    monkeypatch.setattr(clock, "now", lambda: now)


async def states(app: Any) -> list[tuple[str, str, str | None]]:
    """(kind, state, reply) of all e-mails."""
    found = await rows(app, "SELECT kind, state, reply FROM appointment_mail ORDER BY due_at, kind, revision")
    return [tuple(row) for row in found]


def text_of(message: EmailMessage) -> str:
    """The text of an e-mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def entry_of(message: EmailMessage) -> tuple[str, Any]:
    """Method and event of the calendar file of an e-mail."""
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    calendar = Calendar.from_ical(attached.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert attached.get_filename() == "termin.ics"
    return str(calendar["METHOD"]), event


async def test_a_booking_is_confirmed_with_a_calendar_entry_and_a_link_that_cancels(
    app: Any, everyone: Everyone, office: UUID, mail_server: MailServer, sender: Sender
) -> None:
    token = (await everyone.book(office, at(9), email=ADA, page_language="ar", wish="geheim")).json()["token"]
    await sent(sender)
    (message,) = mail_server.taken()
    assert (message["To"], message["From"]) == (ADA, "termine@example.org")
    text = text_of(message)
    assert texts()["ar"]["confirmation"] in text
    assert "Ihr Termin ist gebucht." in text
    assert "09:00" in text
    assert "Musterweg 1" in text
    assert f"https://iq.example/termin/{token}" in text
    method, event = entry_of(message)
    assert (method, str(event["SUMMARY"]), event["DTSTART"].dt.isoformat()) == (
        "PUBLISH",
        texts()["ar"]["title"],
        (await rows(app, "SELECT starts_at FROM appointment"))[0][0].isoformat(),
    )
    for secret in ("Beispiel", "geheim", "Anerkennung"):  # why she comes and who she is, is nobody's business
        assert secret not in message.as_string()
    await everyone.send("POST", "ticket/cancel", {"token": token})
    await sent(sender)
    method, event = entry_of(mail_server.taken()[1])
    assert (method, str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert await states(app) == [
        ("confirmation", "sent", None),
        ("cancellation", "sent", None),
        ("reminder", "dropped", None),
    ]


async def test_a_reminder_goes_out_a_day_before_with_the_same_link(
    app: Any,
    counsellor: Caller,
    everyone: Everyone,
    office: UUID,
    mail_server: MailServer,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = (await everyone.book(office, at(9), email=ADA)).json()["token"]
    each_day = [WEEK[0] | {"weekday": day} for day in range(7)]  # so that tomorrow is a day of it, on a Friday too
    always = await made_office(counsellor, "B-2", openings=each_day)
    tomorrow = at(9, 0, clock.today() + timedelta(days=1))
    await everyone.book(always, tomorrow, email="kurz@example.org")  # no reminder
    await sent(sender)
    assert len(mail_server.taken()) == 2
    (starts,) = (await rows(app, "SELECT max(starts_at) FROM appointment"))[0]
    later(monkeypatch, starts - timedelta(hours=23) - clock.now())
    await sent(sender)
    (reminder,) = [one for one in mail_server.taken() if "Erinnerung" in str(one["Subject"])]
    assert token in text_of(reminder)
    assert await states(app) == [("confirmation", "sent", None)] * 2 + [("reminder", "sent", None)]


async def test_e_mails_wait_while_the_server_is_away_and_go_out_when_it_is_back(
    app: Any,
    everyone: Everyone,
    office: UUID,
    mail_server: MailServer,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail_server.kill()
    for number in range(3):
        answer = await everyone.book(office, at(9 + number), email=f"ada{number}@example.org")
        assert answer.status_code == 200  # booking does not need it
    assert await sender.work_one() is False  # away: no need to ask for the others now
    assert {state for _, state, _ in await states(app)} == {"waiting"}
    mail_server.start()
    later(monkeypatch, timedelta(minutes=2))
    await sent(sender)
    assert sorted(str(one["To"]) for one in mail_server.taken()) == [f"ada{n}@example.org" for n in range(3)]
    assert len({one["Message-ID"] for one in mail_server.taken()}) == 3


async def test_a_crash_while_sending_costs_a_lease_and_the_second_copy_has_the_same_id(
    everyone: Everyone,
    office: UUID,
    mail_server: MailServer,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await everyone.book(office, at(9), email=ADA)
    with monkeypatch.context() as dying:
        dying.setattr("services.registration.mailing.queues.settle", None)
        with pytest.raises(TypeError):
            await sender.work_one()
    assert await sender.work_one() is False  # leased
    later(monkeypatch, timedelta(minutes=6))
    await sent(sender)
    first, second = mail_server.taken()
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_bounce_is_shown_to_staff_with_its_code_only_and_one_not_now_is_tried_again_for_three_days(
    app: Any,
    counsellor: Caller,
    everyone: Everyone,
    office: UUID,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gone, busy = uuid4(), uuid4()
    await everyone.book(office, at(9), gone, email="bounce@example.org")
    await everyone.book(office, at(10), busy, email="later@example.org")
    await sent(sender)
    seen = {key: (await counsellor.send("GET", f"appointments/{key}")).json()["mails"][0] for key in (gone, busy)}
    assert [(seen[key]["state"], seen[key]["reply"]) for key in (gone, busy)] == [
        ("refused", "550 5.1.1"),
        ("waiting", "451 4.7.1"),
    ]
    (due,) = (await counsellor.send("GET", "due")).json()["items"]
    assert (due["kind"], due["entity_id"]) == ("appointment_untold", str(gone))
    for _ in range(2):
        later(monkeypatch, timedelta(hours=37))
        await sent(sender)
    assert ("confirmation", "refused", "451 4.7.1") in await states(app)
    assert "example.org" not in caplog.text


@pytest.mark.parametrize("address", ["a,b@example.org", "müller@example.org", "(x)@example.org"])
async def test_an_address_that_no_server_could_take_is_told_and_harms_no_other(
    app: Any, everyone: Everyone, office: UUID, mail_server: MailServer, sender: Sender, address: str
) -> None:
    await everyone.book(office, at(9), email=address)
    await everyone.book(office, at(10), email=ADA)
    await sent(sender)
    told = [state for kind, state, _ in await states(app) if kind == "confirmation"]
    assert told.count("sent") >= 1
    assert set(told) <= {"sent", "refused"}
    recipients = {str(one["To"]) for one in mail_server.taken()}
    assert ADA in recipients
    assert recipients <= {ADA, address}


async def test_a_mail_server_that_does_not_let_us_in_is_no_fault_of_the_address(
    app: Any, everyone: Everyone, office: UUID, mail_server: MailServer
) -> None:
    await everyone.book(office, at(9), email=ADA)
    strict = mail_server.settings.model_copy(update={"security": "starttls"})  # which this server does not offer
    assert await Sender(app.state.sessions, strict, "k" * 40, (QUEUE,)).work_one() is False
    assert ("confirmation", "waiting", None) in await states(app)
    assert mail_server.taken() == []


def test_every_language_has_every_sentence() -> None:
    names = set(texts()["de"])
    assert {name for kind in MailKind for name in (kind.value, f"{kind.value}_subject")} <= names
    assert {code: names - set(said) for code, said in texts().items()} == {code: set() for code in texts()}
    assert set(texts()) == {"de", "en", "uk", "ar", "tr", "ru", "fa"}
    assert not [text for said in texts().values() for text in said.values() if re.search(r"[\r\n]", text)]
