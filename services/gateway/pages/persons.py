"""Pages of the person register: search, one person with her sessions, two records made one and two again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.labels import languages
from services.gateway.pages.person_records import Reader, titles_of
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared import vocabulary as v
from shared.problems import Problem

router = APIRouter(prefix="/personen", include_in_schema=False)

Writer = Annotated[Visitor, Depends(SignedIn("persons:write"))]
LISTED = 50
SESSIONS = 100
API = "/api/v1/persons"
WORDS = {str(term): term.de for kind in (v.ContactWay, v.LanguageLevel, v.QualificationLevel) for term in kind}


@router.get("")
async def search_form(request: Request, visitor: Reader) -> Response:
    """The search. What is searched for never stands in an address."""
    return render(request, "persons.html", visitor, q="", found=None)


@router.post("")
async def search(request: Request, visitor: Reader) -> Response:
    """Persons of the own carrier by words of the name, in any spelling, and birth year."""
    typed = str((await read_form(request, visitor)).get("q", "")).strip()[:200]
    found = None
    if typed:
        params = {"q": typed, "limit": str(LISTED)}
        found = await upstreams(request).call(visitor.principal, "registration", "GET", API, params=params)
    fragment = request.headers.get("hx-request") == "true"
    return render(request, "person_list.html" if fragment else "persons.html", visitor, q=typed, found=found)


@router.get("/{person_id}")
async def show_person(
    request: Request,
    visitor: Reader,
    person_id: UUID,
    gespeichert: Annotated[str, Query(max_length=2)] = "",
) -> Response:
    """What is known of a person, her sessions, and who she may be twice."""
    services, who = upstreams(request), visitor.principal
    person = await services.call(who, "registration", "GET", f"{API}/{person_id}")
    merges = (await services.call(who, "registration", "GET", f"{API}/{person_id}/merges"))["items"]
    others = [key for one in merges if (key := one["person_id"]) != str(person_id)]
    context = {
        "person": person,
        "titles": await titles_of(request, visitor, person),
        "merged": await by_ids(request, visitor, others),
        "became": await by_ids(request, visitor, [person["merged_into"]] if person["merged_into"] else []),
        "sessions": await sessions_of(request, visitor, person_id),
        "similar": await twice(request, visitor, person),
        "saved": gespeichert == "1",
        "languages": dict(languages()),
        "words": WORDS,
    }
    return render(request, "person.html", visitor, **context)


async def by_ids(request: Request, visitor: Visitor, keys: list[str]) -> list[dict[str, Any]]:
    """Persons by their ids, merged ones too."""
    if not keys:
        return []
    params = [("ids", key) for key in keys]
    found = await upstreams(request).call(visitor.principal, "registration", "GET", API, params=params)
    return list(found["items"])


async def sessions_of(request: Request, visitor: Visitor, person_id: UUID) -> list[dict[str, Any]] | None:
    """A person's sessions, newest first; None while counselling is away: the rest of the page works."""
    params = {"person_id": str(person_id), "limit": str(SESSIONS)}
    try:
        path = "/api/v1/sessions"
        found = await upstreams(request).call(visitor.principal, "counselling", "GET", path, params=params)
    except Problem as problem:
        if problem.status != 503:
            raise
        return None
    return list(found["items"])


async def twice(request: Request, visitor: Visitor, person: dict[str, Any]) -> list[dict[str, Any]]:
    """Other records that may be the same person."""
    if person["merged_into"]:
        return []
    params = {"name": person["name"], "without": person["person_id"]}
    if person["birth_year"]:
        params["birth_year"] = str(person["birth_year"])
    found = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/similar", params=params)
    return list(found["items"])


@router.post("/{person_id}/zusammenfuehren")
async def merge_persons(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """Say that another record is this person."""
    return await say(request, visitor, person_id, "merge")


@router.post("/{person_id}/trennen")
async def part_persons(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """Say that another record is not this person after all."""
    return await say(request, visitor, person_id, "unmerge")


async def say(request: Request, visitor: Visitor, person_id: UUID, act: str) -> Response:
    """Merge with, or part from, the record named in the form. Raises Problem 422 when it names none."""
    try:
        other = UUID(str((await read_form(request, visitor)).get("other", "")))
    except ValueError:
        raise Problem(422, "Es fehlt, um welche zweite Person es geht. Bitte laden Sie die Seite neu.") from None
    body = {"other": str(other)}
    await upstreams(request).call(visitor.principal, "registration", "POST", f"{API}/{person_id}/{act}", json=body)
    return RedirectResponse(f"/personen/{person_id}", 303)
