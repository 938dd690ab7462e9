"""Pages of comments on figures: written, answered, changed, resolved, deleted; the open ones in a list."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.account_names import names_of
from services.gateway.comments import authors, comment_body, comment_form, current, thread
from services.gateway.forms import Form, read_id
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.conflict import conflict_page, settled, wants_stored
from services.gateway.pages.records import new_id, pages, upstreams
from services.gateway.rendering import render
from services.gateway.sheets import Sheet
from services.gateway.special_requests import Pairs, query_string
from shared.problems import Problem

router = APIRouter(prefix="/ansichten/kommentare", include_in_schema=False)

Reader = Annotated[Visitor, Depends(WithPurpose("comments:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("comments:write"))]
Settler = Annotated[Visitor, Depends(SignedIn("comments:settle"))]
API, HOME = "/api/v1/comments", "/ansichten/kommentare"
MOST = 20
ANCHOR = "#kommentare"
Found = dict[str, Any]


async def comments_on(request: Request, visitor: Visitor, pairs: Pairs) -> list[Found]:
    """Threads on the figure of a question, as the service tells them."""
    found = await upstreams(request).call(
        visitor.principal, "reporting", "GET", API, params={"query": query_string(pairs), "limit": 50}
    )
    return list(found["items"])


async def in_words(
    request: Request, items: Sequence[Found], sheets: dict[str, Sheet], shown: int | None = None
) -> list[Found]:
    """Threads in words, with the names of accounts as far as they have signed in here."""
    async with request.app.state.sessions() as session:
        names = await names_of(session, authors(items))
    return [thread(item, sheets, names, desk(request), shown) for item in items]


@router.get("")
async def list_comments(
    request: Request,
    visitor: Reader,
    erledigt: Annotated[str, Query(max_length=2)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Open comments on figures, or those that are resolved; exact figures, so the use is noted."""
    await note_use(request, visitor)
    params = {"state": "resolved" if erledigt else "open", "limit": MOST, "offset": offset}
    found, sheets = await asyncio.gather(
        upstreams(request).call(visitor.principal, "reporting", "GET", API, params=params), catalogue(request, visitor)
    )
    threads = await in_words(request, found["items"], sheets)
    turned = pages(found["total"], offset, MOST)
    return render(request, "comments.html", visitor, threads=threads, pages=turned, resolved=bool(erledigt))


@router.post("/neu")
async def write(request: Request, visitor: Writer) -> Response:
    """Write a comment on a figure and show the figure with it."""
    data = await read_form(request, visitor)
    form = comment_form(_("Kommentar"), key=new_id(), query="").filled(data)
    target = f"/anfrage?{current(form.hidden['query'])}{ANCHOR}"
    return await send(request, visitor, form, data, target, f"{HOME}/neu")


@router.get("/{key}/antworten")
async def answer_form(request: Request, visitor: Writer, key: UUID) -> Response:
    """The form that answers a comment."""
    item = await one(request, visitor, key)
    form = comment_form(_("Antwort"), key=new_id(), answers_to=str(key))
    return form_page(request, visitor, form, f"{HOME}/{key}/antworten", _page(item), quoted=item["text"])


@router.post("/{key}/antworten")
async def answer(request: Request, visitor: Writer, key: UUID) -> Response:
    """Answer a comment; what was typed stays, also where it is gone meanwhile."""
    data = await read_form(request, visitor)
    form = comment_form(_("Antwort"), key=new_id(), answers_to=str(key)).filled(data)
    try:
        target = _page(await one(request, visitor, key))
    except Problem as problem:
        return form_page(request, visitor, form.refused(problem), f"{HOME}/{key}/antworten", HOME, problem.status)
    return await send(request, visitor, form, data, target, f"{HOME}/{key}/antworten")


@router.get("/{key}/bearbeiten")
async def edit_form(request: Request, visitor: Writer, key: UUID) -> Response:
    """The form with the stored text."""
    item = await own(request, visitor, key)
    return form_page(request, visitor, stored_form(item), f"{HOME}/{key}/bearbeiten", _page(item))


