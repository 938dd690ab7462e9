"""Page of trainers: who is proposed to a qualification of their carrier, and what they answer."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import occupations
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.labels import languages
from services.gateway.pages.records import PAGE_SIZE, pages, upstreams
from services.gateway.rendering import render
from shared.vocabulary import ContactWay, LanguageLevel
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer

router = APIRouter(prefix="/vorschlaege", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("proposals:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("proposals:write"))]
API = "/api/v1/proposals"
WORDS = {str(term): term.de for kind in (ContactWay, LanguageLevel, ProposalAnswer, DeclineReason) for term in kind}
ACCEPT = ("accepted", "angenommen")
ANSWERS = [ACCEPT, *((str(term), f"abgelehnt: {term.de}") for term in DeclineReason)]
"""One choice for answer and reason."""


@router.get("")
async def list_proposals(
    request: Request,
    visitor: Reader,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    gespeichert: Annotated[str, Query(max_length=2)] = "",
) -> Response:
    """Proposals in force, newest first."""
    params = {"limit": PAGE_SIZE, "offset": offset}
    found = await upstreams(request).call(visitor.principal, "registration", "GET", API, params=params)
    keys = {item["reference_occupation"] for item in found["items"]} - {None}
    titles = await occupations.titles_of(request, visitor, keys)
    context: dict[str, Any] = {"items": found["items"], "pages": pages(found["total"], offset), "titles": titles}
    context |= {"words": WORDS, "languages": dict(languages()), "answers": ANSWERS, "saved": gespeichert}
    return render(request, "proposals.html", visitor, **context)


@router.post("/{proposal_id}/antwort")
async def answer_proposal(request: Request, visitor: Writer, proposal_id: UUID) -> Response:
    """Accept a proposal, or decline it with a reason: both in one choice."""
    chosen = str((await read_form(request, visitor)).get("answer", ""))
    body = {"answer": chosen} if chosen == ACCEPT[0] else {"answer": "declined", "reason": chosen or None}
    await upstreams(request).call(visitor.principal, "registration", "PUT", f"{API}/{proposal_id}/answer", json=body)
    return RedirectResponse("/vorschlaege?gespeichert=1", 303)
