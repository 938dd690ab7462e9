"""Reads of cases. Every query takes the principal's carriers, and keeps closed circles closed; nobody commits here."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import and_, case, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.cases.rules import may_see
from services.counselling.cases.tables import CaseRow, DocumentRow, HandoverRow, StepRow
from services.counselling.tables import SessionRow
from shared import audit, clock
from shared.problems import Problem
from shared.recording import NOT_FOUND
from shared.security import Principal
from shared.vocabulary import ProgrammeLine
from shared.vocabulary.cases import CaseState, HandoverState

NOT_WRITER = (
    "Diesen Fall führt jemand anderes. Ändern kann ihn nur, wer ihn führt oder vertritt. Bitte lassen Sie sich den "
    "Fall übergeben oder als Vertretung eintragen."
)


def visible(principal: Principal) -> Any:
    """Condition: cases of the principal's carriers; those of a closed circle to owner and deputy only."""
    federal = col(CaseRow.programme_line) != ProgrammeLine.MIGRATION_SERVICE.value
    open_to_all = and_(col(CaseRow.protected).is_(False), federal)
    return and_(col(CaseRow.carrier_id).in_(principal.carriers), or_(open_to_all, own(principal)))


def own(principal: Principal) -> Any:
    """Condition: cases the principal leads or stands in for."""
    return or_(col(CaseRow.owner) == principal.subject, col(CaseRow.deputy) == principal.subject)


def session_visible(principal: Principal) -> Any:
    """Condition: sessions that are not of a closed circle, or of a case the principal leads or stands in for (TOP-02).

    Without a case (nobody is named in it) whoever recorded it sees it.
    """
    here = select(CaseRow.case_id).where(col(CaseRow.carrier_id).in_(principal.carriers))
    kept, mine = here.where(col(CaseRow.protected)), here.where(own(principal))
    of_case, without = col(SessionRow.case_id), col(SessionRow.case_id).is_(None)
    of_line = col(SessionRow.programme_line) == ProgrammeLine.MIGRATION_SERVICE.value
    open_to_all = and_(~of_line, or_(without, of_case.not_in(kept)))
    return or_(open_to_all, of_case.in_(mine), and_(without, col(SessionRow.recorded_by) == principal.subject))


async def keep_circle(session: AsyncSession, row: SessionRow | None, principal: Principal) -> None:
    """Keep a session of a closed circle from everybody else. Raises Problem 404."""
    if row is None:
        return
    found = await session.get(CaseRow, row.case_id) if row.case_id is not None else None
    line = ProgrammeLine.MIGRATION_SERVICE
    alone = row.programme_line != line or row.recorded_by == principal.subject
    if not (may_see(found, principal.subject) if found is not None else alone):
        raise Problem(404, NOT_FOUND)


async def case_for(session: AsyncSession, principal: Principal, case_id: UUID, *, to_change: bool = False) -> CaseRow:
    """A case the principal may see; `to_change`: one she may write, and other writers of it wait.

    Raises Problem 404 for every other one, in the same words (a `RefusingRoute` notes the guess), 403 for one that
    somebody else leads and nobody asked her to stand in for.
    """
    query = select(CaseRow).where(CaseRow.case_id == case_id, col(CaseRow.carrier_id).in_(principal.carriers))
    row = (await session.exec(query.with_for_update() if to_change else query)).first()
    if row is None or not may_see(row, principal.subject):
        raise Problem(404, NOT_FOUND)
    if to_change and principal.subject not in (row.owner, row.deputy):
        raise Problem(403, NOT_WRITER)
    return row


async def open_case(session: AsyncSession, carrier: UUID, person_id: UUID, line: str) -> CaseRow | None:
    """The open case of a person in a line, the oldest where a merge left two."""
    query = select(CaseRow).where(CaseRow.carrier_id == carrier, CaseRow.person_id == person_id)
    query = query.where(CaseRow.programme_line == line, CaseRow.state == CaseState.OPEN.value)
    return (await session.exec(query.order_by(col(CaseRow.opened_on), col(CaseRow.case_id)))).first()