@router.post("/{key}/bearbeiten")
async def edit(request: Request, visitor: Writer, key: UUID) -> Response:
    """Save a changed text; what was changed meanwhile is shown beside what was typed."""
    data, action = await read_form(request, visitor), f"{HOME}/{key}/bearbeiten"
    typed = comment_form(_("Kommentar"), key=str(key), revision="").filled(data)
    try:
        item = await own(request, visitor, key)
    except Problem as problem:
        return form_page(request, visitor, typed.refused(problem), action, HOME, problem.status)
    stored = stored_form(item)
    typed = settled(typed, stored, wants_stored(data))
    return await send(request, visitor, typed, data, _page(item), action, stored)


async def send(
    request: Request, visitor: Visitor, form: Form, data: FormData, target: str, action: str, stored: Form | None = None
) -> Response:
    """Save what a form says and go to `target`; a text that looks like a person is asked about once."""
    path = f"{API}/{read_id(form.hidden['key'])}"
    body = comment_body(form, confirmed=bool(data.get("confirmed")))
    try:
        await upstreams(request).call(visitor.principal, "reporting", "PUT", path, json=body)
    except Problem as problem:
        if problem.status == 409 and stored is not None:
            words = {"action": action, "back": target, "title": _("Kommentar ändern")}
            if (page := conflict_page(request, visitor, form, stored, "", **words)) is not None:
                return page
        doubt = any(error.field == "confirmed" for error in problem.errors)
        return form_page(request, visitor, form.refused(problem), action, target, problem.status, doubt=doubt)
    return RedirectResponse(target, 303)


def form_page(
    request: Request, visitor: Visitor, form: Form, action: str, back: str, status: int = 200, **more: Any
) -> Response:
    """The page of a comment's form; `doubt`: it can be sent once more, confirmed."""
    context = {"doubt": False, "quoted": ""} | more
    return render(request, "comment_form.html", visitor, status, form=form, action=action, back=back, **context)


@router.post("/{key}/stand")
async def settle(request: Request, visitor: Settler, key: UUID) -> Response:
    """Resolve a comment or open it again, and show its figure."""
    data = await read_form(request, visitor)
    item = await one(request, visitor, key)
    seen = Form((), {"revision": "1"}).filled(data).hidden["revision"]  # refuses what is no number, or a long one
    body = {"resolved": data.get("resolved") == "1", "revision": int(seen or 1)}
    await upstreams(request).call(visitor.principal, "reporting", "POST", f"{API}/{key}/state", json=body)
    return RedirectResponse(_page(item), 303)


@router.post("/{key}/loeschen")
async def delete(request: Request, visitor: Writer, key: UUID) -> Response:
    """Delete an own comment, and show its figure."""
    await read_form(request, visitor)
    item = await own(request, visitor, key)
    await upstreams(request).call(visitor.principal, "reporting", "DELETE", f"{API}/{key}")
    return RedirectResponse(_page(item), 303)


async def one(request: Request, visitor: Visitor, key: UUID) -> Found:
    """A comment. Raises Problem 404."""
    found: Found = await upstreams(request).call(visitor.principal, "reporting", "GET", f"{API}/{key}")
    return found


async def own(request: Request, visitor: Visitor, key: UUID) -> Found:
    """An own comment. Raises Problem 404, also for another's."""
    item = await one(request, visitor, key)
    if not item["own"]:
        raise Problem(404, _("Nur wer einen Kommentar geschrieben hat, kann ihn ändern."))
    return item


def stored_form(item: Found) -> Form:
    """The form with what is stored."""
    form = comment_form(_("Kommentar"), key=item["comment_id"], revision=str(item["revision"]))
    return form.with_values({"text": item["text"]})


def _page(item: Found) -> str:
    """The page of a comment's figure, as it is asked today."""
    return f"/anfrage?{current(item['query'])}{ANCHOR}"
