"""Runs of IKÖ 4.0 whose projects are not all described: due before the closing event (IKO-25, PDB-02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.item_tables import ItemRow
from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from shared.clock import BERLIN
from shared.vocabulary import ItemKind, Programme, RunState
from shared.vocabulary.runs import RunMeetingState

AHEAD = timedelta(days=28)
"""So long before the closing event it is asked for; our choice, as no rule names a day."""
CLOSING = "closing"
RUNNING = (RunState.CONFIRMED, RunState.COMPLETED)


@dataclass(frozen=True)
class Undocumented:
    """A run with fewer projects than houses: how many of each, and the day of its closing event."""

    run_id: UUID
    title: str
    projects: int
    houses: int
    closing: date


async def undocumented(session: AsyncSession, carriers: Sequence[UUID], today: date) -> list[Undocumented]:
    """Runs of the carriers that close within four weeks, or have closed, without a project for each accepted house."""
    run, held = TrainingRunRow, RunMeetingRow
    closing = select(func.max(col(held.starts_at))).where(held.run_id == run.run_id, held.step == CLOSING)
    closing = closing.where(held.state != RunMeetingState.CANCELLED, col(held.withdrawn).is_(False))
    of_run = (ItemRow.run_id == run.run_id, ItemRow.item_kind == ItemKind.PROJECT, col(ItemRow.withdrawn).is_(False))
    described = select(func.count()).select_from(ItemRow).where(*of_run)
    count, day = described.scalar_subquery(), closing.scalar_subquery()
    own = (col(run.carrier_id).in_(carriers), col(run.withdrawn).is_(False), run.programme == Programme.IKO)
    query = select(run, day, count).where(*own, col(run.state).in_(RUNNING), count < run.accepted)
    found = [
        Undocumented(row.run_id, row.public_title, projects, row.accepted, last)
        for row, at, projects in (await session.exec(query)).all()
        if (last := at.astimezone(BERLIN).date() if at else row.ends_on) is not None
    ]
    return [one for one in found if one.closing - AHEAD <= today]
