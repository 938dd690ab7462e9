"""Which e-mails an appointment has, written in the transaction of the act; they wait for the mail server."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.rules import REMINDED
from services.registration.appointments.tables import AppointmentRow, MailRow
from shared.vocabulary import MailKind, MailState

SOON = timedelta(hours=48)
"""Who books a time before that needs no reminder."""


async def tell(session: AsyncSession, row: AppointmentRow, kind: MailKind, now: datetime) -> None:
    """Have the person told; nothing without an address. A confirmation brings its reminder along."""
    if not row.email:
        return
    due = {kind: now}
    if kind is MailKind.CONFIRMATION and row.starts_at is not None and row.starts_at - now > SOON:
        due[MailKind.REMINDER] = row.starts_at - REMINDED
    for one, at in due.items():
        mail = MailRow(
            mail_id=uuid4(),
            carrier_id=row.carrier_id,
            appointment_id=row.appointment_id,
            kind=one.value,
            revision=row.revision,
            state=MailState.WAITING.value,
            due_at=at,
            next_at=at,
        )
        session.add(mail)
    await session.flush()


async def drop(session: AsyncSession, row: AppointmentRow) -> None:
    """What still waits to be told of an appointment is not true any more."""
    own = (col(MailRow.appointment_id) == row.appointment_id, col(MailRow.state) == MailState.WAITING.value)
    await session.exec(update(MailRow).where(*own).values(state=MailState.DROPPED.value))
    await session.flush()


async def claim(session: AsyncSession, now: datetime, lease: timedelta) -> MailRow | None:
    """The mail that is due longest; nobody else takes it while the lease runs, and a crash costs no more than that."""
    due = (MailRow.state == MailState.WAITING.value, col(MailRow.next_at) <= now)
    query = select(MailRow).where(*due).order_by(col(MailRow.next_at)).limit(1).with_for_update(skip_locked=True)
    mail = (await session.exec(query)).first()
    if mail is not None:
        mail.attempts, mail.next_at = mail.attempts + 1, now + lease
        session.add(mail)
    return mail
