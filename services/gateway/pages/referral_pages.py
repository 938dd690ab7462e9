"""Pages of referrals and transfers of a case."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form
from services.gateway.pages.case_sections import Case
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.reading import Reading
from services.gateway.referral_forms import (
    Directory,
    referral_body,
    referral_form,
    referral_values,
    transfer_body,
    transfer_form,
)
from services.gateway.rendering import render
from shared.problems import Problem, invalid

router = APIRouter(prefix="/faelle/{case_id}", include_in_schema=False)

Writer = Annotated[Visitor, Depends(SignedIn("cases:write"))]
API = "/api/v1/cases"
REFERRAL, TRANSFER = "referral_form.html", "transfer_form.html"
NOT_THERE = "Diesen Verweis gibt es in diesem Fall nicht."


async def directory(request: Request, visitor: Visitor, case_id: UUID) -> tuple[Case, Directory]:
    """A case one may see, and the directory in the order of its line."""
    ask = partial(upstreams(request).call, visitor.principal, "counselling", "GET")
    case = await ask(f"{API}/{case_id}")
    return case, await ask("/api/v1/bodies", params={"line": case["programme_line"]})


def beside(case: Case, title: str) -> dict[str, Any]:
    """What the page of a form needs beside the form."""
    return {"case": case, "title": title}


async def keep(
    request: Request,
    visitor: Visitor,
    case: Case,
    part: str,
    typed: Form,
    read: Callable[[Reading], dict[str, Any]],
) -> str:
    """Hand a form to counselling; the case to go back to. Raises Problem naming all that is wrong."""
    reading = Reading(typed)
    body = read(reading)
    if reading.wrong:
        raise invalid(*reading.wrong)
    path = f"{API}/{case['case_id']}/{part}/{typed.hidden['key']}"
    await upstreams(request).call(visitor.principal, "counselling", "PUT", path, json=body)
    return f"/faelle/{case['case_id']}?gespeichert=1#verweise"


@router.get("/verweis")
async def new_referral(request: Request, visitor: Writer, case_id: UUID, verweis: UUID | None = None) -> Response:
    """The form: empty, or with a referral (`verweis`) to complete."""
    case, known = await directory(request, visitor, case_id)
    hidden = {"key": new_id(), "revision": "", "session_id": ""}
    form = referral_form(known, hidden)
    if verweis is not None:
        item = await referral(request, visitor, case_id, verweis)
        hidden = {"key": str(verweis), "revision": str(item["revision"]), "session_id": item["session_id"] or ""}
        form = referral_form(known, hidden).with_values(referral_values(item))
    return render(request, REFERRAL, visitor, form=form, **beside(case, "Verweis"))


async def referral(request: Request, visitor: Visitor, case_id: UUID, key: UUID) -> dict[str, Any]:
    """A referral of a case. Raises Problem 404."""
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", f"{API}/{case_id}/referrals")
    item: dict[str, Any] | None = next((one for one in found["items"] if one["referral_id"] == str(key)), None)
    if item is None:
        raise Problem(404, NOT_THERE)
    return item


@router.post("/verweis")
async def save_referral(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Save a referral; what no consent covers is refused, and nothing typed is lost."""
    data = await read_form(request, visitor)
    case, known = await directory(request, visitor, case_id)
    form = referral_form(known, {"key": new_id(), "revision": "", "session_id": ""}).filled(data)

    async def work(typed: Form) -> str:
        return await keep(request, visitor, case, "referrals", typed, referral_body)

    return await save(request, visitor, form, REFERRAL, work, **beside(case, "Verweis"))


@router.post("/verweise/{referral_id}/ergebnis")
async def answer_referral(request: Request, visitor: Writer, case_id: UUID, referral_id: UUID) -> Response:
    """Note what became of a referral."""
    body = {"result": str((await read_form(request, visitor)).get("result", ""))}
    return await act(request, visitor, case_id, f"referrals/{referral_id}/result", body)


@router.post("/verweise/{referral_id}/zuruecknehmen")
async def withdraw_referral(request: Request, visitor: Writer, case_id: UUID, referral_id: UUID) -> Response:
    """Withdraw a referral."""
    await read_form(request, visitor)
    return await act(request, visitor, case_id, f"referrals/{referral_id}/withdraw")


async def act(
    request: Request, visitor: Visitor, case_id: UUID, path: str, body: dict[str, Any] | None = None
) -> Response:
    """Do something with a part of a case and show the case."""
    await upstreams(request).call(visitor.principal, "counselling", "POST", f"{API}/{case_id}/{path}", json=body)
    return RedirectResponse(f"/faelle/{case_id}?gespeichert=1#verweise", 303)


@router.get("/weitergabe")
async def new_transfer(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """The form of what is handed over now."""
    case, known = await directory(request, visitor, case_id)
    form = transfer_form(known, {"key": new_id()}).with_values({"kind": "conversation"})
    return render(request, TRANSFER, visitor, form=form, **beside(case, "Weitergabe"))


@router.post("/weitergabe")
async def save_transfer(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Log what is handed over now, if a consent covers it."""
    data = await read_form(request, visitor)
    case, known = await directory(request, visitor, case_id)
    form = transfer_form(known, {"key": new_id()}).filled(data)

    async def work(typed: Form) -> str:
        return await keep(request, visitor, case, "transfers", typed, transfer_body)

    return await save(request, visitor, form, TRANSFER, work, **beside(case, "Weitergabe"))
