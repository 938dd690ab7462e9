"""Which e-mails an appointment has, written in the transaction of the act; they wait for the mail server."""

from datetime import datetime, timedelta

from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.rules import REMINDED
from services.registration.appointments.tables import AppointmentRow, MailRow
from services.registration.mailing.queues import waiting
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
        values = waiting(row.carrier_id, one, row.revision, at)
        session.add(MailRow(appointment_id=row.appointment_id, **values))
    await session.flush()


async def drop(session: AsyncSession, row: AppointmentRow) -> None:
    """What still waits to be told of an appointment is not true any more."""
    own = (col(MailRow.appointment_id) == row.appointment_id, col(MailRow.state) == MailState.WAITING.value)
    await session.exec(update(MailRow).where(*own).values(state=MailState.DROPPED.value))
    await session.flush()
