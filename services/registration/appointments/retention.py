"""How long appointments are kept: what led to nothing goes, what became a session is in the person's record."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.tables import AppointmentRow, MailRow
from shared.rights.expiry import Expiry, deleting
from shared.vocabulary import AppointmentState, MailState

FORGOTTEN = {"name": "", "email": None, "phone": None, "wish": None}
"""What a held appointment loses: who it was, her session and her record know."""
DAY = func.coalesce(AppointmentRow.starts_at, AppointmentRow.requested_at)
HELD = col(AppointmentRow.state) == AppointmentState.HELD.value


async def _forget(session: AsyncSession, keys: Sequence[Any]) -> None:
    await session.exec(update(AppointmentRow).where(col(AppointmentRow.appointment_id).in_(keys)).values(**FORGOTTEN))


EXPIRIES = (
    Expiry(
        "appointment_mails",
        MailRow.mail_id,
        MailRow.due_at,
        deleting(MailRow.mail_id),
        (col(MailRow.state) != MailState.WAITING.value,),
        MailRow.carrier_id,
    ),
    Expiry(
        "appointments_without_result",
        AppointmentRow.appointment_id,
        DAY,
        deleting(AppointmentRow.appointment_id),
        (~HELD,),
        AppointmentRow.carrier_id,
        "appointment.expired",
    ),
    Expiry(
        "appointments_held",
        AppointmentRow.appointment_id,
        DAY,
        _forget,
        (HELD, col(AppointmentRow.name) != ""),
        AppointmentRow.carrier_id,
        "appointment.emptied",
    ),
)
"""The e-mails first: those of an appointment that goes would go along uncounted."""
