"""Page of trainers: who of a run may get which certificate; issued, printed and withdrawn (IKO-27)."""

import asyncio
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.certificate_paper import certificates_pdf, extent
from services.gateway.forms import Field, Form, read_id, terms
from services.gateway.pages.records import REASON, new_id, upstreams
from services.gateway.rendering import render
from shared.problems import FieldProblem, Problem, invalid
from shared.security import allowed
from shared.vocabulary import RunState
from shared.vocabulary.certificates import CertificateKind

router = APIRouter(prefix="/durchgaenge/{run_id}/bescheinigungen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("runs:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("runs:write"))]
Count = Annotated[int | None, Query(ge=0, le=1_000_000)]
CHOOSE = ("", "bitte wählen")
PARTICIPANT, REGISTRATION = "teilnahme", "anmeldung"
KINDS = {kind.value: kind.de for kind in CertificateKind}
DATA_KEPT = (403, 404)


def key_of(one: dict[str, Any]) -> str:
    """Whom an option of the form names."""
    if one["participant_id"]:
        return f"{PARTICIPANT}:{one['participant_id']}"
    return f"{REGISTRATION}:{one['registration_id']}"


def name_of(one: dict[str, Any]) -> str:
    """How an option is called: a person by name, a registration as what it is."""
    if one["participant_id"]:
        return str(one["name"])
    return f"{'Haus' if CertificateKind.HOUSE in one['kinds'] else 'Anmeldung'}: {one['name']}"


def issue_form(candidates: list[dict[str, Any]]) -> Form:
    """Who gets what; how it is printed, and why although something is missing, if need be."""
    people = [(key_of(one), name_of(one)) for one in candidates]
    hint = "Nur wenn der Name anders geschrieben wird, als er angemeldet ist"
    why = "Nur wenn Anwesenheit oder Abschluss nicht erfasst sind; bleibt im Netzwerk"
    return Form(
        (
            Field("holder", "Für wen", "select", options=[CHOOSE, *people]),
            Field("kind", "Art", "select", options=[CHOOSE, *terms(CertificateKind)]),
            Field("name", "Name auf der Bescheinigung", hint=hint, optional=True),
            Field("exception", "Begründung der Ausnahme", hint=why, optional=True),
        ),
        {"certificate_id": new_id()},
    )


def body_of(form: Form) -> dict[str, Any]:
    """What the form asks of registration. Raises Problem 422 for what was not chosen."""
    wrong = [entry for entry in form.fields[:2] if not entry.value or entry.value not in dict(entry.options)]
    if wrong:
        remedy = "Bitte aus der Liste wählen."
        raise invalid(*(FieldProblem(one.name, one.value[:40], f"„{one.label}“ fehlt.", remedy) for one in wrong))
    whose, _, key = form.text("holder").partition(":")
    given = {name: form.text(name) for name in ("name", "exception") if form.text(name)}
    return {"kind": form.text("kind"), f"{'participant' if whose == PARTICIPANT else 'registration'}_id": key} | given


def for_all(found: dict[str, Any]) -> list[dict[str, Any]]:
    """For each kind: how many would get it now, and how many have it."""
    had, rows = had_of(found), []
    for kind, title in KINDS.items():
        ready = [one for one in found["candidates"] if kind in one["for_all"]]
        new = [one for one in ready if (kind, one["participant_id"] or one["registration_id"]) not in had]
        rows.append({"kind": kind, "title": title, "new": len(new), "had": sum(of == kind for of, _ in had)})
    return rows


def had_of(found: dict[str, Any]) -> set[tuple[str, str]]:
    """Who has which kind."""
    return {(one["kind"], one["participant_id"] or one["registration_id"]) for one in in_force(found)}


