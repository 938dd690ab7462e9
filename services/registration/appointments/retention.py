"""How long appointments are kept: what led to nothing goes, what became a session is in the person's record."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.rules import KEPT_DAYS
from services.registration.appointments.store import instants
from services.registration.appointments.tables import AppointmentRow
from shared.vocabulary import AppointmentState

FORGOTTEN = {"name": "", "email": None, "phone": None, "wish": None}
"""What a held appointment loses: who it was, her session and her record know."""


class Forgotten(NamedTuple):
    """How many requests went with everything, and how many held appointments lost their name and contact."""

    deleted: int
    emptied: int


async def forget_requests(session: AsyncSession, today: date, *, days: int = KEPT_DAYS, dry: bool = False) -> Forgotten:
    """Forget requests whose day lies more than `days` back; with `dry` only count. Their e-mails go along."""
    before, _ = instants(today - timedelta(days=days), 1)
    old = func.coalesce(AppointmentRow.starts_at, AppointmentRow.requested_at) < before
    held = col(AppointmentRow.state) == AppointmentState.HELD.value
    known, count = col(AppointmentRow.name) != "", select(func.count()).select_from(AppointmentRow)
    deleted = (await session.exec(count.where(old, ~held))).one()
    emptied = (await session.exec(count.where(old, held, known))).one()
    if not dry:
        await session.exec(delete(AppointmentRow).where(old, ~held))
        await session.exec(update(AppointmentRow).where(old, held).values(**FORGOTTEN))
    return Forgotten(deleted, emptied)
