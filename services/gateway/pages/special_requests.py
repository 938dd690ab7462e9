"""Special requests in two minutes (Sonderanfrage): a form whose link is the question, an answer that can be cited."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import Visitor, WithPurpose
from services.gateway.answers import downloads, picture, table
from services.gateway.comments import comment_form
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue, desk, figure, note_use
from services.gateway.pages.comments import comments_on, in_words
from services.gateway.pages.records import new_id
from services.gateway.passports import citation, lines, named, other_stands, stand, subject
from services.gateway.rendering import render
from services.gateway.request_form import request_form
from services.gateway.sheets import Sheet, grouped
from services.gateway.special_requests import NOW, SpecialRequest, page_link, query_string, read_request
from shared.problems import Problem
from shared.security import allowed

router = APIRouter(include_in_schema=False)

Figures = Annotated[Visitor, Depends(WithPurpose("figures:read"))]


@router.get("/anfrage")
async def ask(request: Request, visitor: Figures, wechsel: Annotated[str, Query(max_length=2)] = "") -> Response:
    """The form; with an indicator also its answer. `wechsel`: only the indicator was changed, nothing is asked yet."""
    typed = request.query_params.multi_items()
    asked = read_request(typed)
    sheets = await catalogue(request, visitor)
    if wechsel or not asked.indicator:
        return switched(request, visitor, asked, sheets)
    if asked.pairs() != typed:  # one question has one link, however it was typed
        return RedirectResponse(page_link(asked), 303)
    await note_use(request, visitor)
    try:
        question = asked.question(desk(request).today)
        found, notes = await asyncio.gather(figure(request, visitor, question), comments_on(request, visitor, question))
    except Problem as problem:
        if problem.status not in (404, 422):
            raise
        return form_page(request, visitor, asked, sheets, problem=problem)
    shown = await asyncio.to_thread(answer_of, request, asked, found, sheets)  # drawing keeps no other page waiting
    moving = not asked.given.get("known_at") and asked.given.get("as_of", "") in ("", NOW)
    shown["threads"] = await in_words(request, notes, sheets, found["total"] if moving else None)
    shown["comment"] = comment_form(_("Ihr Kommentar"), key=new_id(), query=shown["query"])
    return form_page(request, visitor, asked, sheets, answer=shown)


def switched(request: Request, visitor: Visitor, asked: SpecialRequest, sheets: dict[str, Sheet]) -> Response:
    """The form for another indicator; what that one does not know is named and left out."""
    sheet = sheets.get(asked.indicator)
    kept, lost = asked.within(sheet.dimensions) if sheet else (asked, [])
    return form_page(request, visitor, kept, sheets, lost=lost)


def form_page(
    request: Request,
    visitor: Visitor,
    asked: SpecialRequest,
    sheets: dict[str, Sheet],
    *,
    problem: Problem | None = None,
    answer: dict[str, Any] | None = None,
    lost: list[str] | None = None,
) -> Response:
    """The page with the form, and what there is beside it: errors, an answer, or what a change left out."""
    sheet = sheets.get(asked.indicator)
    context = {
        "form": request_form(asked, sheet, centre=desk(request).centre, problem=problem),
        "sheet": sheet,
        "groups": grouped(sheets),
        "answer": answer,
        "lost": lost or [],
        "may_publish": allowed(visitor.principal, "editions:make"),
    }
    return render(request, "special_request.html", visitor, 422 if problem else 200, **context)


def answer_of(
    request: Request, asked: SpecialRequest, found: dict[str, Any], sheets: dict[str, Sheet]
) -> dict[str, Any]:
    """What the page shows of an answer."""
    here, passport, fixed = desk(request), found["passport"], asked.fixed(found["passport"])
    sheet = sheets[asked.indicator]
    newest = passport["known_at"] == here.today.isoformat()
    return {
        "subject": subject(asked, sheet.title),
        "sentence": citation(asked, found, sheet.title, here),
        "stand": stand(passport["as_of"], here.today),
        "table": table(found, sheet.measure),
        "picture": picture(found),
        "passport": lines(passport, sheet, here),
        "missing": named(passport, "missing"),
        "differing": named(passport, "differing"),
        "permanent": page_link(fixed),
        "address": f"{request.app.state.settings.base_url}{page_link(fixed)}",
        "settled": not newest,
        "downloads": downloads(fixed),
        "switch": [(text, page_link(asked.at(word))) for text, word in other_stands(passport["as_of"], here.today)],
        "query": query_string(fixed.pairs()),
    }
