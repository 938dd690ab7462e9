"""What the centre says it holds of this service's records, and where it is ahead (contracts §3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, delete, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.wanted import BucketsWanted
from shared.security import Principal, require

# Records that leave the network: delivered ones, and those whose first delivery is under way.
OWN = text(
    """
    SELECT (SELECT count(*) FROM delivered) + (
        SELECT count(DISTINCT (kind, entity_id)) FROM outbox
        WHERE destination = 'up' AND delivered_at IS NULL AND parked_reason IS NULL
        AND NOT EXISTS (SELECT FROM delivered d WHERE d.kind = outbox.kind AND d.entity_id = outbox.entity_id))
    """
)


class CentreRow(SQLModel, table=True):
    """The centre's newest state about a service; `differed_at`: when it last said that something differs."""

    __tablename__ = "centre_state"

    context: str = Field(primary_key=True)
    told: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    told_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    differed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class AheadRow(SQLModel, table=True):
    """A record that the centre knows in a revision this database does not have: it was set back (ADR 0013)."""

    __tablename__ = "ahead"

    kind: str = Field(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    revision: int
    month: str | None = None


class AheadOut(BaseModel):
    """A record the centre is ahead with: random id, kind, revision, month; nothing else is known of it here."""

    kind: str
    entity_id: UUID
    revision: int
    month: str | None


class CentreOut(BaseModel):
    """What the centre holds of this service's records; `held` is null until it said so for the first time."""

    own: int
    held: int | None
    compared_at: datetime | None
    differed_at: datetime | None
    wanted: int
    ahead_total: int
    ahead: list[AheadOut]


async def keep_state(session: AsyncSession, context: str, told: BucketsWanted, now: datetime) -> None:
    """Keep the centre's newest state in the caller's transaction; other writers of it wait."""
    differs = any(kind.buckets or kind.ahead_total for kind in told.kinds.values())
    values = {"context": context, "told": told.model_dump(mode="json"), "told_at": now}
    statement = insert(CentreRow).values(values | {"differed_at": now if differs else None})
    new = statement.excluded
    changed = {"told": new.told, "told_at": new.told_at} | ({"differed_at": new.differed_at} if differs else {})
    await session.exec(statement.on_conflict_do_update(index_elements=["context"], set_=changed))
    for kind, state in told.kinds.items():
        if state.ahead_total == len(state.ahead):  # a list that was cut says nothing about who is no longer on it
            await session.exec(delete(AheadRow).where(col(AheadRow.kind) == kind))
        rows = [{"kind": kind, "entity_id": e.id, "revision": e.revision, "month": e.month} for e in state.ahead]
        if rows:
            ahead = insert(AheadRow).values(rows)
            named = {"revision": ahead.excluded.revision, "month": ahead.excluded.month}
            await session.exec(ahead.on_conflict_do_update(index_elements=["kind", "entity_id"], set_=named))


def centre_router(context: str) -> APIRouter:
    """`GET /api/v1/centre`: what the centre holds of this service's records; for all staff, as it names no person."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/centre")
    async def centre(request: Request, _who: Annotated[Principal, Depends(require("coverage:read"))]) -> CentreOut:
        """How many records the centre holds, whether anything differs, and which records it is ahead with."""
        async with request.app.state.sessions() as session:
            own = await (await session.connection()).scalar(OWN)
            row = await session.get(CentreRow, context)
            query = select(AheadRow).order_by(col(AheadRow.month).desc(), col(AheadRow.entity_id)).limit(500)
            return _shown(int(own or 0), row, (await session.exec(query)).all())

    return router


def _shown(own: int, row: CentreRow | None, ahead: Sequence[AheadRow]) -> CentreOut:
    kinds = BucketsWanted.model_validate(row.told).kinds.values() if row else ()
    return CentreOut(
        own=own,
        held=sum(kind.held for kind in kinds) if row else None,
        compared_at=BucketsWanted.model_validate(row.told).compared_at if row else None,
        differed_at=row.differed_at if row else None,
        wanted=sum(len(kind.buckets) for kind in kinds),
        ahead_total=sum(kind.ahead_total for kind in kinds),
        ahead=[AheadOut(**entry.model_dump()) for entry in ahead],
    )
