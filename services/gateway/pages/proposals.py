"""Page of trainers: who is proposed to a qualification of their carrier."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway import occupations
from services.gateway.access import SignedIn, Visitor
from services.gateway.labels import languages
from services.gateway.pages.records import PAGE_SIZE, pages, upstreams
from services.gateway.rendering import render
from shared.vocabulary import ContactWay, LanguageLevel

router = APIRouter(prefix="/vorschlaege", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("proposals:read"))]
WORDS = {str(term): term.de for kind in (ContactWay, LanguageLevel) for term in kind}


@router.get("")
async def list_proposals(
    request: Request, visitor: Reader, offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> Response:
    """Proposals in force, newest first."""
    params = {"limit": PAGE_SIZE, "offset": offset}
    found = await upstreams(request).call(visitor.principal, "registration", "GET", "/api/v1/proposals", params=params)
    keys = {item["reference_occupation"] for item in found["items"]} - {None}
    titles = await occupations.titles_of(request, visitor, keys)
    context: dict[str, Any] = {"items": found["items"], "pages": pages(found["total"], offset), "titles": titles}
    return render(request, "proposals.html", visitor, **context, words=WORDS, languages=dict(languages()))
