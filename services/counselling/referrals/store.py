"""Reads of referrals, within a case the caller may see (`cases.store.case_for`); nobody commits here."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.store import own
from services.counselling.cases.tables import CaseRow
from services.counselling.referrals.tables import ReferralRow
from services.counselling.tables import SessionRow
from shared.security import Principal

MANY = 500


async def referrals_of(session: AsyncSession, case: CaseRow) -> Sequence[ReferralRow]:
    """Referrals of a case, newest first, withdrawn ones too."""
    query = select(ReferralRow).where(ReferralRow.case_id == case.case_id, ReferralRow.carrier_id == case.carrier_id)
    return (await session.exec(query.order_by(col(ReferralRow.date).desc(), col(ReferralRow.referral_id)))).all()


async def get_referral(session: AsyncSession, case: CaseRow, referral_id: UUID) -> ReferralRow | None:
    """A referral of a case for its writer, or None."""
    query = select(ReferralRow).where(ReferralRow.referral_id == referral_id, ReferralRow.case_id == case.case_id)
    return (await session.exec(query.where(ReferralRow.carrier_id == case.carrier_id).with_for_update())).first()


async def of_session(session: AsyncSession, row: SessionRow) -> ReferralRow | None:
    """The referral of a session for its writer, or None."""
    query = select(ReferralRow).where(ReferralRow.session_id == row.session_id)
    return (await session.exec(query.where(ReferralRow.carrier_id == row.carrier_id).with_for_update())).first()


async def under(session: AsyncSession, case: CaseRow, transfers: Sequence[UUID]) -> Sequence[ReferralRow]:
    """Referrals in force that rest on these transfers and that registration was told of."""
    query = select(ReferralRow).where(ReferralRow.case_id == case.case_id, ReferralRow.carrier_id == case.carrier_id)
    resting = (col(ReferralRow.transfer_id).in_(transfers), col(ReferralRow.proposed), ~col(ReferralRow.withdrawn))
    return (await session.exec(query.where(*resting).with_for_update())).all()


async def session_in(session: AsyncSession, case: CaseRow, session_id: UUID) -> SessionRow | None:
    """A session in force of a case for its writer, or None."""
    query = select(SessionRow).where(SessionRow.session_id == session_id, SessionRow.case_id == case.case_id)
    own_ones = (SessionRow.carrier_id == case.carrier_id, col(SessionRow.withdrawn).is_(False))
    return (await session.exec(query.where(*own_ones).with_for_update())).first()


async def unanswered(session: AsyncSession, principal: Principal, before: date) -> Sequence[tuple[ReferralRow, UUID]]:
    """Referrals of the principal's own cases made up to a day, whose result nobody has noted, each with its person."""
    query = select(ReferralRow, CaseRow.person_id).join(CaseRow, col(CaseRow.case_id) == ReferralRow.case_id)
    mine = (own(principal), col(CaseRow.carrier_id).in_(principal.carriers))
    waiting = (col(ReferralRow.result).is_(None), ~col(ReferralRow.withdrawn), col(ReferralRow.date) <= before)
    found = await session.exec(query.where(*mine, *waiting).order_by(col(ReferralRow.date)).limit(MANY))
    return [(row, person) for row, person in found]
