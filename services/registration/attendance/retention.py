"""How long contact persons are kept by name, and the feedback of a run."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import col, delete, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance.tables import FeedbackLinkRow, FeedbackRow
from services.registration.contact_tables import FORGOTTEN, ContactPersonRow
from services.registration.runs.retention import end_of
from shared.rights.expiry import Expiry

C = ContactPersonRow
OVER = col(C.inactive_on).is_not(None) | col(C.qualified_on).is_(None) | col(C.withdrawn)
"""Who has ended, never came so far, or was a mistake; a contact person in office stays."""


async def _forget(session: AsyncSession, keys: Sequence[Any]) -> None:
    await session.exec(update(C).where(col(C.contact_person_id).in_(keys)).values(**FORGOTTEN))


async def _close(session: AsyncSession, keys: Sequence[Any]) -> None:
    for table in (FeedbackRow, FeedbackLinkRow):
        await session.exec(delete(table).where(col(table.run_id).in_(keys)))


EXPIRIES = (
    Expiry(
        "contact_persons",
        C.contact_person_id,
        func.greatest(C.inactive_on, C.recorded_on),
        _forget,
        (OVER, col(C.name) != ""),
        C.carrier_id,
        "contact_person.emptied",
        timed=False,
    ),
    Expiry(
        "run_feedback",
        FeedbackLinkRow.run_id,
        end_of(FeedbackLinkRow.run_id),
        _close,
        (),
        FeedbackLinkRow.carrier_id,
        timed=False,
    ),
)
