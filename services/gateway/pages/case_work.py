"""What is done on a case's page: aim, steps, documents, offers; and the offers that wait for an answer."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import Visitor, read_form
from services.gateway.forms import Form, read_day, read_id
from services.gateway.pages.case_forms import OFFICE, aim_form, document_form, handover_form, receivers, step_form
from services.gateway.pages.cases import API, WORDS, Writer, account_names, case_page, fetch, stand
from services.gateway.pages.due import person_names
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared.problems import Problem

router = APIRouter(prefix="/faelle", include_in_schema=False)

# What is said, and where on the page.
PLAN, DOCUMENTS, OFFERED, TAKEN, KEPT = "1#hilfeplan", "1#unterlagen", "4#uebergabe", "5", "6#uebergabe"


async def done_or_shown(
    request: Request, visitor: Visitor, case_id: UUID, work: Awaitable[None], target: str, **typed: Form
) -> Response:
    """Do `work` and go to its `target` on the case's page; a refusal shows the form again, with what was typed."""
    try:
        await work
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        status = problem.status if problem.status in (409, 503) else 422
        forms = {name: form.refused(problem) for name, form in typed.items()}
        return await case_page(request, visitor, case_id, status, refused=forms)
    return RedirectResponse(f"/faelle/{case_id}?gespeichert={target}", 303)


async def put(request: Request, visitor: Visitor, path: str, body: dict[str, Any]) -> None:
    """Hand something of a case to counselling."""
    await upstreams(request).call(visitor.principal, "counselling", "PUT", f"{API}/{path}", json=body)


@router.post("/{case_id}/ziel")
async def save_aim(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Say what the help plan is for."""
    data = await read_form(request, visitor)
    form = aim_form({"aim": "", "revision": ""}).filled(data)
    body = {"aim": form.text("aim") or None} | stand(form.hidden["revision"])
    work = put(request, visitor, f"{case_id}/plan", body)
    return await done_or_shown(request, visitor, case_id, work, PLAN, aim=form)


@router.post("/{case_id}/schritte")
async def save_step(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Add a step, or change one."""
    form = step_form().filled(await read_form(request, visitor))

    async def work() -> None:
        body: dict[str, Any] = {"title": form.text("title"), "by": form.text("by"), "state": form.hidden["state"]}
        body["due"] = read_day(form.text("due"), "due", "Fällig am").isoformat() if form.text("due") else None
        body |= stand(form.hidden["step_revision"]) if form.hidden["step_revision"] else {}
        await put(request, visitor, f"{case_id}/steps/{read_id(form.hidden['step_id'])}", body)

    return await done_or_shown(request, visitor, case_id, work(), PLAN, step=form)


@router.post("/{case_id}/schritte/{step_id}")
async def move_step(request: Request, visitor: Writer, case_id: UUID, step_id: UUID) -> Response:
    """Say that a step is done, dropped or open again."""
    data = await read_form(request, visitor)
    step = one_of((await fetch(request, visitor, case_id))["steps"], "step_id", step_id)
    body = {name: step[name] for name in ("title", "due", "by")} | {"state": str(data.get("state", ""))}
    await put(request, visitor, f"{case_id}/steps/{step_id}", body | stand(str(data.get("revision", ""))))
    return RedirectResponse(f"/faelle/{case_id}?gespeichert={PLAN}", 303)


@router.post("/{case_id}/unterlagen")
async def save_document(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Add a line to the checklist."""
    form = document_form().filled(await read_form(request, visitor))
    body = {"name": form.text("name"), "state": form.text("state")}
    work = put(request, visitor, f"{case_id}/documents/{read_id(form.hidden['document_id'])}", body)
    return await done_or_shown(request, visitor, case_id, work, DOCUMENTS, document=form)


@router.post("/{case_id}/unterlagen/{document_id}")
async def move_document(request: Request, visitor: Writer, case_id: UUID, document_id: UUID) -> Response:
    """Say whether a document is there."""
    data = await read_form(request, visitor)
    found = one_of((await fetch(request, visitor, case_id))["documents"], "document_id", document_id)
    body = {"name": found["name"], "state": str(data.get("state", ""))} | stand(str(data.get("revision", "")))
    await put(request, visitor, f"{case_id}/documents/{document_id}", body)
    return RedirectResponse(f"/faelle/{case_id}?gespeichert={DOCUMENTS}", 303)


def one_of(items: list[dict[str, Any]], name: str, key: UUID) -> dict[str, Any]:
    """The item of a case with an id. Raises Problem 404."""
    found = next((item for item in items if item[name] == str(key)), None)
    if found is None:
        raise Problem(404, "Diesen Eintrag gibt es in diesem Fall nicht.")
    return found


@router.post("/{case_id}/uebergabe")
async def offer_case(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Offer the case to a colleague or an office."""
    data = await read_form(request, visitor)
    choices = await receivers(request, visitor, await fetch(request, visitor, case_id))
    form = handover_form(choices).filled(data)
    chosen = form.text("to") if form.text("to") in dict(choices) else ""
    to_office = chosen.startswith(OFFICE)
    body = {"office": chosen.removeprefix(OFFICE)} if to_office else {"to": chosen or None}
    work = put(
        request,
        visitor,
        f"{case_id}/handovers/{read_id(form.hidden['handover_id'])}",
        body | {"note": form.text("note") or None},
    )
    return await done_or_shown(request, visitor, case_id, work, OFFERED, handover=form)


@router.get("/uebergaben")
async def list_offers(request: Request, visitor: Writer) -> Response:
    """Cases that are offered to the visitor or her office."""
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", "/api/v1/handovers")
    items = found["items"]
    names, accounts = await asyncio.gather(
        person_names(request, visitor, items), account_names(request, [item["from_subject"] for item in items])
    )
    return render(request, "handovers.html", visitor, items=items, names=names, accounts=accounts, words=WORDS)


async def answer(request: Request, visitor: Visitor, handover_id: UUID, verb: str) -> dict[str, Any]:
    """Accept, reject or withdraw an offer. Raises the service's Problem, which says who was quicker."""
    await read_form(request, visitor)
    path = f"/api/v1/handovers/{handover_id}/{verb}"
    found: dict[str, Any] = await upstreams(request).call(visitor.principal, "counselling", "POST", path)
    return found


@router.post("/uebergaben/{handover_id}/annehmen")
async def accept_case(request: Request, visitor: Writer, handover_id: UUID) -> Response:
    """Take a case over."""
    found = await answer(request, visitor, handover_id, "accept")
    return RedirectResponse(f"/faelle/{found['case_id']}?gespeichert={TAKEN}", 303)


@router.post("/uebergaben/{handover_id}/ablehnen")
async def reject_case(request: Request, visitor: Writer, handover_id: UUID) -> Response:
    """Leave a case with the one who offers it."""
    await answer(request, visitor, handover_id, "reject")
    return RedirectResponse("/faelle/uebergaben", 303)


@router.post("/uebergaben/{handover_id}/zurueckziehen")
async def keep_case(request: Request, visitor: Writer, handover_id: UUID) -> Response:
    """Keep a case that was offered."""
    found = await answer(request, visitor, handover_id, "withdraw")
    return RedirectResponse(f"/faelle/{found['case_id']}?gespeichert={KEPT}", 303)
