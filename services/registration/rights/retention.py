"""What registration lets go by the retention rules, but for persons (`quiet`): each rule with its rows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments.retention import EXPIRIES as APPOINTMENTS
from services.registration.rights.erasure import NOUN
from services.registration.rights.registry import REGISTRY
from services.registration.tables import ParticipationRow
from shared import clock
from shared.rights.common import COMMON
from shared.rights.expiry import Expiry
from shared.rights.retention import load_rules
from shared.rights.tombstones import hashed_id, put_up

REFERENCES = "imported_references"
_SAME = aliased(ParticipationRow)
_LAST = (
    select(func.max(func.greatest(_SAME.entered_on, _SAME.ended_on)))
    .where(_SAME.carrier_id == ParticipationRow.carrier_id, _SAME.person_key == ParticipationRow.person_key)
    .scalar_subquery()
)
"""The last day of all participations under one reference: whoever has a younger one stays whole."""


def expiries(key: str) -> tuple[Expiry, ...]:
    """All rules that the service applies by itself; `key` is the network's, for the hashes that erased rows leave."""
    unlinked = next(held.unlink for held in REGISTRY if held.table is ParticipationRow) or {}

    async def unlink(session: AsyncSession, keys: Sequence[Any]) -> None:
        # What is younger than the period is of somebody who came back, even if it is told late.
        last_due = load_rules()[REFERENCES].first_kept(clock.today()) - timedelta(days=1)
        hers = col(ParticipationRow.participation_id).in_(keys)
        rows = (await session.exec(select(ParticipationRow).where(hers))).all()
        for carrier in sorted({row.carrier_id for row in rows}):
            own = [row for row in rows if row.carrier_id == carrier]
            stones = [row.person_key for row in own if row.person_key is not None]
            stones += [hashed_id(carrier, NOUN, row.external_id, key) for row in own if row.external_id is not None]
            await put_up(session, carrier, stones, last_due)
        await session.exec(update(ParticipationRow).where(hers).values(**unlinked))

    references = Expiry(
        REFERENCES,
        ParticipationRow.participation_id,
        _LAST,
        unlink,
        (col(ParticipationRow.person_key).is_not(None),),
        ParticipationRow.carrier_id,
        "participation.emptied",
        timed=False,
    )
    return (*APPOINTMENTS, references, *COMMON)
