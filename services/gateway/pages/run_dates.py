"""Pages of the dates of a run: added, changed, cancelled, replaced, proposed from the rules and taken over."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import Visitor, read_form
from services.gateway.forms import Field, Form, read_day, read_id
from services.gateway.pages.records import new_id, save
from services.gateway.pages.runs import WORDS, Writer, ask, because, plan_of
from services.gateway.rendering import render
from services.gateway.run_forms import date_body, date_form, when
from shared import clock
from shared.problems import Problem

router = APIRouter(prefix="/durchgaenge/{run_id}", include_in_schema=False)

Code = Annotated[str, Query(max_length=40)]
TEMPLATE, NEW, CHANGED = "run_date_form.html", "Neuer Termin", "Termin bearbeiten"


@router.get("/termine/neu")
async def new_date(request: Request, visitor: Writer, run_id: UUID, schritt: Code = "", ersetzt: Code = "") -> Response:
    """An empty form; for a step, or instead of a date that was cancelled."""
    plan = await plan_of(request, visitor, run_id)
    old = next((one for one in plan["meetings"] if one["run_meeting_id"] == ersetzt), None)
    given = {"step": old["step"], "replaces": ersetzt} if old else {"step": schritt}
    form = date_form(plan, new_id(), **given)
    if old is not None:
        form = form.with_values({"step": old["step"], "registration_id": old["registration_id"]})
    return render(request, TEMPLATE, visitor, form=form, title=NEW, plan=plan, old=old and old | {"when": when(old)})


@router.get("/termine/{run_meeting_id}")
async def edit_date(request: Request, visitor: Writer, run_id: UUID, run_meeting_id: UUID) -> Response:
    """The form with what is recorded, and the way to cancel it."""
    return await date_page(request, visitor, run_id, run_meeting_id)


async def date_page(
    request: Request, visitor: Visitor, run_id: UUID, key: UUID, *, cancel: Form | None = None, status: int = 200
) -> Response:
    """The page of a date that stands."""
    plan, item = await stored(request, visitor, run_id, key)
    context: dict[str, Any] = {"cancel": cancel or because("Grund der Absage"), "item": item, "plan": plan}
    form = date_form(plan, str(key), item)
    return render(request, TEMPLATE, visitor, status, form=form, title=CHANGED, old=None, **context)


async def stored(request: Request, visitor: Visitor, run_id: UUID, key: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan of a run and one of its dates. Raises Problem 404."""
    plan = await plan_of(request, visitor, run_id)
    for one in plan["meetings"]:
        if one["run_meeting_id"] == str(key):
            return plan, one
    raise Problem(404, "Diesen Termin gibt es in dem Durchgang nicht.")


@router.post("/termine/neu")
async def save_date(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Save a date, new or changed; a repeated or double save changes nothing."""
    data = await read_form(request, visitor)
    plan = await plan_of(request, visitor, run_id)
    form = date_form(plan, new_id()).filled(data)

    async def work(filled: Form) -> str:
        key = read_id(filled.hidden["run_meeting_id"])
        await ask(request, visitor, "PUT", f"/{run_id}/meetings/{key}", json=date_body(filled))
        return f"/durchgaenge/{run_id}?erledigt=1"

    context: dict[str, Any] = {"title": CHANGED if form.hidden["revision"] else NEW, "plan": plan, "old": None}
    return await save(request, visitor, form, TEMPLATE, work, **context)


@router.post("/termine/{run_meeting_id}/absagen")
async def cancel_date(request: Request, visitor: Writer, run_id: UUID, run_meeting_id: UUID) -> Response:
    """Cancel a date with a reason; after that a substitute may be planned (IKO-14)."""
    form = because("Grund der Absage").filled(await read_form(request, visitor))
    try:
        body = {"reason": form.text("reason")}
        await ask(request, visitor, "POST", f"/{run_id}/meetings/{run_meeting_id}/cancel", json=body)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        refused = form.refused(problem)
        return await date_page(request, visitor, run_id, run_meeting_id, cancel=refused, status=problem.status)
    return RedirectResponse(f"/durchgaenge/{run_id}?erledigt=2", 303)


@router.get("/vorschlag")
async def proposal(request: Request, visitor: Writer, run_id: UUID, ab: Code = "") -> Response:
    """Dates from the rules of the programme, for what the plan still lacks."""
    plan = await plan_of(request, visitor, run_id)
    first = max(plan["run"]["starts_on"], clock.today().isoformat())
    form = Form((Field("ab", "Frühestens ab", "date", "TT.MM.JJJJ"),)).with_values({"ab": first})
    found: dict[str, Any] = {"items": [], "land": "", "school_holidays_known": True}
    try:
        if ab:
            form = form.with_values({"ab": ab})
            first = read_day(ab, "ab", "Frühestens ab").isoformat()
        found = await ask(request, visitor, "GET", f"/{run_id}/proposal", params={"first": first})
    except Problem as problem:
        if problem.status != 422:
            raise
        form = form.refused(Problem(422, problem.detail))
    shown = [one | {"when": when(one)} for one in found["items"]]
    context = {"plan": plan, "form": form, "found": found, "items": shown, "words": WORDS}
    return render(request, "run_proposal.html", visitor, 422 if form.errors else 200, **context)


@router.post("/vorschlag")
async def take_over(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Take the ticked dates over, as they were shown."""
    data = await read_form(request, visitor)
    ticked = [str(value).split("|") for value in data.getlist("date")]
    names = ("run_meeting_id", "step", "starts_at", "ends_at")
    meetings = [dict(zip(names, one, strict=False)) for one in ticked if len(one) == len(names)]
    if meetings:
        await ask(request, visitor, "PUT", f"/{run_id}/proposal", json={"meetings": meetings})
    return RedirectResponse(f"/durchgaenge/{run_id}?erledigt={'6' if meetings else ''}", 303)
