"""Pages of trainers: who is registered for a run, in which order and why, and what can be done about it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.booking_form import when
from services.gateway.forms import Form
from services.gateway.pages.records import new_id, upstreams
from services.gateway.registration_form import body_of, people_of, registration_form, shown
from services.gateway.rendering import render
from shared import clock
from shared.clock import BERLIN
from shared.problems import Problem
from shared.vocabulary import MailState, RunState
from shared.vocabulary.runs import DecisionReason, RegistrationMail, RegistrationState, TeamFunction

router = APIRouter(prefix="/durchgaenge/{run_id}/anmeldungen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("runs:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("runs:write"))]
Code = Annotated[str, Query(max_length=12)]
STATES = {str(term): term.de for term in RegistrationState}
REASONS = {str(term): term.de for term in DecisionReason}
FUNCTIONS = {str(term): term.de for term in TeamFunction}
MAILS = {str(term): term.de for kind in (RegistrationMail, MailState) for term in kind}
DONE = {
    "neu": "Anmeldung gespeichert",
    "oeffnen": "Anmeldung geöffnet",
    "entscheiden": "Entschieden",
    "zurueckziehen": "Anmeldung zurückgezogen",
    "vorziehen": "Anmeldung vorgezogen",
}
OF_RUN = {"oeffnen": "open", "entscheiden": "decide"}
OF_ONE = {"zurueckziehen": "withdraw", "vorziehen": "move"}
UNDECIDED = (RunState.ANNOUNCED, RunState.REGISTRATION_OPEN, RunState.REGISTRATION_CLOSED)
NO_PAGE = "Diese Seite gibt es nicht. Bitte prüfen Sie die Adresse."


def exactly(instant: str) -> str:
    """The time of an instant to the microsecond, which ranks."""
    return f"{datetime.fromisoformat(instant).astimezone(BERLIN):%H:%M:%S,%f}"


def announced(run: dict[str, Any]) -> bool:
    """Whether the registration for a run is still to be opened; the service notes that it has been a little later."""
    opens = run["opens_at"] and datetime.fromisoformat(run["opens_at"])
    return run["state"] == RunState.ANNOUNCED and not (opens and opens <= clock.now())


async def run_of(request: Request, visitor: Visitor, run_id: UUID) -> dict[str, Any]:
    """A run with who registers for it. Raises Problem 404."""
    call, who = upstreams(request).call, visitor.principal
    run: dict[str, Any] = await call(who, "registration", "GET", f"/api/v1/runs/{run_id}")
    known = {one["programme"]: one for one in await call(who, "registration", "GET", "/api/v1/programmes")}
    programme = known.get(run["programme"], {"unit": "person", "team": (1, 1)})
    least, most = programme["team"]
    return run | {"team": programme["unit"] == "team", "least": least, "most": most}


@router.get("")
async def list_registrations(request: Request, visitor: Reader, run_id: UUID, erledigt: Code = "") -> Response:
    """Registrations in their order, each with its reason."""
    return await list_page(request, visitor, run_id, done=DONE.get(erledigt, ""))


async def list_page(
    request: Request, visitor: Visitor, run_id: UUID, status: int = 200, *, done: str = "", refusal: Any = None
) -> Response:
    """The page; `refusal` is what was refused: (registration or none, problem, reason typed)."""
    run = await run_of(request, visitor, run_id)
    path = f"/api/v1/runs/{run_id}/registrations"
    found = await upstreams(request).call(visitor.principal, "registration", "GET", path)
    words: dict[str, Any] = {"states": STATES, "reasons": REASONS, "functions": FUNCTIONS, "mail_words": MAILS}
    words |= {"when": lambda at: when(at, "short"), "run_state": RunState(run["state"]).de, "exactly": exactly}
    context = {"run": run, "items": found["items"], "protocol": found["protocol"], "done": done, "refusal": refusal}
    context |= {"undecided": run["state"] in UNDECIDED, "announced": announced(run)}
    writes = visitor.principal.role == "trainer"
    return render(request, "registrations.html", visitor, status, writes=writes, **words, **context)


@router.get("/neu")
async def new(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """An empty form, for somebody at the telephone or with a letter."""
    run = await run_of(request, visitor, run_id)
    return form_page(request, visitor, run, registration_form(run, new_id(), staff=True))


def form_page(request: Request, visitor: Visitor, run: dict[str, Any], form: Form, status: int = 200) -> Response:
    """The page of the form."""
    people = range(1, people_of(run) + 1)
    return render(request, "registration_form.html", visitor, status, run=run, form=form, people=people)


@router.post("/neu")
async def add(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Register somebody; what is refused comes back with all that was typed."""
    data = await read_form(request, visitor)
    run = await run_of(request, visitor, run_id)
    form = registration_form(run, new_id(), staff=True).filled(data)
    path = f"/api/v1/runs/{run_id}/registrations/{form.hidden['registration_id']}"
    try:
        body = body_of(form, run, staff=True)
        await upstreams(request).call(visitor.principal, "registration", "PUT", path, json=body)
    except Problem as problem:
        status = problem.status if problem.status in (404, 409, 422, 503) else 422
        return form_page(request, visitor, run, shown(form, run, problem), status)
    return RedirectResponse(f"/durchgaenge/{run_id}/anmeldungen?erledigt=neu", 303)


@router.post("/{act}")
async def act_on_run(request: Request, visitor: Writer, run_id: UUID, act: str) -> Response:
    """Open the registration, or decide."""
    await read_form(request, visitor)
    if act not in OF_RUN:
        raise Problem(404, NO_PAGE)
    return await do(request, visitor, run_id, act, f"{OF_RUN[act]}", None)


@router.post("/{registration_id}/{act}")
async def act_on_registration(
    request: Request, visitor: Writer, run_id: UUID, registration_id: UUID, act: str
) -> Response:
    """Withdraw a registration, or put it before all others with a reason."""
    data = await read_form(request, visitor)
    if act not in OF_ONE:
        raise Problem(404, NO_PAGE)
    body = {"reason": str(data.get("reason", "")).strip()} if act == "vorziehen" else None
    return await do(request, visitor, run_id, act, f"registrations/{registration_id}/{OF_ONE[act]}", body)


async def do(
    request: Request, visitor: Visitor, run_id: UUID, act: str, path: str, body: dict[str, str] | None
) -> Response:
    """Do it and come back; a refusal is told on the page, with the reason that was typed."""
    try:
        await upstreams(request).call(
            visitor.principal, "registration", "POST", f"/api/v1/runs/{run_id}/{path}", json=body
        )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        refusal = {"path": path, "text": problem.detail, "reason": (body or {}).get("reason", "")}
        return await list_page(request, visitor, run_id, problem.status, refusal=refusal)
    return RedirectResponse(f"/durchgaenge/{run_id}/anmeldungen?erledigt={act}", 303)
