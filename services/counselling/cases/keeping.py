"""Who keeps a case: in confidence, taken over by its deputy, or given to a colleague when its owner has left.

The administration assigns without seeing anything of a case: it is told numbers, and gives all cases of an account at
once. Whether that account has left, the gateway knows, which keeps accounts.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases import store
from services.counselling.cases.commands import AssignCases, ProtectCase, Stand
from services.counselling.cases.handlers import end_offer, save
from services.counselling.cases.rules import check_revision
from services.counselling.cases.tables import CaseRow, HandoverRow
from shared.problems import FieldProblem, invalid
from shared.recording import Actor
from shared.security import Principal
from shared.vocabulary.cases import CaseState, HandoverState


class Owner(NamedTuple):
    """An account that leads cases: how many are open and closed."""

    owner: str
    open: int
    closed: int


async def protect(session: AsyncSession, case_id: UUID, command: ProtectCase, actor: Actor) -> CaseRow:
    """Keep a case for owner and deputy, or end that. Repeatable. Raises Problem 404, 403, 409 (stale).

    An offer to a whole office ends: a closed circle goes to one person only.
    """
    row = await store.case_for(session, actor.principal, case_id, to_change=True)
    offer = await store.offered(session, row)
    if command.protected and offer is not None and offer.to_office is not None:
        await end_offer(session, row, HandoverState.WITHDRAWN, actor)
    verb = "protected" if command.protected else "unprotected"
    return await save(session, row, {"protected": command.protected}, command, actor, verb)


async def take_over(session: AsyncSession, case_id: UUID, command: Stand, actor: Actor) -> CaseRow:
    """Make the deputy the one who leads the case; whoever led it stands in from now on.

    Repeatable. Raises Problem 404, 403 (neither owner nor deputy), 409 (stale).
    """
    row = await store.case_for(session, actor.principal, case_id, to_change=True)
    if row.owner == actor.principal.subject:
        return row
    check_revision(row.revision, command.revision)
    await _give(session, row, actor.principal.subject, HandoverState.STEPPED_IN, actor)
    row.deputy = row.owner
    return await _led_by(session, row, actor.principal.subject, "taken", actor)


async def owners(session: AsyncSession, principal: Principal) -> Sequence[Owner]:
    """Who leads cases of the principal's carriers, and how many; nothing else of them."""
    is_open = col(CaseRow.state) == CaseState.OPEN.value
    numbers = (func.count().filter(is_open), func.count().filter(~is_open))
    query = select(CaseRow.owner, *numbers).where(col(CaseRow.carrier_id).in_(principal.carriers))
    found = await session.exec(query.group_by(col(CaseRow.owner)).order_by(col(CaseRow.owner)))
    return [Owner(*row) for row in found]


async def assign_cases(session: AsyncSession, command: AssignCases, actor: Actor) -> int:
    """Give all cases of an account, open and closed, to a colleague; how many. Repeatable. Raises Problem 422."""
    if command.to == command.owner:
        text = "Diese Person führt die Fälle schon."
        raise invalid(FieldProblem("to", command.to, text, "Bitte jemand anderen wählen."))
    mine = (CaseRow.owner == command.owner, col(CaseRow.carrier_id).in_(actor.principal.carriers))
    query = select(CaseRow).where(*mine).order_by(col(CaseRow.case_id)).with_for_update()
    rows = (await session.exec(query)).all()
    for row in rows:
        await _give(session, row, command.to, HandoverState.ASSIGNED, actor, command.reason)
        row.deputy = None if row.deputy == command.to else row.deputy
        await _led_by(session, row, command.to, "assigned", actor)
    return len(rows)


async def _give(
    session: AsyncSession, row: CaseRow, to: str, state: HandoverState, actor: Actor, reason: str | None = None
) -> None:
    """Keep in the case's history that it went to somebody without an offer; an open offer ends."""
    await end_offer(session, row, HandoverState.WITHDRAWN, actor)
    who: dict[str, Any] = {"from_subject": row.owner, "to_subject": to, "decided_by": actor.principal.subject}
    when: dict[str, Any] = {"offered_at": actor.instant, "decided_at": actor.instant, "expires_on": actor.today}
    own: dict[str, Any] = {"carrier_id": row.carrier_id, "case_id": row.case_id, "note": reason, "state": state.value}
    session.add(HandoverRow(handover_id=uuid4(), **own, **who, **when))


async def _led_by(session: AsyncSession, row: CaseRow, owner: str, verb: str, actor: Actor) -> CaseRow:
    row.owner = owner
    row.revision += 1
    session.add(row)
    await session.flush()
    await store.note(session, actor.principal, f"case.{verb}", row)
    return row
