"""Referrals of a case over HTTP, and the withdrawal of consents, from which their proposals follow."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from services.counselling.bodies.store import bodies_of
from services.counselling.cases.store import case_for
from services.counselling.consents.api import Found, Reader, Writer, shown
from services.counselling.referrals import handlers, store
from services.counselling.referrals.commands import Answer, RecordReferral
from services.counselling.referrals.tables import ReferralRow
from shared.audit import readings
from shared.recording import commit

router = APIRouter(prefix="/api/v1/cases/{case_id}", route_class=readings.RefusingRoute)


def shown_referral(row: ReferralRow) -> dict[str, Any]:
    """A referral."""
    return row.model_dump(exclude={"carrier_id"})


@router.get("/referrals")
async def get_referrals(request: Request, case_id: UUID, principal: Reader) -> Found:
    """Referrals of a case, newest first, with the names of their bodies."""
    async with request.app.state.sessions() as session, session.begin():
        rows = await store.referrals_of(session, await case_for(session, principal, case_id))
        await readings.listed(session, principal, "referral", rows)
        bodies = await bodies_of(session, [row.body_id for row in rows])
    items = [shown_referral(row) | {"body": bodies[row.body_id].name if row.body_id else None} for row in rows]
    return Found(items=items, total=len(items))


@router.put("/referrals/{referral_id}")
async def put_referral(
    request: Request, case_id: UUID, referral_id: UUID, command: RecordReferral, principal: Writer
) -> dict[str, Any]:
    """Record or correct a referral; repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_referral(session, case_id, referral_id, command, actor),
    )
    return shown_referral(row)


@router.post("/referrals/{referral_id}/result")
async def answer_referral(
    request: Request, case_id: UUID, referral_id: UUID, command: Answer, principal: Writer
) -> dict[str, Any]:
    """Note what became of a referral."""
    row = await commit(
        request, principal, lambda session, actor: handlers.answer(session, case_id, referral_id, command, actor)
    )
    return shown_referral(row)


@router.post("/referrals/{referral_id}/withdraw")
async def withdraw_referral(request: Request, case_id: UUID, referral_id: UUID, principal: Writer) -> dict[str, Any]:
    """Withdraw a referral."""
    row = await commit(
        request, principal, lambda session, actor: handlers.withdraw_referral(session, case_id, referral_id, actor)
    )
    return shown_referral(row)


@router.post("/consents/{consent_id}/withdraw")
async def withdraw_consent(request: Request, case_id: UUID, consent_id: UUID, principal: Reader) -> dict[str, Any]:
    """Withdraw a consent as of now: everybody who sees the case may."""
    row = await commit(
        request, principal, lambda session, actor: handlers.withdraw_consent(session, case_id, consent_id, actor)
    )
    return shown(row)
