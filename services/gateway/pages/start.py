"""The first page of a role: what is due, the network's figures, the nation, or the published data."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.pages.due import due_items
from services.gateway.pages.networks import own_page
from services.gateway.rendering import render
from shared.security import allowed
from shared.vocabulary import Role

router = APIRouter(include_in_schema=False)

AnyRole = Annotated[Visitor, Depends(SignedIn("account:use"))]
STARTS = {Role.COORDINATION: "/bund", Role.OPERATIONS: "/betrieb", Role.JURY: "/gremium"}
QUICK = (
    ("sessions:write", "/beratungen/neu", "Neue Beratung"),
    ("groups:write", "/gruppen/neu", "Neue Gruppeninformation"),
    ("meetings:write", "/schulungen/neu", "Neue Schulung"),
    ("participations:write", "/teilnahmen/neu", "Eintritt erfassen"),
    ("imports:run", "/import", "Liste einlesen"),
)
"""What one may begin from here."""


@router.get("/")
async def start(request: Request, visitor: AnyRole, gemerkt: Annotated[str, Query(max_length=2)] = "") -> Response:
    """The first page of a role."""
    role = visitor.principal.role
    if role in STARTS:
        return RedirectResponse(STARTS[role], 303)
    if role is Role.READER:
        return render(request, "welcome.html", visitor)
    if not allowed(visitor.principal, "due:read"):
        return await own_page(request, visitor)
    items, complete = await due_items(request, visitor)
    begin = [(link, text) for permission, link, text in QUICK if allowed(visitor.principal, permission)]
    context: dict[str, Any] = {"items": items, "complete": complete, "begin": begin, "kept": bool(gemerkt)}
    return render(request, "start.html", visitor, **context)
