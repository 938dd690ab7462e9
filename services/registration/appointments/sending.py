"""Sends e-mails that are due, one after the other; what the mail server does not take now is tried again."""

import asyncio
import contextlib
import logging
import re
import smtplib
import ssl
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments import mails
from services.registration.appointments.ics import Place
from services.registration.appointments.messages import compose, place_of
from services.registration.appointments.settings import MailSettings
from services.registration.appointments.tables import AppointmentRow, MailRow
from shared import clock
from shared.database import SessionFactory
from shared.tasks import end
from shared.vocabulary import AppointmentState, MailKind, MailState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
GIVEN_UP = timedelta(days=3)
ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}")


class Outcome(NamedTuple):
    """What became of an attempt; `reply` is a code, never the server's words."""

    state: MailState
    reply: str | None = None
    away: bool = False


SENT = Outcome(MailState.SENT)
DROPPED = Outcome(MailState.DROPPED)


def outcome_of(code: int, text: bytes) -> Outcome:
    """An answer of the mail server: refused for good (5xx), or not now (4xx). RFC 5321, 3463."""
    found = ENHANCED.match(text)
    reply = f"{code} {found.group().decode()}" if found else str(code)
    return Outcome(MailState.REFUSED if code >= 500 else MailState.WAITING, reply)


def deliver(message: EmailMessage, recipient: str, settings: MailSettings) -> Outcome:
    """Hand a message to the mail server; blocks. That it is away or does not let us in is no fault of the address."""
    try:
        with connected(settings) as server:
            try:
                server.send_message(message, settings.sender, [recipient])
            except smtplib.SMTPRecipientsRefused as error:
                return outcome_of(*next(iter(error.recipients.values())))
            except smtplib.SMTPDataError as error:
                text = error.smtp_error
                return outcome_of(error.smtp_code, text if isinstance(text, bytes) else text.encode())
            except (smtplib.SMTPNotSupportedError, UnicodeError):
                return Outcome(MailState.REFUSED, "address")  # letters that this server cannot carry
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail server: %s", type(error).__name__)
        return Outcome(MailState.WAITING, away=True)
    return SENT


def connected(settings: MailSettings) -> smtplib.SMTP:
    """A connection to the mail server, signed in. Raises OSError or SMTPException."""
    where, wait = (settings.host, settings.port), settings.timeout_seconds
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=wait, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=wait)
    try:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.username and settings.password:
            server.login(settings.username, settings.password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


class Sender:
    """Sends what is due of one database. Several may run: each mail is leased to one of them."""

    def __init__(self, sessions: SessionFactory, settings: MailSettings, key: str) -> None:
        self.sessions, self.settings, self.key = sessions, settings, key

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send in the background, if there is a mail server."""
        tasks = [asyncio.create_task(self._run())] if self.settings.configured else []
        try:
            yield
        finally:
            await end(tasks)

    async def _run(self) -> None:
        while True:
            try:
                more = await self.work_one()
            except Exception as error:  # noqa: BLE001 - one e-mail nobody foresaw must not stop all others; it is leased
                log.warning("e-mails: %s", type(error).__name__)
                more = False
            if not more:
                await asyncio.sleep(self.settings.poll_seconds)

    async def work_one(self) -> bool:
        """Try the mail that is due longest; whether there may be more to do now."""
        now = clock.now()
        async with self.sessions() as session, session.begin():
            mail = await mails.claim(session, now, LEASE)
        if mail is None:
            return False
        async with self.sessions() as session:
            row, place = await _about(session, mail.appointment_id)
        outcome = await self._try(mail, row, place, now)
        async with self.sessions() as session, session.begin():
            await settle(session, mail.mail_id, outcome, now)
        return not outcome.away

    async def _try(self, mail: MailRow, row: AppointmentRow | None, place: Place, now: datetime) -> Outcome:
        kind = MailKind(mail.kind)
        if row is None or not row.email or outdated(row, kind, now):
            return DROPPED
        try:
            message = compose(row, str(mail.mail_id), kind, place, self.settings, self.key, now)
        except ValueError:
            return Outcome(MailState.REFUSED, "address")
        return await asyncio.to_thread(deliver, message, row.email, self.settings)


def outdated(row: AppointmentRow, kind: MailKind, now: datetime) -> bool:
    """Whether a mail would tell what is not true any more, or too late."""
    if kind is MailKind.CANCELLATION:
        return row.state != AppointmentState.CANCELLED
    if row.state not in (AppointmentState.BOOKED, AppointmentState.WAITING):
        return True
    return row.starts_at is not None and row.starts_at <= now


async def _about(session: AsyncSession, appointment_id: UUID) -> tuple[AppointmentRow | None, Place]:
    row = await session.get(AppointmentRow, appointment_id)
    return row, await place_of(session, row) if row else Place("")


async def settle(session: AsyncSession, mail_id: UUID, outcome: Outcome, now: datetime) -> None:
    """Keep what became of an attempt; what waits is tried again after one minute, then two, at most an hour."""
    mail = await session.get(MailRow, mail_id, with_for_update=True)
    if mail is None or mail.state != MailState.WAITING:  # erased, or cancelled while it was sent
        return
    mail.state, mail.reply = outcome.state.value, outcome.reply
    if outcome.state is MailState.SENT:
        mail.sent_at = now
    if outcome.state is MailState.WAITING:
        mail.next_at = now + timedelta(minutes=min(2 ** (mail.attempts - 1), 60))
        if now - mail.due_at > GIVEN_UP:
            mail.state, mail.reply = MailState.REFUSED.value, outcome.reply or "unreachable"
    session.add(mail)