def in_force(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Certificates that stand."""
    return [one for one in found["items"] if not one["withdrawn"]]


async def found_of(request: Request, visitor: Visitor, run_id: UUID) -> dict[str, Any]:
    """The run with its certificates. Raises Problem 404."""
    services, path = upstreams(request), f"/api/v1/runs/{run_id}"
    run = await services.call(visitor.principal, "registration", "GET", path)
    found = await services.call(visitor.principal, "registration", "GET", f"{path}/certificates")
    return {**found, "run": run}


def shown(
    request: Request, visitor: Visitor, found: dict[str, Any], form: Form | None = None, status: int = 200, **more: Any
) -> Response:
    """The page; `form` is one that was refused, `withdrawing` a withdrawal that was."""
    context = {"done": "", "counts": (0, 0, 0), "withdrawing": None} | more
    return render(
        request,
        "certificates.html",
        visitor,
        status,
        form=form or issue_form(found["candidates"]),
        rows=for_all(found),
        standing=in_force(found),
        had=had_of(found),
        kinds=KINDS,
        extent=extent,
        cancelled=found["run"]["state"] == RunState.CANCELLED,
        may_write=allowed(visitor.principal, "runs:write"),
        **found,
        **context,
    )


@router.get("")
async def list_certificates(
    request: Request,
    visitor: Reader,
    run_id: UUID,
    getan: Annotated[str, Query(max_length=20)] = "",
    neu: Count = 0,
    schon: Count = 0,
    ohne: Count = 0,
) -> Response:
    """Who may get what, and what was issued."""
    return shown(request, visitor, await found_of(request, visitor, run_id), done=getan, counts=(neu, schon, ohne))


@router.post("")
async def issue(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Issue one; a refused form keeps what was typed."""
    data = await read_form(request, visitor)
    found = await found_of(request, visitor, run_id)
    form = issue_form(found["candidates"])
    try:
        form = form.filled(data)
        path = f"/api/v1/runs/{run_id}/certificates/{read_id(form.hidden['certificate_id'])}"
        await upstreams(request).call(visitor.principal, "registration", "PUT", path, json=body_of(form))
    except Problem as problem:
        return refused(request, visitor, found, form.refused(problem), problem)
    return RedirectResponse(f"{here(run_id)}?getan=ausgestellt&neu=1", 303)


@router.post("/alle")
async def issue_all(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Issue a kind to all to whom nothing is missing for it."""
    body = {"kind": str((await read_form(request, visitor)).get("kind", ""))}
    path = f"/api/v1/runs/{run_id}/certificates"
    try:
        done = await upstreams(request).call(visitor.principal, "registration", "POST", path, json=body)
    except Problem as problem:
        found = await found_of(request, visitor, run_id)
        return refused(request, visitor, found, issue_form(found["candidates"]).refused(problem), problem)
    counted = f"neu={done['issued']}&schon={done['already']}&ohne={done['left_out']}"
    return RedirectResponse(f"{here(run_id)}?getan=ausgestellt&{counted}", 303)


@router.post("/drucken")
async def print_all(request: Request, visitor: Reader, run_id: UUID) -> Response:
    """One certificate (`certificate_id`), or all in force, as one PDF."""
    chosen = str((await read_form(request, visitor)).get("certificate_id", ""))
    settings, path = request.app.state.settings, f"/api/v1/runs/{run_id}/certificates/print"
    try:
        body = {"certificate_ids": [str(read_id(chosen))] if chosen else []}
        found = await upstreams(request).call(visitor.principal, "registration", "POST", path, json=body)
        names = settings.base_url, settings.network_name
        drawn = partial(certificates_pdf, found["items"], *names, synthetic=settings.synthetic)
        pdf = await asyncio.to_thread(drawn)
    except Problem as problem:
        all_of_run = await found_of(request, visitor, run_id)
        return refused(request, visitor, all_of_run, issue_form(all_of_run["candidates"]).refused(problem), problem)
    name = "bescheinigung.pdf" if chosen else "bescheinigungen.pdf"
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@router.post("/{certificate_id}/zurueckziehen")
async def withdraw(request: Request, visitor: Writer, run_id: UUID, certificate_id: UUID) -> Response:
    """Withdraw one for good, with the reason; without a reason the page comes back."""
    data = await read_form(request, visitor)
    typed = str(data.get(REASON.name, ""))
    path = f"/api/v1/runs/{run_id}/certificates/{certificate_id}/withdraw"
    try:
        await upstreams(request).call(visitor.principal, "registration", "POST", path, json={"reason": typed})
    except Problem as problem:
        found = await found_of(request, visitor, run_id)
        withdrawing = {"certificate_id": str(certificate_id), "reason": typed}
        form = issue_form(found["candidates"]).refused(Problem(problem.status, problem.detail))
        return refused(request, visitor, found, form, problem, withdrawing=withdrawing)
    return RedirectResponse(f"{here(run_id)}?getan=zurueckgezogen", 303)


def here(run_id: UUID) -> str:
    """The address of the page."""
    return f"/durchgaenge/{run_id}/bescheinigungen"


def refused(
    request: Request, visitor: Visitor, found: dict[str, Any], form: Form, problem: Problem, **more: Any
) -> Response:
    """The page with a refusal; what the visitor may not do or see stays a page of its own."""
    if problem.status in DATA_KEPT:
        raise problem
    return shown(request, visitor, found, form, problem.status, **more)
