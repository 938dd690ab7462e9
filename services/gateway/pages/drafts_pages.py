"""What a form does beside saving: a script keeps its draft every few seconds, and it can be discarded."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from services.gateway import drafts
from services.gateway.access import SignedIn, Visitor, read_form
from shared import clock
from shared.problems import Problem

router = APIRouter(prefix="/entwuerfe", include_in_schema=False)

Owner = Annotated[Visitor, Depends(SignedIn("drafts:use"))]
Typist = Annotated[Visitor, Depends(drafts.Typing("drafts:use", ""))]


def known(form: str) -> str:
    """The code of a form. Raises Problem 404."""
    if form not in drafts.PATHS:
        raise Problem(404, "Dieses Formular gibt es nicht.")
    return form


@router.post("/{form}")
async def keep(request: Request, visitor: Typist, form: str) -> Response:
    """Keep what was typed so far; the answer is the time of day."""
    data = await drafts.read_typed(request, visitor, known(form))
    await drafts.keep(request, visitor.principal, form, data)
    return PlainTextResponse(drafts.said(clock.now()))


@router.post("/{form}/{draft_id}/verwerfen")
async def discard(request: Request, visitor: Owner, form: str, draft_id: UUID) -> Response:
    """Forget a draft."""
    await read_form(request, visitor)
    await drafts.forget(request, visitor.principal, known(form), draft_id)
    return RedirectResponse(drafts.PATHS[form] if form == "mapping" else "/", 303)
