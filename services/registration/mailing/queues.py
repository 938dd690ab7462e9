"""E-mails that wait for the mail server: taken by one sender at a time, settled, tried again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.mailing.delivery import Outcome
from services.registration.mailing.settings import MailSettings
from services.registration.mailing.tables import OfMail
from shared.vocabulary import MailState, Term

GIVEN_UP = timedelta(days=3)


class Letter(NamedTuple):
    """A composed e-mail and where it goes."""

    message: EmailMessage
    to: str


@dataclass(frozen=True)
class Post:
    """With what e-mails are composed: the server's settings, the network's key for links, and when it is."""

    settings: MailSettings
    key: str
    now: datetime


Compose = Callable[[AsyncSession, Any, Post], Awaitable[Letter | None]]
"""The letter of a mail; None when it would tell what is not true any more. Raises ValueError for no address."""


class Queue(NamedTuple):
    """A table of e-mails, and how they are composed."""

    table: type[OfMail]
    compose: Compose


def waiting(carrier_id: UUID, kind: Term, revision: int, at: datetime) -> dict[str, Any]:
    """A mail that is due at an instant."""
    common = {"mail_id": uuid4(), "carrier_id": carrier_id, "kind": kind.value, "revision": revision}
    return common | {"state": MailState.WAITING.value, "due_at": at, "next_at": at}


async def claim(session: AsyncSession, table: type[OfMail], now: datetime, lease: timedelta) -> OfMail | None:
    """The mail that is due longest; nobody else takes it while the lease runs, and a crash costs no more than that."""
    due = (table.state == MailState.WAITING.value, col(table.next_at) <= now)
    query = select(table).where(*due).order_by(col(table.next_at)).limit(1).with_for_update(skip_locked=True)
    mail = (await session.exec(query)).first()
    if mail is not None:
        mail.attempts, mail.next_at = mail.attempts + 1, now + lease
        session.add(mail)
    return mail


async def settle(session: AsyncSession, table: type[OfMail], mail_id: UUID, outcome: Outcome, now: datetime) -> None:
    """Keep what became of an attempt; what waits is tried again after one minute, then two, at most an hour."""
    mail = await session.get(table, mail_id, with_for_update=True)
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
