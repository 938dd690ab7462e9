"""The API for operations: where the two sides differ, and what became of parked messages; never a payload."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import func, text
from sqlmodel import col, select

from services.reporting.tables import ReplacedRow, SetBackRow
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")
MOST = 500
COUNTED = text(
    "SELECT region, kind, state, count(*) AS buckets, min(since) AS since FROM difference "
    "GROUP BY region, kind, state ORDER BY region, kind, state"
)
Reader = Annotated[Principal, Depends(require("operations:read"))]


class DifferenceOut(BaseModel):
    """Buckets of a kind of a network that differ: how many are in a state, since when."""

    region: str
    kind: str
    state: str
    buckets: int
    since: datetime


class AheadOut(BaseModel):
    """A record held here in a revision its network does not have; `told` is the one it has, 0: none."""

    region: str
    kind: str
    entity_id: UUID
    revision: int
    told: int
    month: str | None
    since: date


class ReplacedOut(BaseModel):
    """A body that gave way to another one of the same revision, sent on request; the body itself is not told."""

    region: str
    kind: str
    entity_id: UUID
    revision: int
    month: str | None
    replaced_on: date


class DifferencesOut(BaseModel):
    """All of it; of `ahead` and `replaced` the newest 500, `ahead_total` and `replaced_total` count them all."""

    differences: list[DifferenceOut]
    ahead: list[AheadOut]
    ahead_total: int
    replaced: list[ReplacedOut]
    replaced_total: int


@router.get("/differences")
async def differences(request: Request, _who: Reader) -> DifferencesOut:
    """Where networks and centre differ, record by record where a network was set back."""
    async with request.app.state.sessions() as session:
        connection = await session.connection()
        found = [DifferenceOut.model_validate(dict(row)) for row in (await connection.execute(COUNTED)).mappings()]
        ahead = select(SetBackRow).order_by(
            col(SetBackRow.since).desc(), col(SetBackRow.region), col(SetBackRow.entity_id)
        )
        replaced = select(ReplacedRow).order_by(col(ReplacedRow.id).desc())
        return DifferencesOut(
            differences=found,
            ahead=[AheadOut(**row.model_dump()) for row in await session.exec(ahead.limit(MOST))],
            ahead_total=(await session.exec(select(func.count()).select_from(SetBackRow))).one(),
            replaced=[ReplacedOut(**row.model_dump()) for row in await session.exec(replaced.limit(MOST))],
            replaced_total=(await session.exec(select(func.count()).select_from(ReplacedRow))).one(),
        )
