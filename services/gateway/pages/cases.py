"""Pages of cases: the list, one case with its sections, method, closed and opened again."""

import asyncio
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.account_names import names_of
from services.gateway.forms import REVISION, Form
from services.gateway.pages.case_forms import NOBODY, colleagues_of, step_form
from services.gateway.pages.case_sections import Case, loaded
from services.gateway.pages.due import person_names
from services.gateway.pages.records import PAGE_SIZE, pages, upstreams
from services.gateway.rendering import render
from shared.problems import Problem
from shared.vocabulary.cases import CaseState, Method, StepBy, StepState

router = APIRouter(prefix="/faelle", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("cases:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("cases:write"))]
API = "/api/v1/cases"
WORDS = {str(term): term.de for kind in (CaseState, Method, StepBy) for term in kind}
WORDS |= {f"step_{term}": term.de for term in StepState}
METHODS = [(str(term), term.de) for term in Method]
DONE = {"1": "Gespeichert", "2": "Fall geschlossen", "3": "Fall wieder geöffnet", "4": "Zur Übernahme angeboten"}
DONE |= {"5": "Sie führen jetzt diesen Fall", "6": "Übergabe zurückgezogen"}


@router.get("")
async def list_cases(
    request: Request,
    visitor: Reader,
    alle: Annotated[str, Query(max_length=2)] = "",
    person: UUID | None = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Own cases, all of the carrier (`alle`), or those of a person."""
    wide = bool(alle) or person is not None
    params = [("scope", "carrier" if wide else "own"), ("limit", str(PAGE_SIZE)), ("offset", str(offset))]
    params += [("person_id", str(person))] if person else []
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", API, params=params)
    items = found["items"]
    names, accounts = await asyncio.gather(
        person_names(request, visitor, items), account_names(request, (item["owner"] for item in items))
    )
    query = "&alle=1" if alle else f"&person={person}" if person else ""
    context: dict[str, Any] = {"items": items, "names": names, "accounts": accounts, "alle": alle, "person": person}
    context |= {"pages": pages(found["total"], offset), "query": query, "words": WORDS}
    return render(request, "cases.html", visitor, **context)


@router.get("/{case_id}")
async def show_case(
    request: Request,
    visitor: Reader,
    case_id: UUID,
    gespeichert: Annotated[str, Query(max_length=2)] = "",
    schritt: UUID | None = None,
) -> Response:
    """One case: its person, who leads it, and its sections; `schritt`: a step of its plan to be changed."""
    return await case_page(request, visitor, case_id, done=DONE.get(gespeichert, ""), step_id=schritt)


async def case_page(
    request: Request,
    visitor: Visitor,
    case_id: UUID,
    status: int = 200,
    *,
    done: str = "",
    step_id: UUID | None = None,
    refused: Mapping[str, Form] = MappingProxyType({}),
) -> Response:
    """The page of a case; `refused` are forms of its sections as they were typed."""
    case = await fetch(request, visitor, case_id)
    involved = [case["owner"], case["deputy"], *(one["to_subject"] for one in case["handovers"])]
    names, accounts, parts, deputies = await asyncio.gather(
        person_names(request, visitor, [case]),
        account_names(request, filter(None, involved)),
        loaded(request, visitor, case),
        colleagues_of(request, visitor),
    )
    asked = next((one for one in case["steps"] if one["step_id"] == str(step_id)), None)
    typed = ({"step": step_form(asked)} if asked else {}) | dict(refused)
    context: dict[str, Any] = {"case": case, "name": names.get(case["person_id"], "Person"), "accounts": accounts}
    context |= {"parts": parts, "done": done, "words": WORDS, "methods": METHODS, "typed": typed}
    writes = visitor.principal.subject in (case["owner"], case["deputy"])
    context |= {"writes": writes and case["state"] == CaseState.OPEN, "leads": writes}
    context["deputises"] = visitor.principal.subject == case["deputy"]
    context["deputies"] = [NOBODY, *(entry for entry in deputies.items() if entry[0] != case["owner"])]
    return render(request, "case.html", visitor, status, **context)


async def fetch(request: Request, visitor: Visitor, case_id: UUID) -> Case:
    """One case of counselling's API."""
    found: Case = await upstreams(request).call(visitor.principal, "counselling", "GET", f"{API}/{case_id}")
    return found


async def account_names(request: Request, subjects: Iterable[str]) -> dict[str, str]:
    """Names of accounts, the subject where somebody has never signed in here."""
    wanted = set(subjects)
    async with request.app.state.sessions() as session:
        known = await names_of(session, wanted)
    return {subject: known.get(subject, subject) for subject in wanted}


@router.post("/{case_id}/aendern")
async def change_case(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Choose method and deputy."""
    form = await read_form(request, visitor)
    body: dict[str, Any] = {"method": str(form.get("method", ""))} | stand(str(form.get("revision", "")))
    body["deputy"] = await chosen_deputy(request, visitor, case_id, str(form.get("deputy", "")).strip())
    return await act(request, visitor, case_id, "PUT", "", body, "1")


async def chosen_deputy(request: Request, visitor: Visitor, case_id: UUID, subject: str) -> str | None:
    """The deputy that was chosen: a colleague, or whoever it is already. Raises Problem 422 for anybody else."""
    if not subject or subject in await colleagues_of(request, visitor):
        return subject or None
    if subject != (await fetch(request, visitor, case_id))["deputy"]:
        raise Problem(422, "Diese Vertretung gibt es bei Ihrem Träger nicht. Bitte wählen Sie sie aus der Liste.")
    return subject


@router.post("/{case_id}/schliessen")
async def close_case(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Close the case."""
    body = stand(str((await read_form(request, visitor)).get("revision", "")))
    return await act(request, visitor, case_id, "POST", "/close", body, "2")


@router.post("/{case_id}/oeffnen")
async def reopen_case(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Work on the case again."""
    body = stand(str((await read_form(request, visitor)).get("revision", "")))
    return await act(request, visitor, case_id, "POST", "/reopen", body, "3")


@router.post("/{case_id}/vertraulichkeit")
async def protect_case(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Keep the case for owner and deputy, or open it to the colleagues again."""
    form = await read_form(request, visitor)
    body = stand(str(form.get("revision", ""))) | {"protected": bool(form.get("protected", ""))}
    return await act(request, visitor, case_id, "PUT", "/protection", body, "1")


@router.post("/{case_id}/uebernehmen")
async def take_over_case(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Lead a case one stands in for."""
    body = stand(str((await read_form(request, visitor)).get("revision", "")))
    return await act(request, visitor, case_id, "POST", "/take-over", body, "5")


def stand(typed: str) -> dict[str, int]:
    """The stand of the case a form was made of. Raises Problem 422 for a bent form."""
    if not REVISION.fullmatch(typed) or not typed:
        raise Problem(422, "Das Formular ist nicht mehr vollständig. Bitte laden Sie die Seite neu.")
    return {"revision": int(typed)}


async def act(
    request: Request, visitor: Visitor, case_id: UUID, method: str, path: str, body: dict[str, Any], done: str
) -> Response:
    """Do something with a case and show it."""
    await upstreams(request).call(visitor.principal, "counselling", method, f"{API}/{case_id}{path}", json=body)
    return RedirectResponse(f"/faelle/{case_id}?gespeichert={done}", 303)
