"""Pages that record a person: new, with a hint before she is there twice, and changed; both have drafts."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.gateway import drafts, occupations
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form
from services.gateway.pages.records import new_id, upstreams
from services.gateway.person_form import YEAR, beside, blank, blocks_of, body_of, form_of, renamed, sections
from services.gateway.reading import Attempt, Reading, everything_wrong, saved
from services.gateway.rendering import render
from shared.nationalities import NOT_STATED
from shared.problems import Problem

router = APIRouter(prefix="/personen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("persons:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("persons:write"))]
Typist = Annotated[Visitor, Depends(drafts.Typing("persons:write", "person"))]
NEW, CHANGED = "Neue Person", "Person bearbeiten"
HIDDEN = {"person_id": "", "revision": "", "asked": ""}


def shown(request: Request, visitor: Visitor, form: Form, title: str, status: int = 200, **more: Any) -> Response:
    """The form in its sections; `more`: `similar` persons it may be about already, or what there is of a draft."""
    fields = {entry.name: entry for entry in form.fields}
    parts = [
        (name, [fields[entry.name] for entry in part], any(told(fields[entry.name]) for entry in part))
        for name, part in sections(blocks_of(form.hidden))
    ]
    context: dict[str, Any] = {"form": form, "sections": parts, "title": title, "asked": question(form)}
    context |= {"keep": drafts.keep_token(request, visitor), "similar": ()} | more
    return render(request, "person_form.html", visitor, status, **context)


def told(entry: Field) -> bool:
    """Whether a field says more than an empty form does, so that its section stands open."""
    return bool(entry.error or (entry.value and entry.value != NOT_STATED))


def typed_form(data: FormData) -> Form:
    """The form as it was posted or left. Raises Problem 422 when it was bent."""
    return blank(HIDDEN | {"person_id": new_id()}, blocks_of(dict(data))).filled(data)


@router.get("/neu")
async def new_person(request: Request, visitor: Writer, entwurf: UUID | None = None) -> Response:
    """The form, empty or as a draft was left."""
    draft = await drafts.restored(request, visitor, "person", entwurf)
    form = typed_form(draft.data) if draft else blank(HIDDEN | {"person_id": new_id()})
    title = CHANGED if form.hidden["revision"] else NEW
    return shown(request, visitor, form, title, draft=draft, lost=entwurf is not None and draft is None)


@router.post("/neu")
async def save_person(request: Request, visitor: Typist) -> Response:
    """Save a new person; who may be recorded already is shown once before, never refused."""
    data = await drafts.read_typed(request, visitor, "person")
    form = typed_form(data)
    try:
        if drafts.BUTTON in data:
            return await keep(request, visitor, data)
        person = await readable(request, visitor, form)
        found = await similar_to(request, visitor, form) if form.hidden["asked"] != question(form) else []
        if not found:
            return await put(request, visitor, form, person)
        wrong = await everything_wrong(request, visitor, [], [person])
        if wrong.errors:  # first what must be mended, then the question
            raise renamed(wrong, form)
        return shown(request, visitor, form, "Ist es diese Person?", similar=found)
    except Problem as problem:
        return refused(request, visitor, form, problem, NEW)


async def keep(request: Request, visitor: Visitor, data: FormData) -> Response:
    """Keep a draft because a button says so. Raises Problem."""
    await drafts.keep(request, visitor.principal, "person", data)
    return RedirectResponse(drafts.KEPT_PAGE, 303)


@router.post("/aehnlich")
async def hint(request: Request, visitor: Reader) -> Response:
    """A fragment while typing: persons it may be about already."""
    form = blank({"person_id": "", "asked": ""}).filled(await read_form(request, visitor))
    found = await similar_to(request, visitor, form)
    return render(request, "person_hint.html", visitor, form=form, similar=found)


@router.get("/berufe")
async def suggest(request: Request, visitor: Writer) -> Response:
    """A fragment while typing: options of occupations."""
    typed = next(iter(request.query_params.values()), "")[:200]
    items = await occupations.suggestions(request, visitor, typed)
    return render(request, "person_occupations.html", visitor, items=items)


@router.get("/{person_id}/bearbeiten")
async def edit_person(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """The form with what is recorded; a draft of it is offered."""
    form, offered = await asyncio.gather(
        stored_form(request, visitor, person_id), drafts.restored(request, visitor, "person", person_id)
    )
    return shown(request, visitor, form, CHANGED, offered=offered)


@router.post("/{person_id}/bearbeiten")
async def change_person(request: Request, visitor: Typist, person_id: UUID) -> Response:
    """Save a changed person; what somebody else has stored meanwhile is shown beside what was typed."""
    data = await drafts.read_typed(request, visitor, "person")
    form = typed_form(data)
    form = Form(form.fields, dict(form.hidden) | {"person_id": str(person_id)})
    try:
        if drafts.BUTTON in data:
            return await keep(request, visitor, data)
        return await put(request, visitor, form, await readable(request, visitor, form))
    except Problem as problem:
        if problem.status != 409:
            return refused(request, visitor, form, problem, CHANGED)
        stored = await stored_form(request, visitor, person_id)
        if stored.hidden["revision"] == form.hidden["revision"]:
            return refused(request, visitor, form, problem, CHANGED)
        return shown(request, visitor, beside(form, stored, int(stored.hidden["revision"])), CHANGED, 409)


async def readable(request: Request, visitor: Visitor, form: Form) -> Attempt:
    """The person as she is to be saved. Raises Problem 422 naming everything that is wrong."""
    form, unclear = await occupations.settled(request, visitor, form)
    reading = Reading(form, *unclear)
    person = Attempt("registration", f"/api/v1/persons/{form.hidden['person_id']}", body_of(reading))
    if reading.wrong:
        raise renamed(await everything_wrong(request, visitor, reading.wrong, [person]), form)
    return person


async def put(request: Request, visitor: Visitor, form: Form, person: Attempt) -> Response:
    """Hand the person to registration and show her. Raises Problem 422 naming everything that is wrong."""
    key = UUID(form.hidden["person_id"])
    await saved(request, visitor, person)
    await drafts.forget(request, visitor.principal, "person", key)
    return RedirectResponse(f"/personen/{key}?gespeichert=1", 303)


def refused(request: Request, visitor: Visitor, form: Form, problem: Problem, title: str) -> Response:
    """The form with a refusal at its fields; what was typed stays."""
    status = problem.status if problem.status in (404, 409, 503) else 422
    return shown(request, visitor, form.refused(renamed(problem, form)), title, status)


async def stored_form(request: Request, visitor: Visitor, person_id: UUID) -> Form:
    """The form of a person as she is stored now."""
    services, who = upstreams(request), visitor.principal
    person = await services.call(who, "registration", "GET", f"/api/v1/persons/{person_id}")
    hidden = {"person_id": str(person_id), "revision": str(person["revision"]), "asked": ""}
    return await occupations.named(request, visitor, form_of(person, hidden))


async def titles_of(request: Request, visitor: Visitor, person: dict[str, Any]) -> dict[str, str]:
    """Titles of the occupations of a person's qualifications by key."""
    keys = {entry["reference_occupation"] for entry in person["qualifications"]} - {None}
    return await occupations.titles_of(request, visitor, keys)


def question(form: Form) -> str:
    """What the question *Ist es diese Person?* was asked about; another name is another question."""
    return "|".join(form.text(name) for name in ("family_name", "given_names", "born"))


async def similar_to(request: Request, visitor: Visitor, form: Form) -> list[dict[str, Any]]:
    """Persons who may be the one in the form."""
    name = " ".join(form.text(part) for part in ("family_name", "given_names")).strip()
    if len(name) < 2:
        return []
    year = YEAR.search(form.text("born"))
    params = {"name": name[:400]} | ({"birth_year": year.group()} if year else {})
    path = "/api/v1/persons/similar"
    found = await upstreams(request).call(visitor.principal, "registration", "GET", path, params=params)
    items: list[dict[str, Any]] = found["items"]
    return [item for item in items if item["person_id"] != form.hidden["person_id"]]
