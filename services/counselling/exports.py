"""All sessions of a period for another system (administration of a carrier); one audit row names them all.

Those of a closed circle (migration services, protected cases) are not in it: they concern who leads the case.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import col

from services.counselling import store
from services.counselling.api import Page, item
from services.counselling.cases.store import session_visible
from services.counselling.tables import SessionRow
from shared.audit import readings
from shared.problems import FieldProblem, invalid
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")

MOST = 20_000
"""Sessions of one answer: two years of a large carrier."""
Export = Annotated[Principal, Depends(require("sessions:export"))]
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))]


@router.get("/exports/sessions")
async def export_sessions(
    request: Request,
    principal: Export,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
) -> Page:
    """Sessions in force of the own carrier from a day to another, oldest first. Raises Problem 422 for too many."""
    period = [col(SessionRow.date) >= first, col(SessionRow.date) <= last, col(SessionRow.withdrawn).is_(False)]
    period.append(session_visible(principal))
    async with request.app.state.sessions() as session, session.begin():
        rows, total = await store.list_rows(session, SessionRow, principal.carriers, period, MOST, 0)
        if total > MOST:
            text = f"In diesem Zeitraum liegen {total} Beratungen, mehr als {MOST}."
            raise invalid(FieldProblem("to", last.isoformat(), text, "Bitte den Zeitraum teilen."))
        await readings.listed(session, principal, "session", [row for row, _ in rows], "exported")
        offices = {office.office_id: office for office in (await store.offices(session, principal.carriers)).values()}
        unreported = await store.unreported(session, [row.key for row, at in rows if at is None])
    return Page(items=[item(row, at, offices, row.key in unreported) for row, at in reversed(rows)], total=total)
