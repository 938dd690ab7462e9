"""A named referral to an IQ qualification of this network is a proposal, told to registration (design 1)."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import publishing
from services.counselling.bodies.store import get_body
from services.counselling.bodies.tables import BodyRow
from services.counselling.cases.store import sessions_in
from services.counselling.cases.tables import CaseRow
from services.counselling.referrals.rules import may_propose
from services.counselling.referrals.tables import ReferralRow
from shared import outbox
from shared.nationalities import NOT_STATED
from shared.recording import Actor

TRAITS = ("nationality", "refugee_background", "gender", "age_group", "has_degree")
OPEN: dict[str, Any] = dict.fromkeys(TRAITS, NOT_STATED) | {"reference_occupation": None, "language": None}


async def propose(session: AsyncSession, case: CaseRow, row: ReferralRow, body: BodyRow, actor: Actor) -> bool:
    """Tell registration, where it is to know; whether it was told."""
    if not may_propose(case.programme_line, row.target, body.carrier_id):
        return False
    await _tell(session, case, row, body, actor)
    return True


async def retract(session: AsyncSession, case: CaseRow, row: ReferralRow, actor: Actor) -> None:
    """Take a proposal back, as its next revision; nothing where none was made."""
    body = await get_body(session, row.body_id) if row.proposed and row.body_id else None
    if body is not None:
        row.proposed = False
        await _tell(session, case, row, body, actor, withdrawn=True)


async def _tell(
    session: AsyncSession, case: CaseRow, row: ReferralRow, body: BodyRow, actor: Actor, *, withdrawn: bool = False
) -> None:
    own = {"proposal_id": row.referral_id, "revision": row.revision, "withdrawn": withdrawn}
    own |= {"recorded_on": row.recorded_on, "proposed_on": row.date, "programme_line": case.programme_line}
    who = {"carrier_id": case.carrier_id, "to_carrier_id": body.carrier_id, "person_id": case.person_id}
    values = own | who | await _profile(session, case)
    await outbox.append(session, publishing.proposal_messages(values, actor.region, actor.instant))


async def _profile(session: AsyncSession, case: CaseRow) -> dict[str, Any]:
    """The statistical profile as it was in the newest session of the case."""
    sessions = [row for row in await sessions_in(session, case) if not row.withdrawn]
    return {name: getattr(sessions[-1], name) for name in OPEN} if sessions else OPEN
