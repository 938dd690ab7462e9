"""Pages for people without an account: runs of the network, the form for a team or a person, the link to it later.

What is typed is posted and stands in no address; the link shows how a registration stands and why, not who registered.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import open_forms
from services.gateway.access import check_origin
from services.gateway.booking_form import sent, when
from services.gateway.forms import Form
from services.gateway.languages import _, term_label
from services.gateway.pages.booking import address, ask
from services.gateway.pages.records import new_id
from services.gateway.registration_form import body_of, people_of, registration_form, shown
from services.gateway.rendering import render
from shared.problems import Problem
from shared.vocabulary import Programme, RunState
from shared.vocabulary.runs import RegistrationState

router = APIRouter(prefix="/anmeldung", include_in_schema=False)

Code = Annotated[str, Query(max_length=5)]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]
ACTS = {"zurueckziehen": "withdraw", "annehmen": "accept"}
OPEN = (RegistrationState.SUBMITTED, RegistrationState.ACCEPTED, RegistrationState.WAITING, RegistrationState.OFFERED)


def here(path: str, **query: Any) -> str:
    """An address of these pages that keeps the language."""
    return address(router.prefix, path, **query)


def page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page of these."""
    words = {"when": lambda at: when(at, "long"), "free": lambda run: run["programme"] == Programme.IKO}
    words |= {"state_of": lambda run: term_label(RunState(run["state"]))}
    return render(request, template, None, status, here=here, **words, **context)


@router.get("")
async def runs(request: Request) -> Response:
    """Runs that one may register for, now or later."""
    found = await ask(request, "GET", "runs")
    return page(request, "enrolment.html", runs=found["items"])


@router.get("/durchgang/{run_id}")
async def register_form(request: Request, run_id: UUID) -> Response:
    """What a run is, and the form while it is open."""
    run = await ask(request, "GET", f"runs/{run_id}")
    key = request.app.state.settings.signing_key.get_secret_value()
    return form_page(request, run, registration_form(run, new_id(), key))


def form_page(request: Request, run: dict[str, Any], form: Form, status: int = 200) -> Response:
    """The page of the form."""
    context = {"run": run, "form": form, "trap": open_forms.TRAP, "people": range(1, people_of(run) + 1)}
    return page(request, "enrolment_form.html", status, open=run["state"] == RunState.REGISTRATION_OPEN, **context)


@router.post("/durchgang/{run_id}")
async def register(request: Request, run_id: UUID) -> Response:
    """Register; the same form sent twice registers once, a refused one comes back with all that was typed."""
    check_origin(request)
    request.app.state.sendings.count(request)
    data = await request.form(max_fields=60)
    run = await ask(request, "GET", f"runs/{run_id}")
    key = request.app.state.settings.signing_key.get_secret_value()
    form = sent(registration_form(run, new_id(), key), data, key)
    try:
        body = body_of(form, run, tuple(open_forms.problems_of(data, key)))
        path = f"runs/{run_id}/registrations/{form.hidden['registration_id']}"
        token = (await ask(request, "PUT", path, json=body))["token"]
    except Problem as problem:
        status = problem.status if problem.status in (409, 422, 429, 503) else 422
        return form_page(request, run, shown(form, run, problem), status)
    return RedirectResponse(here(f"/{token}", neu="1"), 303)


@router.get("/{token}")
async def ticket(request: Request, token: Token, neu: Code = "") -> Response:
    """How a registration stands and why; a mail scanner that looks here changes nothing."""
    found = await ask(request, "POST", "registrations/ticket", json={"token": token})
    context = {"token": token, "found": found, "run": found["run"], "new": neu == "1"}
    context |= {"open": found["state"] in OPEN, "offered": found["state"] == RegistrationState.OFFERED}
    return page(request, "enrolment_ticket.html", **context)


@router.post("/{token}/{act}")
async def act(request: Request, token: Token, act: str) -> Response:
    """Withdraw a registration, or take or decline the place it is offered. Twice is once."""
    check_origin(request)
    request.app.state.sendings.count(request)
    if act not in ACTS:
        raise Problem(404, _("Diese Seite gibt es nicht. Bitte prüfen Sie die Adresse."))
    await ask(request, "POST", f"registrations/ticket/{ACTS[act]}", json={"token": token})
    return RedirectResponse(here(f"/{token}"), 303)
