"""What registration answers to a proposal becomes the result of its referral, unless somebody here knows better."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.referrals.rules import result_of
from services.counselling.referrals.tables import ReferralRow
from shared import audit, clock

CAUSE = "registration"
"""Stands in the audit of an answer; who gave it is in registration's."""


async def keep_answers(session: AsyncSession, answers: Iterable[Mapping[str, Any]]) -> None:
    """Keep answers; the highest revision wins, in any order and any number of times; unknown proposals are skipped."""
    newest = {one["proposal_id"]: one for one in sorted(answers, key=lambda one: int(one["revision"]))}
    query = select(ReferralRow).where(col(ReferralRow.referral_id).in_(newest)).order_by(col(ReferralRow.referral_id))
    for row in (await session.exec(query.with_for_update())).all() if newest else []:
        told = newest[row.referral_id]
        if told["carrier_id"] == row.carrier_id and told["revision"] > row.answer_revision:
            await _take(session, row, told)


async def _take(session: AsyncSession, row: ReferralRow, told: Mapping[str, Any]) -> None:
    """Take an answer over; a result that came from an earlier answer, or from nobody, follows it."""
    if row.result is None or (row.result, row.result_on) == (result_of(row.answer), row.answered_on):
        row.result, row.result_on = result_of(told["answer"]), told["recorded_on"]
    row.answer, row.answer_reason, row.answered_on = told["answer"], told["reason"], told["recorded_on"]
    row.answer_revision, row.revision = told["revision"], row.revision + 1
    session.add(row)
    await session.flush()
    act = audit.entry(clock.now(), CAUSE, row.carrier_id, "referral.answered", row.referral_id, row.revision)
    await audit.write(session, [act])
