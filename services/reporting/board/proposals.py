"""Good Practice proposals of all networks as the facts tell them: the newest revision, and nothing withdrawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

FOUND = text(
    """
    SELECT region, entity_id, effective_on, body->>'state' AS state, body->>'round' AS round, body->'public' AS public
    FROM fact
    JOIN fact_body USING (region, kind, entity_id, revision)
    WHERE kind = 'item_changed' AND NOT withdrawn AND body->>'item_kind' = 'good_practice'
    AND NOT EXISTS (
        SELECT 1 FROM fact AS newer
        WHERE newer.region = fact.region AND newer.kind = fact.kind AND newer.entity_id = fact.entity_id
        AND newer.revision > fact.revision
    )
    AND (CAST(:ids AS uuid[]) IS NULL OR entity_id = ANY(CAST(:ids AS uuid[])))
    ORDER BY effective_on DESC, region, entity_id
    """
)
Key = tuple[str, UUID]
"""A proposal: its network and its item."""
NO_TITLE = "Ohne Titel (Texte noch nicht freigegeben)"


@dataclass(frozen=True)
class Proposal:
    """A proposal as its network told it; `sheet` are its public texts, empty until the network has released them."""

    region: str
    item_id: UUID
    told: str
    round: str | None
    told_on: date
    sheet: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.region, self.item_id

    @property
    def title(self) -> str:
        """Its title, or that there is none yet."""
        return str(self.sheet.get("title") or NO_TITLE)

    @property
    def organisation(self) -> str | None:
        """The carrier or unit that it comes from, as its sheet names it."""
        return self.sheet.get("organisation")


async def proposals(session: AsyncSession, ids: Collection[UUID] | None = None) -> dict[Key, Proposal]:
    """All proposals by their key, the last told first; with `ids` only items of these."""
    connection = await session.connection()
    rows = await connection.execute(FOUND, {"ids": None if ids is None else list(ids)})
    found = [
        Proposal(
            region,
            item_id,
            state,
            funding_round,
            told_on,
            {name: value for name, value in (public or {}).items() if value},
        )
        for region, item_id, told_on, state, funding_round, public in rows
    ]
    return {one.key: one for one in found}
