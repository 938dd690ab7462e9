"""The confidential data of a case over HTTP: closed, unless this account has just opened it and said why."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.counselling.bodies.store import bodies_of
from services.counselling.sensitive import handlers, store
from services.counselling.sensitive.commands import Content, ExamineStructures, OpenConfidential, RecordConfidential
from services.counselling.sensitive.patterns import Pattern, examine, pattern_of
from services.counselling.sensitive.rules import OPEN_FOR, asylum_counselling, waits_for_referral
from services.counselling.sensitive.seal import sealing_keys, unsealed
from shared import clock
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/cases/{case_id}/sensitive", route_class=readings.RefusingRoute)

Circle = Annotated[Principal, Depends(require("cases:write"))]
"""Reading asks for it too: who does not lead or deputise has no business here."""


class Opening(BaseModel):
    """Who opened it, when and why."""

    subject: str
    reason: str
    opened_at: datetime


class Confidential(BaseModel):
    """The confidential data of a case; `content` only while it is open, and then what the rules say of it."""

    open_until: datetime | None = None
    openings: list[Opening]
    content: Content | None = None
    revision: int | None = None
    body: str | None = None
    asylum_counselling: bool = False
    waits_for_referral: bool = False
    pattern: Pattern = Pattern()


class Opened(BaseModel):
    """Until when it is open."""

    open_until: datetime


@router.get("")
async def get_confidential(request: Request, case_id: UUID, principal: Circle) -> Confidential:
    """Whether it is open, who opened it, and, while it is open for this account, what stands there."""
    async with request.app.state.sessions() as session, session.begin():
        case = await store.circle_for(session, principal, case_id)
        rows = await store.openings(session, case)
        told = [Opening(subject=row.subject, reason=row.reason, opened_at=row.opened_at) for row in rows]
        mine = await store.opened(session, principal, case, clock.now())
        if not mine:
            return Confidential(openings=told)
        row = await store.record_of(session, case)
        await store.note(session, principal, "read", case, row.revision if row else None)
        keys = sealing_keys(request.app.state.settings.signing_key.get_secret_value())
        content = Content() if row is None else unsealed(row.content, keys, case.case_id)
        bodies = await bodies_of(session, [content.body_id])
        pattern = await pattern_of(session, case.carrier_id, content, keys)
    body = bodies[content.body_id].name if content.body_id in bodies else None
    return Confidential(
        open_until=max(one.opened_at for one in mine) + OPEN_FOR,
        openings=told,
        content=content,
        revision=row.revision if row else None,
        body=body,
        asylum_counselling=asylum_counselling(content.asylum_stage, in_municipality=content.in_municipality),
        waits_for_referral=waits_for_referral(content.discrimination_state),
        pattern=pattern,
    )


@router.post("/open")
async def open_confidential(request: Request, case_id: UUID, command: OpenConfidential, principal: Circle) -> Opened:
    """Open it for a quarter of an hour, with a reason; audited as an act of its own."""
    until = await commit(request, principal, lambda session, actor: handlers.unlock(session, case_id, command, actor))
    return Opened(open_until=until)


@router.post("/lock", status_code=204)
async def lock_confidential(request: Request, case_id: UUID, principal: Circle) -> Response:
    """Close it at once."""
    await commit(request, principal, lambda session, actor: handlers.lock(session, case_id, actor))
    return Response(status_code=204)


@router.put("")
async def put_confidential(
    request: Request, case_id: UUID, command: RecordConfidential, principal: Circle
) -> dict[str, Any]:
    """Record it while it is open, or with a reason; repeating changes nothing."""
    row = await commit(request, principal, lambda session, actor: handlers.record(session, case_id, command, actor))
    return {"case_id": row.case_id, "revision": row.revision}


@router.post("/examination")
async def examine_structures(
    request: Request, case_id: UUID, command: ExamineStructures, principal: Circle
) -> dict[str, UUID]:
    """Open an examination of the structures where cases recur (DIS-06); repeating the request changes nothing."""
    row = await commit(request, principal, lambda session, actor: examine(session, case_id, command, actor))
    return {"work_id": row.work_id}
