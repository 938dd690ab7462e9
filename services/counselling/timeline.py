"""One case with its timeline (Verlauf): sessions, and what every part of a case tells of itself."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases import store
from services.counselling.cases.api import CaseItem, ReadCases
from services.counselling.cases.entries import Entry, Tell
from services.counselling.cases.handover_api import Handover, shown
from services.counselling.cases.plan_api import Document, Step
from services.counselling.cases.rules import handover_state, is_set_up, proposes_case_management
from services.counselling.cases.tables import CaseRow, DocumentRow, HandoverRow, StepRow
from services.counselling.procedures.telling import timeline as procedures
from services.counselling.referrals import telling
from shared import clock
from shared.audit import readings
from shared.vocabulary import SessionType
from shared.vocabulary.cases import HandoverState

router = APIRouter(prefix="/api/v1/cases", route_class=readings.RefusingRoute)


class WholeCase(CaseItem):
    """A case with its help plan, checklist and handovers, and all that happened in it, newest first.

    `is_set_up` (CNS-12) and `case_management_proposed` (CNS-11) are the rules' words on it.
    """

    method_since: date
    aim: str | None
    is_set_up: bool
    case_management_proposed: bool
    steps: list[Step]
    documents: list[Document]
    handovers: list[Handover]
    timeline: list[Entry]


UNASKED = (HandoverState.ASSIGNED, HandoverState.STEPPED_IN)
"""Ways of a case to somebody else without an offer."""


async def sessions(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """Its sessions; one before the case was opened says so."""
    found = []
    for row in await store.sessions_in(session, case):
        words = ["zurückgezogen"] if row.withdrawn else []
        words += ["vor dem Beginn des Falls, bitte das Datum prüfen"] if row.date < case.opened_on else []
        link = f"/beratungen/{row.session_id}"
        title = SessionType(row.session_type).de
        found.append(Entry(date=row.date, kind="session", title=title, detail="; ".join(words), link=link))
    return found


async def milestones(_session: AsyncSession, case: CaseRow) -> list[Entry]:
    """When it was opened and closed."""
    found = [Entry(date=case.opened_on, kind="case", title="Fall eröffnet")]
    if case.closed_on is not None:
        found.append(Entry(date=case.closed_on, kind="case", title="Fall geschlossen"))
    return found


async def handovers(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """Who offered it, and what became of that."""
    found = []
    for row in await store.parts(session, HandoverRow, case):
        offered_on = row.offered_at.astimezone(clock.BERLIN).date()
        if row.state in UNASKED:
            title = f"Fall {HandoverState(row.state).de}"
            found.append(Entry(date=offered_on, kind="handover", title=title, detail=row.note or ""))
            continue
        found.append(Entry(date=offered_on, kind="handover", title="Fall zur Übernahme angeboten"))
        state = handover_state(row.state, row.expires_on, clock.today())
        if state is not HandoverState.OFFERED:
            decided_on = row.decided_at.astimezone(clock.BERLIN).date() if row.decided_at else row.expires_on
            day = row.expires_on if state is HandoverState.EXPIRED else decided_on
            found.append(Entry(date=day, kind="handover", title=f"Übergabe {state.de}"))
    return found


async def steps(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """Steps of the help plan that are done."""
    found = await store.parts(session, StepRow, case)
    return [Entry(date=row.done_on, kind="step", title=f"Erledigt: {row.title}") for row in found if row.done_on]


TELLERS: tuple[Tell, ...] = (
    milestones,
    sessions,
    steps,
    handovers,
    procedures,
    telling.consents,
    telling.referrals,
)
"""Everything that has a share in the timeline of a case."""


@router.get("/{case_id}")
async def get_case(request: Request, case_id: UUID, principal: ReadCases) -> WholeCase:
    """A case one may see, with its timeline."""
    async with request.app.state.sessions() as session, session.begin():
        row = await store.case_for(session, principal, case_id)
        await store.note(session, principal, "case.read", row)
        told = [entry for tell in TELLERS for entry in await tell(session, row)]
        parts = await parts_of(session, row)
    told.sort(key=lambda entry: entry.date)
    return WholeCase(**row.model_dump(exclude={"carrier_id", "recorded_person_id"}), **parts, timeline=told[::-1])


async def parts_of(session: AsyncSession, row: CaseRow) -> dict[str, Any]:
    """Help plan, checklist and handovers, and what the rules say about them."""
    plan = sorted(await store.parts(session, StepRow, row), key=lambda step: (step.due or date.max, step.title))
    documents = sorted(await store.parts(session, DocumentRow, row), key=lambda document: document.name.casefold())
    offers = sorted(await store.parts(session, HandoverRow, row), key=lambda offer: offer.offered_at, reverse=True)
    counted = [entry for entry in await store.sessions_in(session, row) if not entry.withdrawn]
    occasions = [occasion for entry in counted for occasion in entry.occasions]
    bodies = [entry.referral_target for entry in counted if entry.referral_target]
    return {
        "is_set_up": is_set_up(row.method, row.aim, [step.state for step in plan]),
        "case_management_proposed": proposes_case_management(row.method, occasions, bodies),
        "steps": [Step.model_validate(step) for step in plan],
        "documents": [Document.model_validate(document) for document in documents],
        "handovers": [shown(offer, clock.today()) for offer in offers],
    }
