"""Pages of runs of programmes: the list, one run with its plan, planned, changed and cancelled; rules let pass."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.rendering import render
from services.gateway.run_forms import run_body, run_form, typed, when
from shared import vocabulary as v
from shared.problems import Problem
from shared.security import allowed
from shared.vocabulary.runs import CoachingForm, Policy, RunMeetingState

router = APIRouter(prefix="/durchgaenge", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("plans:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("runs:write"))]
Coordinator = Annotated[Visitor, Depends(SignedIn("runs:override"))]
Rule = Annotated[str, Path(pattern=r"^[A-Z]{2,4}-[0-9]{2}$")]
API = "/api/v1/runs"
TEMPLATE, NEW, CHANGED = "run_form.html", "Neuer Durchgang", "Durchgang bearbeiten"
VOCABULARIES = (v.Programme, v.RunState, v.ProgrammeLine, v.Topic, Policy, CoachingForm, RunMeetingState)
WORDS = {vocabulary.__name__: {str(term): term.de for term in vocabulary} for vocabulary in VOCABULARIES}
STRENGTHS = {
    "hard": "muss behoben werden",
    "override": "nur mit Begründung der Koordination",
    "notice": "Hinweis",
}
DONE = {
    "1": "Gespeichert",
    "2": "Termin abgesagt",
    "3": "Durchgang abgesagt",
    "4": "Ausnahme mit Begründung gespeichert",
    "5": "Neuer Kalender-Link erzeugt",
    "6": "Termine übernommen",
    "7": "Durchgang abgeschlossen",
}
ENDED = ("cancelled", "completed")
CANCEL = "absagen"
"""What was refused, if it is no rule."""
Done = Annotated[str, Query(max_length=2)]


def because(label: str, hint: str = "Ohne Namen von Personen") -> Form:
    """The form of a reason."""
    return Form((Field("reason", label, hint=hint),))


async def ask(request: Request, visitor: Visitor, method: str, path: str, **more: Any) -> Any:
    """Ask registration about runs."""
    return await upstreams(request).call(visitor.principal, "registration", method, f"{API}{path}", **more)


async def programmes(request: Request, visitor: Visitor) -> list[dict[str, Any]]:
    """All programmes."""
    found: list[dict[str, Any]] = await upstreams(request).call(
        visitor.principal, "registration", "GET", "/api/v1/programmes"
    )
    return found


async def plan_of(request: Request, visitor: Visitor, run_id: UUID) -> dict[str, Any]:
    """The plan of a run. Raises Problem 404."""
    found: dict[str, Any] = await ask(request, visitor, "GET", f"/{run_id}/plan")
    return found


@router.get("")
async def list_runs(request: Request, visitor: Reader) -> Response:
    """Runs of the carrier; for the coordination those of the network, without names of people."""
    items = (await ask(request, visitor, "GET", ""))["items"]
    network = allowed(visitor.principal, "runs:override")
    writes = allowed(visitor.principal, "runs:write")
    return render(request, "runs.html", visitor, items=items, words=WORDS, network=network, writes=writes)


@router.get("/neu")
async def new_run(request: Request, visitor: Writer) -> Response:
    """The form, empty."""
    form = run_form(await programmes(request, visitor), new_id())
    return render(request, TEMPLATE, visitor, form=form, title=NEW, back="/durchgaenge")


@router.post("/neu")
async def save_run(request: Request, visitor: Writer) -> Response:
    """Save a run, new or changed; a repeated or double save changes nothing."""
    data = await read_form(request, visitor)
    form = run_form(await programmes(request, visitor), new_id()).filled(data)

    async def work(filled: Form) -> str:
        key = read_id(filled.hidden["run_id"])
        await ask(request, visitor, "PUT", f"/{key}", json=run_body(filled))
        return f"/durchgaenge/{key}?erledigt=1"

    changed = bool(form.hidden["revision"])
    back = f"/durchgaenge/{read_id(form.hidden['run_id'])}" if changed else "/durchgaenge"
    return await save(request, visitor, form, TEMPLATE, work, title=CHANGED if changed else NEW, back=back)


@router.get("/{run_id}")
async def show(request: Request, visitor: Reader, run_id: UUID, erledigt: Done = "") -> Response:
    """One run: facts, steps with their dates, what the plan touches."""
    return await page(request, visitor, run_id, done=DONE.get(erledigt, ""))


async def page(
    request: Request,
    visitor: Visitor,
    run_id: UUID,
    *,
    done: str = "",
    status: int = 200,
    refused: str = "",
    form: Form | None = None,
) -> Response:
    """The page of a run; `form` is the one that was refused, of the absence or of the rule that `refused` names."""
    plan = await plan_of(request, visitor, run_id)
    dates: dict[str, list[dict[str, Any]]] = {one["code"]: [] for one in plan["programme"]["steps"]}
    for one in plan["meetings"]:
        dates.setdefault(one["step"], []).append(one | {"when": when(one)})
    running = plan["run"]["state"] not in ENDED
    blank = {"cancel": because("Grund der Absage"), "override": because("Begründung"), "because": because("Begründung")}
    if form is not None:
        blank["cancel" if refused == CANCEL else "override"] = form
    context: dict[str, Any] = {"plan": plan, "run": plan["run"], "dates": dates, "words": WORDS, "typed": typed}
    context |= {"writes": running and allowed(visitor.principal, "runs:write"), "strengths": STRENGTHS}
    context |= {"names": allowed(visitor.principal, "runs:read"), "refused": refused, "done": done}
    context |= {"coordinates": allowed(visitor.principal, "runs:override")}
    context |= blank | {"base": request.app.state.settings.base_url}
    return render(request, "run.html", visitor, status, **context)


@router.get("/{run_id}/bearbeiten")
async def edit_run(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """The form with what is recorded."""
    item = (await plan_of(request, visitor, run_id))["run"]
    form = run_form(await programmes(request, visitor), str(run_id), item)
    return render(request, TEMPLATE, visitor, form=form, title=CHANGED, back=f"/durchgaenge/{run_id}")


async def with_reason(
    request: Request, visitor: Visitor, run_id: UUID, about: str, method: str, path: str
) -> Response | None:
    """Do what needs a reason; a refusal shows the page of the run with what was typed, `about` a rule or CANCEL."""
    form = because("Grund der Absage" if about == CANCEL else "Begründung").filled(await read_form(request, visitor))
    try:
        await ask(request, visitor, method, f"/{run_id}{path}", json={"reason": form.text("reason")})
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        shown = form.refused(problem)
        return await page(request, visitor, run_id, status=problem.status, refused=about, form=shown)
    return None


@router.post("/{run_id}/absagen")
async def cancel_run(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Cancel a run with a reason."""
    refused = await with_reason(request, visitor, run_id, CANCEL, "POST", "/cancel")
    return refused or RedirectResponse(f"/durchgaenge/{run_id}?erledigt=3", 303)


@router.post("/{run_id}/abschliessen")
async def complete_run(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Complete a run; what stands against it is said on its page."""
    await read_form(request, visitor)
    try:
        await ask(request, visitor, "POST", f"/{run_id}/complete")
    except Problem as problem:
        if problem.status != 409:
            raise
        return await page(request, visitor, run_id, status=409, form=Form(()).refused(problem))
    return RedirectResponse(f"/durchgaenge/{run_id}?erledigt=7", 303)


@router.post("/{run_id}/regeln/{rule}")
async def override(request: Request, visitor: Coordinator, run_id: UUID, rule: Rule) -> Response:
    """Let a soft rule pass with a reason."""
    refused = await with_reason(request, visitor, run_id, rule, "PUT", f"/overrides/{rule}")
    return refused or RedirectResponse(f"/durchgaenge/{run_id}?erledigt=4", 303)