async def opened_for(session: AsyncSession, carrier: UUID, persons: Collection[UUID]) -> Sequence[CaseRow]:
    """Cases that were opened for these persons."""
    recorded = col(CaseRow.recorded_person_id).in_(persons)
    return (await session.exec(select(CaseRow).where(CaseRow.carrier_id == carrier, recorded))).all()


async def lock_person(session: AsyncSession, row: CaseRow) -> None:
    """Keep others from recording sessions of the case's person in its line, and so from opening another case."""
    await store.lock(session, [(row.carrier_id, f"p:{row.person_id}", row.programme_line)])


class Listed(NamedTuple):
    """A case in a list, with its sessions in force."""

    row: CaseRow
    sessions: int
    last_session_on: date | None


async def list_cases(
    session: AsyncSession, principal: Principal, filters: Sequence[Any], limit: int, offset: int
) -> tuple[list[Listed], int]:
    """Cases the principal may see, open ones first, then the newest; and how many there are."""
    where = and_(visible(principal), *filters)
    of_case = and_(col(SessionRow.case_id) == CaseRow.case_id, col(SessionRow.withdrawn).is_(False))
    number = select(func.count()).select_from(SessionRow).where(of_case).scalar_subquery()
    last = select(func.max(SessionRow.date)).where(of_case).scalar_subquery()
    place = case((col(CaseRow.state) == CaseState.OPEN.value, 0), else_=1)
    query = select(CaseRow, number, last).where(where)
    query = query.order_by(place, col(CaseRow.opened_on).desc(), col(CaseRow.case_id)).limit(limit).offset(offset)
    found = [Listed(*entry) for entry in (await session.exec(query)).all()]
    return found, (await session.exec(select(func.count()).select_from(CaseRow).where(where))).one()


async def sessions_in(session: AsyncSession, row: CaseRow) -> Sequence[SessionRow]:
    """Sessions of a case, withdrawn ones too."""
    query = select(SessionRow).where(SessionRow.case_id == row.case_id, SessionRow.carrier_id == row.carrier_id)
    return (await session.exec(query.order_by(col(SessionRow.date), col(SessionRow.session_id)))).all()


async def begins_before_case(session: AsyncSession, row: SessionRow) -> bool:
    """Whether a session lies before the case it belongs to was opened."""
    found = await session.get(CaseRow, row.case_id) if row.case_id is not None else None
    return found is not None and row.date < found.opened_on


async def offered(session: AsyncSession, row: CaseRow) -> HandoverRow | None:
    """The open offer of a case, expired or not."""
    query = select(HandoverRow).where(HandoverRow.case_id == row.case_id)
    return (await session.exec(query.where(HandoverRow.state == HandoverState.OFFERED.value))).first()


Part = TypeVar("Part", StepRow, DocumentRow, HandoverRow)


async def parts(session: AsyncSession, table: type[Part], row: CaseRow) -> Sequence[Part]:
    """Everything of a kind that a case has."""
    return (await session.exec(select(table).where(table.case_id == row.case_id))).all()


async def note(session: AsyncSession, principal: Principal, action: str, row: CaseRow) -> None:
    """Audit an act on a case, in the caller's transaction."""
    entry = audit.entry(clock.now(), principal.subject, row.carrier_id, action, row.case_id, row.revision)
    await audit.write(session, [entry])


async def note_list(session: AsyncSession, principal: Principal, rows: Sequence[CaseRow]) -> None:
    """Audit that a list of cases was read; an empty one shows nobody."""
    if rows:
        keys = [row.case_id for row in rows]
        entry = audit.entry(clock.now(), principal.subject, rows[0].carrier_id, "case.listed", None, None, keys)
        await audit.write(session, [entry])
