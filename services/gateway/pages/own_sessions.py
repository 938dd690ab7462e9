"""Where someone is signed in, and how to end it from afar (a lost laptop, a forgotten browser)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import sessions
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.rendering import render
from shared import clock

router = APIRouter(prefix="/sitzungen", include_in_schema=False)
PATH = "/sitzungen"

AnyRole = Annotated[Visitor, Depends(SignedIn("account:use"))]


@router.get("")
async def listed(request: Request, visitor: AnyRole) -> Response:
    """Own sessions, newest first; the one of this browser is marked."""
    async with request.app.state.sessions() as session:
        found = await sessions.sessions_of(session, visitor.principal.subject, clock.now())
    return render(request, "own_sessions.html", visitor, sessions=found)


@router.post("/andere/beenden")
async def end_others(request: Request, visitor: AnyRole) -> Response:
    """End all own sessions but this one."""
    await read_form(request, visitor)
    subject = visitor.principal.subject
    async with request.app.state.sessions() as session, session.begin():
        found = await sessions.sessions_of(session, subject, clock.now())
        others = [row.session_id for row in found if row.session_id != visitor.session_id]
        await sessions.close_own(session, subject, others)
    return RedirectResponse(PATH, 303)


@router.post("/{session_id}/beenden")
async def end_one(request: Request, visitor: AnyRole, session_id: UUID) -> Response:
    """End one own session; after this browser's own the sign-in page follows. One of others is left alone."""
    await read_form(request, visitor)
    async with request.app.state.sessions() as session, session.begin():
        await sessions.close_own(session, visitor.principal.subject, [session_id])
    return RedirectResponse(PATH, 303)
