"""Help plan, documents and handover on a case's page: their forms, and what their sections show."""

import asyncio
from typing import Any

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.account_names import colleagues
from services.gateway.forms import Field, Form, terms
from services.gateway.pages.offices import own_offices
from services.gateway.pages.records import new_id
from shared import clock
from shared.vocabulary.cases import DocumentState, HandoverState, StepBy, StepState

Case = dict[str, Any]
NOBODY = ("", "niemand")
OFFICE = "office:"
"""Begins the choice of an office among the choices of receivers."""


def aim_form(case: Case) -> Form:
    """What the help plan is for."""
    field = Field("aim", "Ziel", hint="Was soll erreicht sein, wenn der Fall endet?", optional=True)
    return Form((field,), {"revision": str(case["revision"])}).with_values({"aim": case["aim"]})


def step_form(step: dict[str, Any] | None = None) -> Form:
    """A step of the help plan: a new one, or one that is changed."""
    fields = (
        Field("title", "Schritt", hint="Zum Beispiel: Zeugnisse übersetzen lassen"),
        Field("due", "Fällig am", "date", "Zum Beispiel 01.12.2026", optional=True),
        Field("by", "Wer", "select", options=terms(StepBy)),
    )
    if step is None:
        hidden = {"step_id": new_id(), "step_revision": "", "state": StepState.OPEN.value}
        return Form(fields, hidden).with_values({"by": StepBy.OFFICE.value})
    hidden = {"step_id": step["step_id"], "step_revision": str(step["revision"]), "state": step["state"]}
    return Form(fields, hidden).with_values(step)


def document_form() -> Form:
    """Another line of the checklist."""
    fields = (
        Field("name", "Unterlage", hint="Nur der Name; hier wird keine Datei gespeichert"),
        Field("state", "Stand", "select", options=terms(DocumentState)),
    )
    return Form(fields, {"document_id": new_id()}).with_values({"state": DocumentState.MISSING.value})


def handover_form(receivers: list[tuple[str, str]]) -> Form:
    """The offer of a case."""
    fields = (
        Field("to", "An wen", "select", options=[("", "bitte wählen"), *receivers]),
        Field("note", "Hinweis für die Übernahme", hint="Sieht nur, wer den Fall angeboten bekommt", optional=True),
    )
    return Form(fields, {"handover_id": new_id()})


async def receivers(request: Request, visitor: Visitor, case: Case) -> list[tuple[str, str]]:
    """Colleagues of the carrier, then its offices: a case of a closed circle goes to no office."""
    closed = case["protected"] or case["programme_line"] == "migration_service"
    known, (offices, _own) = await asyncio.gather(colleagues_of(request, visitor), own_offices(request, visitor))
    found = [(subject, name) for subject, name in known.items() if subject != case["owner"]]
    return found + ([] if closed else [(OFFICE + code, f"Beratungsstelle {name}") for code, name in offices])


async def colleagues_of(request: Request, visitor: Visitor) -> dict[str, str]:
    """Names of the others who counsel at the visitor's carrier, by subject."""
    async with request.app.state.sessions() as session:
        return await colleagues(session, visitor.principal, clock.now())


async def plan(_request: Request, _visitor: Visitor, case: Case) -> dict[str, Any]:
    """The help plan."""
    return {"aim": aim_form(case), "step": step_form()}


async def documents(_request: Request, _visitor: Visitor, case: Case) -> dict[str, Any]:
    """The checklist."""
    return {"form": document_form(), "states": terms(DocumentState), "items": case["documents"]}


async def handover(request: Request, visitor: Visitor, case: Case) -> dict[str, Any] | None:
    """The offer that waits, or the form to make one."""
    offered = [one for one in case["handovers"] if one["state"] == HandoverState.OFFERED.value]
    choices = await receivers(request, visitor, case)
    mine = bool(offered) and offers_to(visitor, offered[0])
    return {"offered": offered[0] if offered else None, "form": handover_form(choices), "mine": mine}


def offers_to(visitor: Visitor, offer: dict[str, Any]) -> bool:
    """Whether the visitor may accept an offer."""
    who = visitor.principal
    office = str(who.office_id) if who.office_id else None
    return who.subject == offer["to_subject"] or (office is not None and office == offer["to_office"])
