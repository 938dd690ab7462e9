"""*Nachfragen*: what MUT IQ asked networks about findings; answered there, closed or asked once more at the centre."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.forms import Field, Form, german, read_day, read_month, terms
from services.gateway.languages import _
from services.gateway.pages import finding_words as words
from services.gateway.pages.asking import catalogue, note_use
from services.gateway.pages.quality import FOLLOW_UPS
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared import clock
from shared.problems import FieldProblem, Problem, invalid
from shared.security import allowed
from shared.vocabulary.quality import FollowUpChoice, KnownCause, ReopenReason

router = APIRouter(prefix="/qualitaet/nachfragen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(WithPurpose("quality:read"))]
Asker = Annotated[Visitor, Depends(SignedIn("follow_ups:ask"))]
Answerer = Annotated[Visitor, Depends(SignedIn("follow_ups:answer"))]
WEEKS = timedelta(weeks=2)
DONE = {
    "gefragt": "Die Nachfrage ist auf dem Weg zum Netzwerk. Ist es gerade nicht erreichbar, kommt sie später an.",
    "beantwortet": "Ihre Antwort ist gespeichert; MUT IQ sieht sie, sobald die Verbindung steht.",
    "geschlossen": "Die Nachfrage ist geschlossen.",
    "erneut": "Die Nachfrage ist erneut gestellt.",
}


@router.get("")
async def follow_ups(
    request: Request,
    visitor: Reader,
    nachfrage: Annotated[str, Query(max_length=36)] = "",
    getan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """All follow-ups, overdue ones first; one that is named with what may be done about it."""
    return await list_page(request, visitor, nachfrage, done=DONE.get(getan, ""))


async def list_page(
    request: Request, visitor: Visitor, key: str = "", *, form: Form | None = None, status: int = 200, done: str = ""
) -> Response:
    """The page; `form`: what was typed and refused for the follow-up `key`."""
    await note_use(request, visitor)
    call = upstreams(request).call(visitor.principal, "reporting", "GET", FOLLOW_UPS)
    found, sheets = await asyncio.gather(call, catalogue(request, visitor))
    items = [words.follow_up(item, sheets) for item in found["items"]]
    target = next((item for item in items if item["key"] == key), None)
    asks, answers = (allowed(visitor.principal, f"follow_ups:{act}") for act in ("ask", "answer"))
    offered = form_of(target, asks=asks, answers=answers) if target else None
    if form and not form.fields and offered:  # a button was refused
        form = replace(offered, general=form.general)
    context: dict[str, Any] = {
        "items": items,
        "target": target,
        "form": form or offered,
        "asks": asks,
        "answers": answers,
        "done": done,
    }
    return render(request, "follow_ups.html", visitor, status, **context)


def form_of(item: dict[str, Any], *, asks: bool, answers: bool) -> Form | None:
    """What may be done about a follow-up: answered where it is open, asked once more where it is not."""
    if answers and item["state"] == "open":
        return answer_form(item["asked"])
    return reopen_form(item["revision"]) if asks and item["state"] != "open" else None


def answer_form(asked: int | str) -> Form:
    """The answer: a choice from a list, and the cause, day or month that goes with it."""
    causes = [("", "–"), *terms(KnownCause)]
    fields = (
        Field("choice", _("Antwort"), "radio", options=terms(FollowUpChoice)),
        Field("cause", _("Grund"), "select", _("Nur zu „Hat einen bekannten Grund“"), causes, optional=True),
        Field("until", _("Berichtigt bis"), "date", _("Nur zu „Wird berichtigt“, TT.MM.JJJJ"), optional=True),
        Field("month", _("Monat"), hint=_("Wenn die Antwort einen anderen Monat betrifft, MM/JJJJ"), optional=True),
    )
    return Form(fields, {"asked_revision": str(asked)})


def reopen_form(revision: int | str) -> Form:
    """Asked once more: a reason from a list, and a new day."""
    due = german((clock.today() + WEEKS).isoformat())
    fields = (
        Field("reason", _("Grund"), "radio", options=terms(ReopenReason)),
        Field("due_on", _("Antwort erbeten bis"), "date", value=due),
    )
    return Form(fields, {"revision": str(revision)})


@router.post("/{key}/antwort")
async def answer(request: Request, visitor: Answerer, key: UUID) -> Response:
    """Answer for the own network."""
    form = answer_form("").filled(await read_form(request, visitor))

    async def work() -> str:
        until, month = form.text("until"), form.text("month")
        body = {
            "asked": int(form.hidden["asked_revision"] or 0),
            "choice": chosen(form, "choice", _("Antwort")),
            "cause": form.text("cause") or None,
            "until": read_day(until, "until", _("Berichtigt bis")).isoformat() if until else None,
            "month": read_month(month, "month", _("Monat")) or None,
        }
        await send(request, visitor, key, "answer", body)
        return "beantwortet"

    return await acted(request, visitor, key, form, work)


@router.post("/{key}/oeffnen")
async def reopen(request: Request, visitor: Asker, key: UUID) -> Response:
    """Ask once more, with a reason."""
    form = reopen_form("").filled(await read_form(request, visitor))

    async def work() -> str:
        due = read_day(form.text("due_on"), "due_on", _("Antwort erbeten bis"))
        reason = chosen(form, "reason", _("Grund"))
        body = {"revision": int(form.hidden["revision"] or 0), "reason": reason, "due_on": due.isoformat()}
        await send(request, visitor, key, "reopen", body)
        return "erneut"

    return await acted(request, visitor, key, form, work)


@router.post("/{key}/schliessen")
async def close(request: Request, visitor: Asker, key: UUID) -> Response:
    """Close it."""
    form = Form((), {"revision": ""}).filled(await read_form(request, visitor))

    async def work() -> str:
        await send(request, visitor, key, "close", {"revision": int(form.hidden["revision"] or 0)})
        return "geschlossen"

    return await acted(request, visitor, key, form, work)


def chosen(form: Form, name: str, label: str) -> str:
    """What was chosen. Raises Problem 422 where nothing was."""
    if value := form.text(name):
        return value
    problem = _("„{label}“ fehlt.").format(label=label)
    raise invalid(FieldProblem(name, "", problem, _("Bitte wählen.")))


async def send(request: Request, visitor: Visitor, key: UUID, act: str, body: dict[str, Any]) -> None:
    """Do it. Raises Problem as reporting says."""
    path = f"{FOLLOW_UPS}/{key}/{act}"
    await upstreams(request).call(visitor.principal, "reporting", "POST", path, json=body)


async def acted(
    request: Request, visitor: Visitor, key: UUID, form: Form, work: Callable[[], Awaitable[str]]
) -> Response:
    """Do `work` and say so; a refusal shows the list as it is by now, with what was typed."""
    try:
        done = await work()
    except Problem as problem:
        if problem.status not in (404, 409, 422):
            raise
        return await list_page(request, visitor, str(key), form=form.refused(problem), status=problem.status)
    return RedirectResponse(f"/qualitaet/nachfragen?getan={done}", 303)
