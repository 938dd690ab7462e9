"""Pages of participations: listed, entered (from a proposal too), corrected, ended, withdrawn; undone for a while."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import drafts, occupations
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form, read_id
from services.gateway.pages.conflict import conflict_page, settled, wants_stored
from services.gateway.pages.due import drafts_of
from services.gateway.pages.participation_desk import (
    PATH,
    ask,
    at,
    context_of,
    fetch,
    offerings,
    proposed,
    record,
    shown,
    stored_form,
    typed_form,
    undoable,
    with_person,
)
from services.gateway.pages.records import PAGE_SIZE, new_id, pages, save, upstreams, withdraw
from services.gateway.pages.undo import remember, undo, undo_words
from services.gateway.participation_form import blank, end_form, end_of, exit_values
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared.problems import invalid
from shared.security import allowed
from shared.vocabulary import Result, Success

router = APIRouter(prefix=PATH, include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("participations:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("participations:write"))]
Typist = Annotated[Visitor, Depends(drafts.Typing("participations:write", "participation"))]
STATES = (("", "alle"), ("running", "laufend"), ("ended", "beendet"))
WORDS = {str(term): term.de for kind in (Result, Success) for term in kind}
FORM = "participation_form.html"


@router.get("")
async def list_participations(
    request: Request,
    visitor: Reader,
    angebot: Annotated[str, Query(max_length=40)] = "",
    stand: Annotated[str, Query(max_length=10)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    gespeichert: UUID | None = None,
) -> Response:
    """The list by offering and state, with what was just done and can be undone."""
    params: dict[str, Any] = {"limit": PAGE_SIZE, "offset": offset}
    params |= {"offering": angebot} if angebot else {}
    params |= {"state": stand} if stand in dict(STATES[1:]) else {}
    found = await ask(request, visitor, params)
    words = await undo_words(request, visitor, gespeichert) if gespeichert is not None else ""
    context: dict[str, Any] = {"items": found["items"], "pages": pages(found["total"], offset), "saved": gespeichert}
    context |= {"undo": words, "words": WORDS, "offering": angebot, "state": stand, "states": STATES}
    context |= {"offerings": await offerings(request, visitor), "drafts": await drafts_of(request, visitor, PATH)}
    context["writes"] = allowed(visitor.principal, "participations:write")
    return render(request, "participations.html", visitor, **context)


@router.get("/neu")
async def new_participation(
    request: Request, visitor: Writer, vorschlag: UUID | None = None, entwurf: UUID | None = None
) -> Response:
    """The form: empty, prefilled from a proposal, or as a draft was left."""
    known = await offerings(request, visitor)
    draft = await drafts.restored(request, visitor, "participation", entwurf)
    if draft is not None:
        return shown(request, visitor, typed_form(draft.data, known), draft=draft)
    if vorschlag is not None:
        return shown(request, visitor, await proposed(request, visitor, vorschlag, known))
    return shown(request, visitor, blank({"key": new_id()}, known), lost=entwurf is not None)


@router.post("/neu")
async def save_participation(request: Request, visitor: Typist) -> Response:
    """Save what the form says; a repeated or double save changes nothing."""
    data = await drafts.read_typed(request, visitor, "participation")
    form = typed_form(data, await offerings(request, visitor))
    if names := wants_stored(data):
        form = settled(form, await stored_form(request, visitor, read_id(form.hidden["key"])), names)
    form, person, unclear = await with_person(request, visitor, form, str(data.get("person_id", "")))

    async def work(typed: Form) -> str:
        if drafts.BUTTON in data:
            await drafts.keep(request, visitor.principal, "participation", data)
            return drafts.KEPT_PAGE
        return await record(request, visitor, typed, person, unclear)

    async def clash(typed: Form) -> Response | None:
        if not typed.hidden["revision"]:
            return None
        kept = await stored_form(request, visitor, read_id(typed.hidden["key"]))
        where = {"action": f"{PATH}/neu", "back": PATH, "title": "Teilnahme korrigieren"}
        return conflict_page(request, visitor, typed, kept, drafts.keep_token(request, visitor), **where)

    context = context_of(request, visitor, form)
    return await save(request, visitor, form, FORM, work, on_conflict=clash, **context)


@router.get("/{key}/korrigieren")
async def correct_participation(request: Request, visitor: Writer, key: UUID) -> Response:
    """The form with what is stored; a draft of it is offered."""
    form = await occupations.named(request, visitor, await stored_form(request, visitor, key))
    offered = await drafts.restored(request, visitor, "participation", key)
    return shown(request, visitor, form, offered=offered)


@router.get("/{key}/ende")
async def show_end(request: Request, visitor: Writer, key: UUID) -> Response:
    """The short form that ends a participation."""
    item = await fetch(request, visitor, key)
    form = Form(end_form(), {"revision": str(item["revision"])}).with_values(item | exit_values(item))
    return render(request, "participation_end.html", visitor, form=form, item=item)


@router.post("/{key}/ende")
async def end_participation(request: Request, visitor: Writer, key: UUID) -> Response:
    """End a participation; what was before can be brought back for a while."""
    data, item = await read_form(request, visitor), await fetch(request, visitor, key)
    form = Form(end_form(), {"revision": ""}).filled(data)

    async def work(typed: Form) -> str:
        reading = Reading(typed)
        body = end_of(reading) | {"revision": int(typed.hidden["revision"] or item["revision"])}
        if reading.wrong:
            raise invalid(*reading.wrong)
        told = await upstreams(request).call(
            visitor.principal, "registration", "POST", f"{at(key).path}/end", json=body
        )
        if told["revision"] != item["revision"]:
            await remember(request, visitor, at(key), "correct", told["revision"], undoable(item))
        return f"{PATH}?gespeichert={key}"

    return await save(request, visitor, form, "participation_end.html", work, item=item)


@router.post("/{key}/zurueckziehen")
async def withdraw_participation(request: Request, visitor: Writer, key: UUID) -> Response:
    """Withdraw a participation with a reason; one that is refused comes back with the page."""
    data = await read_form(request, visitor)
    if refused := await withdraw(request, visitor, "registration", at(key).path, data):
        return shown(request, visitor, await stored_form(request, visitor, key), 422, withdrawal=refused)
    await remember(request, visitor, at(key), "restore", (await fetch(request, visitor, key))["revision"])
    return RedirectResponse(f"{PATH}?gespeichert={key}", 303)


@router.post("/{key}/rueckgaengig")
async def undo_participation(request: Request, visitor: Writer, key: UUID) -> Response:
    """Undo the visitor's last change."""
    await read_form(request, visitor)
    await undo(request, visitor, at(key))
    return RedirectResponse(PATH, 303)
