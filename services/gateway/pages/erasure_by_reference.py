"""Page *Löschen nach Aktenzeichen*: for somebody whom only a carrier's old list knows, and nobody has registered.

The coordinator types what the carrier calls her; it stands in no address, no event and no log, and is not kept.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id
from services.gateway.pages.offices import carriers
from services.gateway.pages.records import upstreams
from services.gateway.pages.rights import REASONS, TYPED, WORD
from services.gateway.rendering import render
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(prefix="/loeschung", include_in_schema=False)

Eraser = Annotated[Visitor, Depends(SignedIn("references:erase"))]
Count = Annotated[int | None, Query(ge=0)]
API = "/api/v1/references/erase"
HINT = "Genau so, wie sie in der Spalte person_ref der importierten Listen steht."
HALF = "Teilnahmen sind gelöscht, Beratungen noch nicht: Der Dienst ist gerade nicht erreichbar."
AGAIN = "Bitte später noch einmal absenden; doppelt schadet nicht."


async def asked(request: Request, visitor: Visitor) -> Form:
    """The form: whose list, what she is called there, why, and a word to type."""
    own = await carriers(request, visitor)
    fields = (
        Field("carrier_id", "Träger, dessen Liste es ist", "select", options=[("", "Bitte wählen"), *own]),
        Field("person_ref", "Kennung der Person in dieser Liste (Aktenzeichen)", hint=HINT),
        Field("reason", "Warum wird gelöscht?", "radio", options=REASONS),
        TYPED,
    )
    return Form(fields)


@router.get("")
async def page(request: Request, visitor: Eraser, beratungen: Count = None, teilnahmen: Count = None) -> Response:
    """What goes, what stays, and the form; after an erasure how many records nothing leads from any more."""
    done = None if beratungen is None else (beratungen, teilnahmen or 0)
    return render(request, "reference_erase.html", visitor, form=await asked(request, visitor), done=done)


@router.post("")
async def erase(request: Request, visitor: Eraser) -> Response:
    """Erase for good; what is refused comes back with all that was typed."""
    data = await read_form(request, visitor)
    form = (await asked(request, visitor)).filled(data)
    try:
        if wrong := problems(form):
            raise invalid(*wrong)
        gone = await erased(request, visitor, form)
    except Problem as problem:
        refused = form.refused(problem)
        return render(request, "reference_erase.html", visitor, problem.status, form=refused, done=None)
    return RedirectResponse(f"{router.prefix}?beratungen={gone[0]}&teilnahmen={gone[1]}", 303)


def problems(form: Form) -> list[FieldProblem]:
    """What is missing of the form."""
    missing = {
        "carrier_id": ("Der Träger fehlt.", "Bitte einen Träger wählen."),
        "person_ref": ("Die Kennung fehlt.", "Bitte schreiben Sie sie wie in der Liste."),
        "reason": ("Der Grund fehlt.", "Bitte einen Grund wählen."),
    }
    found = [FieldProblem(name, None, *words) for name, words in missing.items() if not form.text(name)]
    if form.text("word").upper() != WORD:
        found.append(FieldProblem("word", None, f"Das Wort {WORD} fehlt.", "Bitte schreiben Sie es ganz."))
    return found


async def erased(request: Request, visitor: Visitor, form: Form) -> tuple[int, int]:
    """Erase in both services; how many sessions and participations. Registration first: it keeps the journal.

    Raises Problem; 503 where only the half is done, which the form says.
    """
    body = {"carrier_id": str(read_id(form.text("carrier_id"))), "person_ref": form.text("person_ref")}
    services, who = upstreams(request), visitor.principal
    reason = {"reason": form.text("reason")}
    participations = await services.call(who, "registration", "POST", API, json=body | reason)
    try:
        sessions = await services.call(who, "counselling", "POST", API, json=body)
    except Problem:
        raise Problem(503, f"{HALF} {AGAIN}") from None
    return int(sessions["erased"]), int(participations["erased"])
