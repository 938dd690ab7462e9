"""Pages of a date of a run: who was there, on a phone and without JavaScript, and the sheet to sign."""

import asyncio
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.gateway import attendance_form
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.attendance_paper import sheet_pdf
from services.gateway.forms import Form
from services.gateway.pages.records import save, upstreams
from services.gateway.rendering import render
from shared import clock
from shared.security import allowed

router = APIRouter(prefix="/durchgaenge/{run_id}/termine/{run_meeting_id}", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("runs:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("runs:write"))]
TEMPLATE = "attendance.html"


async def ask(request: Request, visitor: Visitor, method: str, path: str, **more: Any) -> dict[str, Any]:
    """Ask registration about a run. Raises Problem 403, 404, 409, 422, 503."""
    answer = upstreams(request).call(visitor.principal, "registration", method, f"/api/v1/runs/{path}", **more)
    found: dict[str, Any] = await answer
    return found


@router.get("/anwesenheit")
async def attendance(
    request: Request, visitor: Reader, run_id: UUID, run_meeting_id: UUID, gespeichert: str = ""
) -> Response:
    """The list of a date, what was noted of it, and what the run's feedback says."""
    found, context = await known(request, visitor, run_id, run_meeting_id)
    form = attendance_form.form_of(found)
    return render(request, TEMPLATE, visitor, form=form, saved=gespeichert == "1", **context)


async def known(
    request: Request, visitor: Visitor, run_id: UUID, run_meeting_id: UUID
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A date as registration tells it, and what its page needs beside the form."""
    found, said = await asyncio.gather(
        ask(request, visitor, "GET", f"{run_id}/meetings/{run_meeting_id}/attendance"),
        ask(request, visitor, "GET", f"{run_id}/feedback"),
    )
    context = {
        "found": found,
        "when": attendance_form.when(found),
        "here": f"/durchgaenge/{run_id}/termine/{run_meeting_id}",
        "state": attendance_form.state_of(found),
        "open": attendance_form.may_be_noted(found, clock.today()) and allowed(visitor.principal, "runs:write"),
        "writer": allowed(visitor.principal, "runs:write"),
        "feedback": said,
        "statements": attendance_form.statements(said),
        "link": f"{request.app.state.settings.base_url}/rueckmeldung/{said['token']}" if said["open"] else "",
    }
    return found, context


@router.post("/anwesenheit")
async def save_attendance(request: Request, visitor: Writer, run_id: UUID, run_meeting_id: UUID) -> Response:
    """Save who was there and what was handed in; a refused list comes back with all that was ticked."""
    data = await read_form(request, visitor)
    found, context = await known(request, visitor, run_id, run_meeting_id)
    form = attendance_form.form_of(found).filled(data)

    async def work(typed: Form) -> str:
        path, body = f"{run_id}/meetings/{run_meeting_id}/attendance", attendance_form.body_of(typed, found)
        await ask(request, visitor, "PUT", path, json=body)
        if entries := attendance_form.tasks_of(typed, found, clock.today()):
            await ask(request, visitor, "PUT", f"{run_id}/tasks", json={"entries": entries})
        return f"{context['here']}/anwesenheit?gespeichert=1"

    return await save(request, visitor, form, TEMPLATE, work, saved=False, **context)


@router.get("/anwesenheit/liste.pdf")
async def signature_sheet(request: Request, visitor: Reader, run_id: UUID, run_meeting_id: UUID) -> Response:
    """The sheet to sign at a date, with the names of those who have a place."""
    found = await ask(request, visitor, "GET", f"{run_id}/meetings/{run_meeting_id}/attendance")
    settings = request.app.state.settings
    drawn = partial(sheet_pdf, found, attendance_form.when(found), clock.today(), synthetic=settings.synthetic)
    headers = {"Content-Disposition": 'inline; filename="unterschriften.pdf"'}
    return Response(await asyncio.to_thread(drawn), media_type="application/pdf", headers=headers)


@router.post("/rueckmeldung")
async def open_feedback(request: Request, visitor: Writer, run_id: UUID, run_meeting_id: UUID) -> Response:
    """Open the anonymous feedback of the run, or close it."""
    data: FormData = await read_form(request, visitor)
    await ask(request, visitor, "PUT", f"{run_id}/feedback", json={"open": data.get("open") == "1"})
    return RedirectResponse(f"/durchgaenge/{run_id}/termine/{run_meeting_id}/anwesenheit#rueckmeldung", 303)
