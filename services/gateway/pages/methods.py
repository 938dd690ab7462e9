"""The methods manual (Methodenhandbuch): every indicator with its four-part sheet, for everyone signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue
from services.gateway.rendering import render
from services.gateway.sheets import grouped
from shared.problems import Problem
from shared.security import allowed

router = APIRouter(prefix="/methoden", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("indicators:read"))]


@router.get("")
async def list_indicators(request: Request, visitor: Reader) -> Response:
    """All indicators in groups."""
    return render(request, "methods.html", visitor, groups=grouped(await catalogue(request, visitor)))


@router.get("/{code}")
async def show_indicator(request: Request, visitor: Reader, code: Annotated[str, Path(max_length=100)]) -> Response:
    """The sheet of one indicator. Raises Problem 404."""
    sheet = (await catalogue(request, visitor)).get(code)
    if sheet is None:
        raise Problem(404, _("Diese Kennzahl gibt es nicht. Das Methodenhandbuch nennt alle."))
    return render(request, "method.html", visitor, sheet=sheet, may_ask=allowed(visitor.principal, "figures:read"))
