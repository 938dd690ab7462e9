"""Why the coordination reads exact national figures: asked once per sign-in (design 12)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import sessions
from services.gateway.access import MAX_TARGET, SignedIn, Visitor, local, read_form, with_session
from services.gateway.rendering import render

router = APIRouter(include_in_schema=False)

Figures = Annotated[Visitor, Depends(SignedIn("figures:read"))]
START = "/bund"


@router.get("/zweck")
async def ask_purpose(
    request: Request, visitor: Figures, weiter: Annotated[str, Query(max_length=MAX_TARGET)] = START
) -> Response:
    """Ask why exact national figures are read; after that the page asked for is shown."""
    return render(request, "purpose.html", visitor, problem="", target=weiter)


@router.post("/zweck")
async def note_purpose(request: Request, visitor: Figures) -> Response:
    """Keep the purpose with the session, which may now do more and gets another cookie."""
    form = await read_form(request, visitor)
    target = str(form.get("weiter") or START)[:MAX_TARGET]
    purpose = "".join(filter(str.isprintable, str(form.get("purpose", "")))).strip()[:200]
    if len(purpose) < 3:
        text = "Bitte nennen Sie kurz den Zweck, zum Beispiel „Quartalsbericht“."
        return render(request, "purpose.html", visitor, 422, problem=text, target=target)
    settings = request.app.state.settings
    async with request.app.state.sessions() as session, session.begin():
        token = await sessions.rotate(session, request.cookies.get(settings.cookie, ""), purpose)
    return with_session(RedirectResponse(local(target), 303), settings, token)
