"""How long details of participations are kept that belong to nobody in the register; others go with the person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.tables import ParticipationRow
from shared.rights.expiry import Expiry

DETAILS = ("external_id", "company_key", "german_level", "withdrawn_reason")
FORGOTTEN: dict[str, Any] = dict.fromkeys(DETAILS) | {"phases": []}
HAS = or_(
    *(col(getattr(ParticipationRow, name)).is_not(None) for name in DETAILS),
    func.jsonb_array_length(ParticipationRow.phases) > 0,
)


async def _forget(session: AsyncSession, keys: Sequence[Any]) -> None:
    await session.exec(
        update(ParticipationRow).where(col(ParticipationRow.participation_id).in_(keys)).values(**FORGOTTEN)
    )


EXPIRIES = (
    Expiry(
        "participation_details",
        ParticipationRow.participation_id,
        func.greatest(ParticipationRow.entered_on, ParticipationRow.ended_on),
        _forget,
        (
            col(ParticipationRow.person_id).is_(None),
            col(ParticipationRow.person_key).is_(None),
            col(ParticipationRow.row_hash).is_(None),
            HAS,
        ),
        ParticipationRow.carrier_id,
        "participation.emptied",
        timed=False,
    ),
)
"""Those of a file go by `imported_references`, or keep the number of their row, by which the file knows it again."""
