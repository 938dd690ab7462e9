"""What is due in cases, for the desk: steps of help plans, plans that are missing, cases offered."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases import store
from services.counselling.cases.handovers import offers_to
from services.counselling.cases.rules import is_set_up
from services.counselling.cases.tables import CaseRow, StepRow
from shared import clock
from shared.security import Principal
from shared.vocabulary.cases import CaseState, Method, StepState

AHEAD = timedelta(days=7)
"""Steps stand in the list from a week before they are due."""
MOST = 200
Items = list[dict[str, Any]]


async def steps(_request: object, session: AsyncSession, principal: Principal) -> Items:
    """Open steps of own cases that are due within a week."""
    query = select(StepRow, CaseRow.person_id).join(CaseRow, col(CaseRow.case_id) == StepRow.case_id)
    soon = (StepRow.state == StepState.OPEN.value, col(StepRow.due) <= clock.today() + AHEAD)
    own = (store.visible(principal), store.own(principal), CaseRow.state == CaseState.OPEN.value)
    found = await session.exec(query.where(*soon, *own).order_by(col(StepRow.due)).limit(MOST))
    return [
        {
            "kind": "step",
            "entity_id": row.step_id,
            "title": f"Hilfeplan: {row.title}",
            "due": row.due,
            "link": f"/faelle/{row.case_id}#hilfeplan",
            "person_id": person_id,
        }
        for row, person_id in found
    ]


async def missing_plans(_request: object, session: AsyncSession, principal: Principal) -> Items:
    """Own cases under case management that are not set up, as their help plan is missing (CNS-12)."""
    query = select(CaseRow).where(store.visible(principal), store.own(principal))
    query = query.where(CaseRow.method == Method.CASE_MANAGEMENT.value, CaseRow.state == CaseState.OPEN.value)
    found = []
    for row in (await session.exec(query.limit(MOST))).all():
        states = [step.state for step in await store.parts(session, StepRow, row)]
        if not is_set_up(row.method, row.aim, states):
            link = f"/faelle/{row.case_id}#hilfeplan"
            found.append({"kind": "plan", "entity_id": row.case_id, "title": "Hilfeplan fehlt", "link": link})
            found[-1] |= {"due": row.method_since, "person_id": row.person_id}
    return found


async def offers(_request: object, session: AsyncSession, principal: Principal) -> Items:
    """Cases offered to the account or its office."""
    return [
        {
            "kind": "handover",
            "entity_id": row.handover_id,
            "title": "Fall zur Übernahme angeboten",
            "due": row.expires_on,
            "link": "/faelle/uebergaben",
            "person_id": case.person_id,
        }
        for row, case in await offers_to(session, principal, clock.today())
    ]
