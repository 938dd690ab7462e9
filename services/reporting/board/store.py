"""Reads and writes of the board's rows. A member's rating is found under her subject, others' without any name."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board.proposals import Key
from services.reporting.board.tables import AgendaRow, BoardDecisionRow, RatingRow, SittingRow
from shared.vocabulary.board import DecisionState, RatingState, SittingState


async def sittings(session: AsyncSession) -> Sequence[SittingRow]:
    """All sittings, the latest first."""
    query = select(SittingRow).order_by(col(SittingRow.day).desc(), col(SittingRow.sitting_id))
    return (await session.exec(query)).all()


async def sitting(session: AsyncSession, sitting_id: UUID, *, to_change: bool = False) -> SittingRow | None:
    """A sitting, `to_change` kept for this writer, or None."""
    return await session.get(SittingRow, sitting_id, with_for_update=to_change or None)


async def agenda(session: AsyncSession, sitting_ids: Collection[UUID]) -> Sequence[AgendaRow]:
    """What is up in some sittings."""
    query = select(AgendaRow).where(col(AgendaRow.sitting_id).in_(sitting_ids))
    return (await session.exec(query.order_by(col(AgendaRow.region), col(AgendaRow.item_id)))).all()


async def up(session: AsyncSession) -> dict[Key, UUID]:
    """Proposals that are up in a sitting that is open, with that sitting."""
    query = select(AgendaRow).join(SittingRow, col(SittingRow.sitting_id) == col(AgendaRow.sitting_id))
    rows = await session.exec(query.where(SittingRow.state == SittingState.OPEN))
    return {(row.region, row.item_id): row.sitting_id for row in rows}


async def replace_agenda(session: AsyncSession, sitting_id: UUID, keys: Collection[Key]) -> None:
    """Put up exactly these proposals."""
    await session.exec(delete(AgendaRow).where(col(AgendaRow.sitting_id) == sitting_id))
    session.add_all([AgendaRow(sitting_id=sitting_id, region=region, item_id=item_id) for region, item_id in keys])


async def ratings(session: AsyncSession, sitting_id: UUID, item_id: UUID | None = None) -> Sequence[RatingRow]:
    """Ratings of a sitting, or of one proposal in it, by group; a draft is its writer's only."""
    query = select(RatingRow).where(RatingRow.sitting_id == sitting_id)
    query = query if item_id is None else query.where(RatingRow.item_id == item_id)
    return (await session.exec(query.order_by(col(RatingRow.seat), col(RatingRow.changed_at)))).all()


def handed_in(rows: Sequence[RatingRow]) -> list[RatingRow]:
    """Those that count."""
    return [row for row in rows if row.state == RatingState.HANDED_IN]


async def own_rating(session: AsyncSession, sitting_id: UUID, item_id: UUID, member: str) -> RatingRow | None:
    """A member's own rating, kept for this writer."""
    return await session.get(RatingRow, (sitting_id, item_id, member), with_for_update=True)


async def rated_by(session: AsyncSession, member: str) -> set[tuple[UUID, UUID]]:
    """What a member has rated and handed in, as (sitting, item)."""
    query = select(RatingRow.sitting_id, RatingRow.item_id)
    query = query.where(RatingRow.member == member, RatingRow.state == RatingState.HANDED_IN)
    return {(sitting_id, item_id) for sitting_id, item_id in await session.exec(query)}


async def decisions(session: AsyncSession, keys: Collection[Key] | None = None) -> dict[Key, BoardDecisionRow]:
    """The newest revision about each proposal, decided or re-opened; with `keys` only of these."""
    query = select(BoardDecisionRow).ext(distinct_on(col(BoardDecisionRow.region), col(BoardDecisionRow.item_id)))
    if keys is not None:
        query = query.where(col(BoardDecisionRow.item_id).in_([item_id for _, item_id in keys]))
    newest = (col(BoardDecisionRow.region), col(BoardDecisionRow.item_id), col(BoardDecisionRow.revision).desc())
    return {(row.region, row.item_id): row for row in await session.exec(query.order_by(*newest))}


async def in_force(session: AsyncSession) -> list[BoardDecisionRow]:
    """Decisions that hold: what the networks are told of."""
    return [row for row in (await decisions(session)).values() if row.state == DecisionState.DECIDED]


async def history(session: AsyncSession, key: Key) -> Sequence[BoardDecisionRow]:
    """All revisions of the decision about a proposal, the newest first."""
    region, item_id = key
    query = select(BoardDecisionRow).where(BoardDecisionRow.region == region, BoardDecisionRow.item_id == item_id)
    return (await session.exec(query.order_by(col(BoardDecisionRow.revision).desc()))).all()


async def forget_ratings(session: AsyncSession, before: date) -> None:
    """Delete ratings of sittings of days before `before`."""
    old = select(SittingRow.sitting_id).where(col(SittingRow.day) < before)
    await session.exec(delete(RatingRow).where(col(RatingRow.sitting_id).in_(old)))
