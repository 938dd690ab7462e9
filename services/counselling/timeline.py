"""One case with its timeline (Verlauf): sessions, and what every part of a case tells of itself."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases import store
from services.counselling.cases.api import CaseItem, ReadCases
from services.counselling.cases.entries import Entry, Tell
from services.counselling.cases.tables import CaseRow
from services.counselling.procedures.telling import timeline as procedures
from shared.audit import readings
from shared.vocabulary import SessionType

router = APIRouter(prefix="/api/v1/cases", route_class=readings.RefusingRoute)


class WholeCase(CaseItem):
    """A case with all that happened in it, newest first."""

    timeline: list[Entry]


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


TELLERS: tuple[Tell, ...] = (milestones, sessions, procedures)
"""Everything that has a share in the timeline of a case."""


@router.get("/{case_id}")
async def get_case(request: Request, case_id: UUID, principal: ReadCases) -> WholeCase:
    """A case one may see, with its timeline."""
    async with request.app.state.sessions() as session, session.begin():
        row = await store.case_for(session, principal, case_id)
        await store.note(session, principal, "case.read", row)
        told = [entry for tell in TELLERS for entry in await tell(session, row)]
    told.sort(key=lambda entry: entry.date)
    return WholeCase(**row.model_dump(exclude={"carrier_id", "recorded_person_id"}), timeline=told[::-1])
