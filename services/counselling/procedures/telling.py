"""What procedures tell elsewhere: their share in the timeline of a case, and what of them is due."""

from datetime import date, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.entries import Entry
from services.counselling.cases.tables import CaseRow
from services.counselling.procedures import store
from services.counselling.procedures.deadlines import deadlines
from shared import clock
from shared.security import Principal
from shared.vocabulary import ProcedureKind, ProcedureOutcome, ProcedureState, StageKind, StageState

SOON = timedelta(days=14)
"""How long before its day something is shown as due."""
PAGE = "/faelle/{}/verfahren/{}"


async def timeline(session: AsyncSession, case: CaseRow) -> list[Entry]:
    """States reached and stages decided, of the procedures in force."""
    rows = [row for row in await store.procedures_of(session, case) if not row.withdrawn]
    stages = await store.stages_of(session, rows)
    found = []
    for row in rows:
        link = PAGE.format(case.case_id, row.procedure_id)
        for one in row.reached:
            title = f"{ProcedureKind(row.kind).de}: {ProcedureState(str(one['state'])).de}"
            detail = ProcedureOutcome(one["outcome"]).de if one["outcome"] else ""
            day = date.fromisoformat(str(one["since"]))
            found.append(Entry(date=day, kind="procedure", title=title, detail=detail, link=link))
        for stage in stages[row.procedure_id]:
            title, detail = StageKind(stage.kind).de, StageState(stage.state).de
            found.append(Entry(date=stage.on, kind="procedure_stage", title=title, detail=detail, link=link))
    return found


async def due_soon(_request: object, session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """Deadlines of the procedures in one's own open cases that have passed or come within two weeks (REC-03)."""
    pairs = await store.of_own_cases(session, principal)
    stages = await store.stages_of(session, [row for row, _ in pairs])
    return [
        {
            "kind": f"procedure_{one.kind}",
            "entity_id": row.procedure_id,
            "title": one.title,
            "due": one.due,
            "link": PAGE.format(case.case_id, row.procedure_id),
            "person_id": case.person_id,
        }
        for row, case in pairs
        for one in deadlines(row, stages[row.procedure_id])
        if one.due <= clock.today() + SOON
    ]
