"""Handover of a case: offered, accepted, rejected, withdrawn, expired after 14 days; one writer at any moment.

Whoever decides locks the case first, so that of two acceptances at once one wins and the other is told.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store as register
from services.counselling.cases import store
from services.counselling.cases.commands import OfferCase
from services.counselling.cases.handlers import end_offer
from services.counselling.cases.plans import open_one
from services.counselling.cases.rules import OFFER_HOLDS, check_offer, handover_state
from services.counselling.cases.tables import CaseRow, HandoverRow
from services.counselling.model import check_office
from shared.problems import Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.security import Principal
from shared.vocabulary.cases import HandoverState

S = HandoverState
OVER = {
    S.ACCEPTED: "Diese Übergabe ist inzwischen angenommen: Den Fall führt jetzt jemand anderes.",
    S.REJECTED: "Diese Übergabe ist inzwischen abgelehnt.",
    S.WITHDRAWN: "Diese Übergabe ist inzwischen zurückgezogen.",
    S.EXPIRED: "Diese Übergabe ist nach 14 Tagen abgelaufen. Bitte lassen Sie sich den Fall noch einmal anbieten.",
}
VERBS = {S.ACCEPTED: "taken", S.REJECTED: "declined", S.WITHDRAWN: "kept"}


async def offer(
    session: AsyncSession, case_id: UUID, handover_id: UUID, command: OfferCase, actor: Actor
) -> HandoverRow:
    """Offer a case. Repeatable. Raises Problem 403, 404, 409 (it is offered already, or closed), 422."""
    case = await open_one(session, case_id, actor)
    offices = await register.offices(session, actor.principal.carriers) if command.office else {}
    problems = check_offer(case, command.to, command.office) or check_office(command.office, offices, actor.today)
    if problems:
        raise invalid(*problems)
    if (stored := await session.get(HandoverRow, handover_id)) is not None:
        if stored.case_id != case_id:
            raise Problem(404, NOT_FOUND)
        return stored
    await _make_room(session, case, actor)
    row = HandoverRow(
        handover_id=handover_id,
        carrier_id=case.carrier_id,
        case_id=case_id,
        from_subject=actor.principal.subject,
        to_subject=command.to,
        to_office=offices[command.office].office_id if command.office else None,
        note=command.note,
        offered_at=actor.instant,
        expires_on=actor.today + OFFER_HOLDS,
    )
    session.add(row)
    await session.flush()
    await store.note(session, actor.principal, "case.offered", case)
    return row


async def _make_room(session: AsyncSession, case: CaseRow, actor: Actor) -> None:
    """End an offer that has expired. Raises Problem 409 for one that still holds."""
    before = await store.offered(session, case)
    if before is None:
        return
    if handover_state(before.state, before.expires_on, actor.today) is S.OFFERED:
        text = f"Dieser Fall ist schon bis zum {before.expires_on:%d.%m.%Y} angeboten."
        raise Problem(409, f"{text} Bitte ziehen Sie diese Übergabe zuerst zurück.")
    await end_offer(session, case, S.EXPIRED, actor)


def _to_me(principal: Principal) -> Any:
    """Condition: offers the principal may accept."""
    found = col(HandoverRow.to_subject) == principal.subject
    return found if principal.office_id is None else or_(found, col(HandoverRow.to_office) == principal.office_id)


async def offers_to(session: AsyncSession, principal: Principal, today: date) -> Sequence[tuple[HandoverRow, CaseRow]]:
    """Offers that wait for the principal's answer, with their cases, oldest first."""
    query = select(HandoverRow, CaseRow).join(CaseRow, col(CaseRow.case_id) == HandoverRow.case_id)
    open_ones = and_(col(HandoverRow.state) == S.OFFERED.value, col(HandoverRow.expires_on) >= today)
    own = col(HandoverRow.carrier_id).in_(principal.carriers)
    query = query.where(own, open_ones, _to_me(principal), CaseRow.owner != principal.subject)
    return [(row, case) for row, case in await session.exec(query.order_by(col(HandoverRow.expires_on)))]


async def decide(session: AsyncSession, handover_id: UUID, wanted: HandoverState, actor: Actor) -> HandoverRow:
    """Accept, reject or withdraw an offer. Repeatable by whoever did it.

    Raises Problem 404 (not offered to her; to withdraw: not offered by her), 409 (it is over).
    """
    who = actor.principal
    query = select(HandoverRow.case_id).where(HandoverRow.handover_id == handover_id)
    case_id = (await session.exec(query.where(col(HandoverRow.carrier_id).in_(who.carriers)))).first()
    case = await session.get(CaseRow, case_id, with_for_update=True) if case_id is not None else None
    row = await session.get(HandoverRow, handover_id, populate_existing=True)
    if case is None or row is None or not _may_decide(row, case, wanted, who):
        raise Problem(404, NOT_FOUND)
    state = handover_state(row.state, row.expires_on, actor.today)
    if state is wanted and row.decided_by == who.subject:
        return row
    if state is not S.OFFERED:
        raise Problem(409, OVER[state])
    await end_offer(session, case, wanted, actor)
    if wanted is S.ACCEPTED:
        await _take(session, case, row, who)
    await store.note(session, who, f"case.{VERBS[wanted]}", case)
    return row


def _may_decide(row: HandoverRow, case: CaseRow, wanted: HandoverState, who: Principal) -> bool:
    if wanted is S.WITHDRAWN:
        return who.subject in (row.from_subject, case.owner, case.deputy)
    to_office = row.to_office is not None and row.to_office == who.office_id
    return row.to_subject == who.subject or to_office


async def _take(session: AsyncSession, case: CaseRow, row: HandoverRow, who: Principal) -> None:
    """Make the one who accepts the writer of the case."""
    case.owner = who.subject
    case.deputy = None if case.deputy == who.subject else case.deputy
    case.office_id = row.to_office or who.office_id or case.office_id
    case.revision += 1
    session.add(case)
    await session.flush()
