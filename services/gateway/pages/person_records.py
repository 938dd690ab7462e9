"""Pages that record a person: new, with a hint before she is there twice, and changed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form
from services.gateway.pages.records import new_id, upstreams
from services.gateway.person_form import YEAR, beside, blank, blocks_of, body_of, form_of, renamed, sections
from services.gateway.rendering import render
from shared.problems import Problem
from shared.vocabulary.occupations import occupations

router = APIRouter(prefix="/personen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("persons:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("persons:write"))]
OCCUPATIONS = 20


def shown(request: Request, visitor: Visitor, form: Form, title: str, status: int = 200, similar: Any = ()) -> Response:
    """The form in its sections; `similar` are persons it may be about already."""
    fields = {entry.name: entry for entry in form.fields}
    parts = [
        (name, [fields[entry.name] for entry in part], any(fields[entry.name].error for entry in part))
        for name, part in sections(blocks_of(form.hidden))
    ]
    groups = [f"{key} {text}" for key, text in occupations().items() if len(key) == 2]
    context: dict[str, Any] = {"form": form, "sections": parts, "title": title, "groups": groups}
    context |= {"similar": similar, "asked": question(form)}
    return render(request, "person_form.html", visitor, status, **context)


@router.get("/neu")
async def new_person(request: Request, visitor: Writer) -> Response:
    """The empty form."""
    form = blank({"person_id": new_id(), "revision": "", "asked": ""})
    return shown(request, visitor, form, "Neue Person")


@router.post("/neu")
async def save_person(request: Request, visitor: Writer) -> Response:
    """Save a new person; who may be recorded already is shown once before, never refused."""
    data = await read_form(request, visitor)
    form = blank({"person_id": new_id(), "revision": "", "asked": ""}, blocks_of(dict(data))).filled(data)
    try:
        found = await similar_to(request, visitor, form) if form.hidden["asked"] != question(form) else []
        if found:
            return shown(request, visitor, form, "Ist es diese Person?", similar=found)
        return await put(request, visitor, form)
    except Problem as problem:
        return refused(request, visitor, form, problem, "Neue Person")


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
    params = {"q": typed, "limit": str(OCCUPATIONS)}
    found = await upstreams(request).call(
        visitor.principal, "registration", "GET", "/api/v1/occupations", params=params
    )
    return render(
        request, "person_occupations.html", visitor, items=[one for one in found["items"] if one["level"] > 1]
    )


@router.get("/{person_id}/bearbeiten")
async def edit_person(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """The form with what is recorded."""
    form = await stored_form(request, visitor, person_id)
    return shown(request, visitor, form, "Person bearbeiten")


@router.post("/{person_id}/bearbeiten")
async def change_person(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """Save a changed person; what somebody else has stored meanwhile is shown beside what was typed."""
    data = await read_form(request, visitor)
    hidden = {"person_id": str(person_id), "revision": "", "asked": ""}
    form = blank(hidden, blocks_of(dict(data))).filled(data)
    form = Form(form.fields, dict(form.hidden) | {"person_id": str(person_id)})
    title = "Person bearbeiten"
    try:
        return await put(request, visitor, form)
    except Problem as problem:
        if problem.status != 409:
            return refused(request, visitor, form, problem, title)
        stored = await stored_form(request, visitor, person_id)
        if stored.hidden["revision"] == form.hidden["revision"]:
            return refused(request, visitor, form, problem, title)
        return shown(request, visitor, beside(form, stored, int(stored.hidden["revision"])), title, 409)


async def put(request: Request, visitor: Visitor, form: Form) -> Response:
    """Hand the person to registration and show her."""
    key = UUID(form.hidden["person_id"])
    path = f"/api/v1/persons/{key}"
    await upstreams(request).call(visitor.principal, "registration", "PUT", path, json=body_of(form))
    return RedirectResponse(f"/personen/{key}?gespeichert=1", 303)


def refused(request: Request, visitor: Visitor, form: Form, problem: Problem, title: str) -> Response:
    """The form with a refusal at its fields; what was typed stays."""
    status = problem.status if problem.status in (404, 409, 503) else 422
    return shown(request, visitor, form.refused(renamed(problem, form)), title, status)


async def stored_form(request: Request, visitor: Visitor, person_id: UUID) -> Form:
    """The form of a person as she is stored now."""
    services, who = upstreams(request), visitor.principal
    person = await services.call(who, "registration", "GET", f"/api/v1/persons/{person_id}")
    titles = await titles_of(request, visitor, person)
    hidden = {"person_id": str(person_id), "revision": str(person["revision"]), "asked": ""}
    return form_of(person, hidden, titles)


async def titles_of(request: Request, visitor: Visitor, person: dict[str, Any]) -> dict[str, str]:
    """Titles of the occupations of a person's qualifications by key."""
    titles: dict[str, str] = {}
    for key in {entry["reference_occupation"] for entry in person["qualifications"]} - {None}:
        params = {"q": key, "limit": "1"}
        path = "/api/v1/occupations"
        found = await upstreams(request).call(visitor.principal, "registration", "GET", path, params=params)
        titles |= {entry["key"]: entry["title"] for entry in found["items"]}
    return titles


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
