"""Reads of sensitive work: of a case its owner or deputy asks for, and of nobody else. Nobody commits here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.store import case_for
from services.counselling.cases.tables import CaseRow
from services.counselling.sensitive.commands import Content
from services.counselling.sensitive.rules import OPEN_FOR, open_until
from services.counselling.sensitive.seal import unsealed
from services.counselling.sensitive.tables import OpeningRow, SensitiveRow
from shared import audit, clock
from shared.problems import Problem
from shared.security import Principal

CLOSED_CIRCLE = "Vertrauliche Angaben sieht nur, wer den Fall führt oder vertritt."
SHOWN = 20
"""Openings that are shown, the newest."""


async def circle_for(session: AsyncSession, principal: Principal, case_id: UUID, *, to_change: bool = False) -> CaseRow:
    """A case whose confidential data concerns the principal (TOP-02). Raises Problem 404, 403 for all others."""
    row = await case_for(session, principal, case_id, to_change=to_change)
    if principal.subject not in (row.owner, row.deputy):
        raise Problem(403, CLOSED_CIRCLE)
    return row


async def record_of(session: AsyncSession, case: CaseRow) -> SensitiveRow | None:
    """The sealed record of a case, if it has one."""
    query = select(SensitiveRow).where(SensitiveRow.case_id == case.case_id, SensitiveRow.carrier_id == case.carrier_id)
    return (await session.exec(query)).first()


async def openings(session: AsyncSession, case: CaseRow) -> Sequence[OpeningRow]:
    """Who opened it and why, newest first."""
    query = select(OpeningRow).where(OpeningRow.case_id == case.case_id, OpeningRow.carrier_id == case.carrier_id)
    return (await session.exec(query.order_by(col(OpeningRow.opened_at).desc()).limit(SHOWN))).all()


async def opened(session: AsyncSession, principal: Principal, case: CaseRow, now: datetime) -> list[OpeningRow]:
    """The openings of this account that still hold."""
    query = select(OpeningRow).where(OpeningRow.case_id == case.case_id, OpeningRow.subject == principal.subject)
    rows = await session.exec(query.where(col(OpeningRow.opened_at) > now - OPEN_FOR))
    return [row for row in rows if open_until(row.opened_at, row.closed_at, now)]


async def disclosed(
    session: AsyncSession, principal: Principal, cases: Collection[UUID], keys: Sequence[str]
) -> tuple[list[Content], int]:
    """What is sealed in these cases and open to the principal now, each reading noted; and how many records are not."""
    found, closed = list[Content](), 0
    query = select(SensitiveRow, CaseRow).join(CaseRow, col(CaseRow.case_id) == SensitiveRow.case_id)
    own = (col(SensitiveRow.case_id).in_(cases), col(SensitiveRow.carrier_id).in_(principal.carriers))
    for row, case in (await session.exec(query.where(*own))).all():
        circle = principal.subject in (case.owner, case.deputy)
        if circle and await opened(session, principal, case, clock.now()):
            found.append(unsealed(row.content, keys, case.case_id))
            await note(session, principal, "read", case, row.revision)
        else:
            closed += 1
    return found, closed


async def note(session: AsyncSession, principal: Principal, verb: str, case: CaseRow, revision: int | None) -> None:
    """Audit an act on confidential data, in the caller's transaction: never what stands there."""
    act = audit.entry(clock.now(), principal.subject, case.carrier_id, f"sensitive.{verb}", case.case_id, revision)
    await audit.write(session, [act])
