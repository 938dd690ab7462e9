"""Pages of counsellors: sessions recorded, corrected, withdrawn, undone."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import drafts, occupations
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form, read_id, read_number
from services.gateway.pages.conflict import conflict_page, settled, wants_stored
from services.gateway.pages.due import person_names
from services.gateway.pages.from_appointment import appointment, became, prefilled
from services.gateway.pages.offices import body_name, own_places
from services.gateway.pages.records import REASON, last_session, save, upstreams, withdraw
from services.gateway.pages.session_form import as_recorded, new_hidden, opened, session_body, session_form, stored
from services.gateway.pages.undo import Record, remember, undo, undo_words
from services.gateway.reading import Attempt, Reading, everything_wrong, saved
from services.gateway.rendering import render
from shared.nationalities import NOT_STATED
from shared.problems import Problem
from shared.security import allowed

router = APIRouter(prefix="/beratungen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("sessions:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("sessions:write"))]
Typist = Annotated[Visitor, Depends(drafts.Typing("sessions:write", "session"))]
Kind = Annotated[str, Query(max_length=20)]
NEW, CORRECTED = "Neue Beratung", "Beratung korrigieren"


@router.get("/neu")
async def new_session(
    request: Request,
    visitor: Writer,
    person: UUID | None = None,
    von: UUID | None = None,
    art: Kind = "",
    entwurf: UUID | None = None,
    termin: UUID | None = None,
) -> Response:
    """The form: empty, for a person, after a session (`von`) of a kind (`art`), from an appointment, as a draft was."""
    places, office = await own_places(request, visitor)
    if entwurf is not None:
        draft = await drafts.restored(request, visitor, "session", entwurf)
        if draft is not None:
            kept = places.with_partner(draft.data.get("partner_id"))
            form = session_form(new_hidden(), kept).filled(draft.data)
            return form_page(request, visitor, form, draft=draft)
    last = await fetch(request, visitor, von) if von is not None else None
    key = person or (UUID(last["person_id"]) if last and last["person_id"] else None)
    known = await fetch_person(request, visitor, key) if key is not None else None
    if known is not None:
        last = await last_session(request, visitor, known["person_id"]) or last
    form = await occupations.named(request, visitor, opened(places, office, known, last, art))
    if termin is not None:
        form = await prefilled(request, visitor, form, await appointment(request, visitor, termin))
    return form_page(request, visitor, form, known=known, lost=entwurf is not None)


def form_page(request: Request, visitor: Visitor, form: Form, **more: Any) -> Response:
    """The page of the form."""
    return render(request, "session_form.html", visitor, **form_context(request, visitor, form), form=form, **more)


def form_context(request: Request, visitor: Visitor, form: Form) -> dict[str, Any]:
    """What the page needs beside the form."""
    title = CORRECTED if form.hidden["revision"] else NEW
    return {"title": title, "keep": drafts.keep_token(request, visitor)}


@router.post("/neu")
async def save_session(request: Request, visitor: Typist) -> Response:
    """Save person and session; a repeated or double save changes nothing."""
    data = await drafts.read_typed(request, visitor, "session")
    places, _ = await own_places(request, visitor)
    form = session_form(new_hidden(), places.with_partner(data.get("partner_id"))).filled(data)
    if names := wants_stored(data):
        form = settled(form, await stored_form(request, visitor, form), names)

    async def work(typed: Form) -> str:
        if drafts.BUTTON in data:
            await drafts.keep(request, visitor.principal, "session", data)
            return drafts.KEPT_PAGE
        return await record(request, visitor, typed)

    async def clash(typed: Form) -> Response | None:
        try:
            kept = await stored_form(request, visitor, typed)
        except Problem:
            return None
        where = {"action": "/beratungen/neu", "back": "/beratungen", "title": CORRECTED}
        return conflict_page(request, visitor, typed, kept, drafts.keep_token(request, visitor), **where)

    context = form_context(request, visitor, form)
    return await save(request, visitor, form, "session_form.html", work, on_conflict=clash, **context)


async def record(request: Request, visitor: Visitor, typed: Form) -> str:
    """Save what the form says; its draft goes, and what it replaced can be brought back for a while.

    Raises Problem 422 naming everything that is wrong with session and person.
    """
    typed, unclear = await occupations.settled(request, visitor, typed)
    reading, one = Reading(typed, *unclear), at(read_id(typed.hidden["session_id"]))
    body = session_body(reading)
    before = await fetch(request, visitor, one.key) if "revision" in body else None
    session = Attempt("counselling", one.path, body)
    person = await person_of(request, visitor, typed, body["birth_year"]) if typed.text("name") else None
    if reading.wrong:
        raise await everything_wrong(request, visitor, reading.wrong, [session, *([person] if person else [])])
    if person is not None:
        await save_person(request, visitor, person, session)
    if typed.text("name"):
        body["person_id"] = str(read_id(typed.hidden["person_id"]))
    told = await saved(request, visitor, session)
    await became(request, visitor, typed, str(one.key), body.get("person_id"))
    forgotten = drafts.forget(request, visitor.principal, "session", one.key)
    shown = f"/beratungen/{one.key}?gespeichert={'4' if told.get('before_case') else '1'}"
    if before is None and told["revision"] == 1:
        await asyncio.gather(forgotten, remember(request, visitor, one, "withdraw", 1))
        return shown
    await forgotten
    if before is not None and told["revision"] != before["revision"]:
        kept = {"keep_person": before["person_id"] is None and "person_id" not in body}
        await remember(request, visitor, one, "correct", told["revision"], as_recorded(before) | kept)
    return shown


def at(key: UUID) -> Record:
    """Where a session lives."""
    return Record("counselling", "sessions", key)


async def stored_form(request: Request, visitor: Visitor, typed: Form) -> Form:
    """The form with what is stored now. Raises Problem 404 when nothing is."""
    return await form_of(request, visitor, read_id(typed.hidden["session_id"]))


async def form_of(request: Request, visitor: Visitor, session_id: UUID) -> Form:
    """The form of a stored session."""
    item = await fetch(request, visitor, session_id)
    person = await fetch_person(request, visitor, UUID(item["person_id"])) if item["person_id"] else None
    places, _ = await own_places(request, visitor)
    return await occupations.named(request, visitor, stored(places, item, person))


async def person_of(request: Request, visitor: Visitor, form: Form, birth_year: int | None) -> Attempt | None:
    """The person of the form as she is to be saved; None for one who is known and has not changed.

    One who is known keeps what this form does not ask for.
    """
    key = read_id(form.hidden["person_id"])
    body: dict[str, Any] = {"name": form.text("name"), "birth_year": birth_year}
    traits = {name: form.text(name) or NOT_STATED for name in ("nationality", "refugee_background", "gender")}
    if form.hidden["person_revision"]:
        known = await fetch_person(request, visitor, key)
        # Traits may differ from one day to another: the register only learns what it does not know.
        body |= {name: value for name, value in traits.items() if known[name] == NOT_STATED}
        if all(known[name] == value for name, value in body.items()):
            return None
        seen = read_number(form.hidden["person_revision"], "revision", "Stand der Person", optional=False)
        body = {name: known[name] for name in traits} | body | {"revision": seen}
    else:
        body |= traits
    return Attempt("registration", f"/api/v1/persons/{key}", body)


async def save_person(request: Request, visitor: Visitor, person: Attempt, session: Attempt) -> None:
    """Save a person. One whom this form has saved before, without her session, is corrected.

    Raises Problem 422 that names what is wrong with her session too.
    """
    try:
        await saved(request, visitor, person, session)
    except Problem as problem:
        if problem.status != 409 or "revision" in person.body:
            raise
        now = await upstreams(request).call(visitor.principal, person.service, "GET", person.path)
        await saved(request, visitor, person._replace(body=person.body | {"revision": now["revision"]}), session)


@router.get("/{session_id}")
async def show_session(
    request: Request, visitor: Reader, session_id: UUID, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """One session: what it became, where it has arrived, and whether its last change can be undone."""
    return await session_page(request, visitor, session_id, Form((REASON,)), gespeichert)


async def session_page(
    request: Request, visitor: Visitor, session_id: UUID, withdrawal: Form, saved: str = "", status: int = 200
) -> Response:
    """The page of a session, with the form that withdraws it."""
    item = await fetch(request, visitor, session_id)
    names = await person_names(request, visitor, [item])
    writes = allowed(visitor.principal, "sessions:write")
    partner = await body_name(request, visitor, item["partner_id"]) if item["partner_id"] else ""
    words = await undo_words(request, visitor, session_id) if writes else ""
    context: dict[str, Any] = {"item": item, "names": names, "saved": saved, "undo": words, "writes": writes}
    context["partner"] = partner
    return render(request, "session.html", visitor, status, form=withdrawal, **context)


@router.get("/{session_id}/korrigieren")
async def correct_session(request: Request, visitor: Writer, session_id: UUID) -> Response:
    """The form with the stored values; a draft of it is offered."""
    form = await form_of(request, visitor, session_id)
    found = await drafts.restored(request, visitor, "session", session_id)
    return form_page(request, visitor, form, offered=found)


@router.post("/{session_id}/zurueckziehen")
async def withdraw_session(request: Request, visitor: Writer, session_id: UUID) -> Response:
    """Withdraw a session with a reason; one that is refused comes back with the page."""
    data, one = await read_form(request, visitor), at(session_id)
    if refused := await withdraw(request, visitor, one.service, one.path, data):
        return await session_page(request, visitor, session_id, refused, status=422)
    item = await fetch(request, visitor, session_id)
    await remember(request, visitor, one, "restore", item["revision"])
    return RedirectResponse(f"/beratungen/{session_id}?gespeichert=2", 303)


@router.post("/{session_id}/rueckgaengig")
async def undo_session(request: Request, visitor: Writer, session_id: UUID) -> Response:
    """Undo the last change."""
    await read_form(request, visitor)
    await undo(request, visitor, at(session_id))
    return RedirectResponse(f"/beratungen/{session_id}?gespeichert=3", 303)


async def fetch(request: Request, visitor: Visitor, session_id: UUID) -> dict[str, Any]:
    """One session of counselling's API."""
    path = f"/api/v1/sessions/{session_id}"
    item: dict[str, Any] = await upstreams(request).call(visitor.principal, "counselling", "GET", path)
    return item


async def fetch_person(request: Request, visitor: Visitor, person_id: UUID) -> dict[str, Any]:
    """One person of registration's API."""
    path = f"/api/v1/persons/{person_id}"
    found: dict[str, Any] = await upstreams(request).call(visitor.principal, "registration", "GET", path)
    return found
