"""E-mails about appointments as a queue: composed when they are sent, unless they would tell what is not true."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.messages import compose, place_of
from services.registration.appointments.tables import AppointmentRow, MailRow
from services.registration.mailing.queues import Letter, Post, Queue
from shared.vocabulary import AppointmentState, MailKind


def outdated(row: AppointmentRow, kind: MailKind, now: datetime) -> bool:
    """Whether a mail would tell what is not true any more, or too late."""
    if kind is MailKind.CANCELLATION:
        return row.state != AppointmentState.CANCELLED
    if row.state not in (AppointmentState.BOOKED, AppointmentState.WAITING):
        return True
    return row.starts_at is not None and row.starts_at <= now


async def letter_of(session: AsyncSession, mail: MailRow, post: Post) -> Letter | None:
    """The letter of a mail, None when there is nothing to tell. Raises ValueError when the address cannot be one."""
    row, kind = await session.get(AppointmentRow, mail.appointment_id), MailKind(mail.kind)
    if row is None or not row.email or outdated(row, kind, post.now):
        return None
    return Letter(compose(row, str(mail.mail_id), kind, await place_of(session, row), post), row.email)


QUEUE = Queue(MailRow, letter_of)
