"""Transfers (Verstetigungen) that their networks show with public texts, as they were on a day."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.vocabulary import Area, Delivery, ItemState

MOST = 200
FOUND = """
    FROM fact
    JOIN fact_body USING (region, kind, entity_id, revision)
    WHERE kind = 'item_changed' AND NOT withdrawn AND effective_on <= :as_of AND received_on <= :known_at
    AND NOT EXISTS (
        SELECT 1 FROM fact AS newer
        WHERE newer.region = fact.region AND newer.kind = fact.kind AND newer.entity_id = fact.entity_id
        AND newer.revision > fact.revision AND newer.effective_on <= :as_of AND newer.received_on <= :known_at
    )
    AND body->>'item_kind' = 'transfer' AND body->>'state' IN ('planned', 'started', 'completed')
    AND body->'public'->>'title' IS NOT NULL
"""
LISTED = text(
    "SELECT region, entity_id AS item_id, body->>'state' AS state, body->>'round' AS round, body->>'area' AS area, "
    "body->>'delivery' AS delivery, body->'public'->>'title' AS title, "
    "body->'public'->>'organisation' AS organisation, body->'public'->>'url' AS url "
    f"{FOUND} ORDER BY title, region, entity_id LIMIT :most"
)
COUNTED = text(f"SELECT count(*) {FOUND}")


class TransferOut(BaseModel):
    """A transfer whose title its network has released."""

    item_id: UUID
    region: str
    state: ItemState
    round: str | None
    area: Area | None
    delivery: Delivery
    title: str
    organisation: str | None
    url: str | None


class TransferPage(BaseModel):
    """Transfers by title; `total` counts those left out too."""

    items: list[TransferOut]
    total: int


async def titled_transfers(session: AsyncSession, as_of: date, known_at: date) -> TransferPage:
    """Transfers with a public title among those that the indicator counts under `as_of` and `known_at`."""
    connection = await session.connection()
    days: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
    rows = (await connection.execute(LISTED, days | {"most": MOST})).mappings()
    items = [TransferOut.model_validate(dict(row)) for row in rows]
    return TransferPage(items=items, total=int(await connection.scalar(COUNTED, days) or 0))
