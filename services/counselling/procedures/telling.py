"""What procedures tell elsewhere: their share in the timeline of a case, and what of them is due."""

from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.entries import Entry
from services.counselling.cases.tables import CaseRow
from services.counselling.procedures import store
from services.counselling.procedures.deadlines import Deadline, deadlines
from services.counselling.tables import ProcedureRow
from shared.security import Principal
from shared.vocabulary import ProcedureKind, ProcedureOutcome, ProcedureState, StepKind, StepState

SOON = timedelta(days=14)
"""How long before its day something is shown as due."""
PAGE = "/faelle/{}/verfahren/{}"


async def timeline(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """States reached and steps decided, of the procedures in force."""
    rows = [row for row in await store.procedures_of(session, case) if not row.withdrawn]
    steps = await store.steps_of(session, rows)
    found = []
    for row in rows:
        link = PAGE.format(case.case_id, row.procedure_id)
        for one in row.reached:
            title = f"{ProcedureKind(row.kind).de}: {ProcedureState(str(one['state'])).de}"
            detail = ProcedureOutcome(one["outcome"]).de if one["outcome"] else ""
            day = date.fromisoformat(str(one["since"]))
            found.append(Entry(date=day, kind="procedure", title=title, detail=detail, link=link))
        for step in steps[row.procedure_id]:
            title, detail = StepKind(step.kind).de, StepState(step.state).de
            found.append(Entry(date=step.on, kind="procedure_step", title=title, detail=detail, link=link))
    return found


async def due_soon(
    session: AsyncSession, principal: Principal, today: date
) -> list[tuple[ProcedureRow, CaseRow, Deadline]]:
    """Deadlines of the procedures in one's own open cases that have passed or come within two weeks."""
    pairs = await store.of_own_cases(session, principal)
    steps = await store.steps_of(session, [row for row, _ in pairs])
    return [
        (row, case, one)
        for row, case in pairs
        for one in deadlines(row, steps[row.procedure_id])
        if one.due <= today + SOON
    ]
