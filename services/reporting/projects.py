"""Public items in force that a network has released: the database "Praktisch!" (PDB-03), sheets of Good Practice.

In a network its own, at the centre those of all networks; read from the facts themselves, so nothing is kept twice.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.topology import load_topology
from shared.vocabulary import ItemKind

FOUND = """
    FROM fact
    JOIN fact_body USING (region, kind, entity_id, revision)
    WHERE kind = 'item_changed' AND NOT withdrawn
    AND NOT EXISTS (
        SELECT 1 FROM fact AS newer
        WHERE newer.region = fact.region AND newer.kind = fact.kind AND newer.entity_id = fact.entity_id
        AND newer.revision > fact.revision
    )
    AND body->>'item_kind' = :item_kind AND body->>'state' = 'published' AND jsonb_typeof(body->'public') = 'object'
    AND (CAST(:item_id AS uuid) IS NULL OR entity_id = CAST(:item_id AS uuid))
    AND (:region = '' OR region = :region)
    AND (:round = '' OR body->>'round' = :round)
    AND (:area = '' OR body->>'area' = :area)
    AND (:topic = '' OR body->'public'->>'topic' = :topic)
    AND (:programme = '' OR body->'public'->>'programme' = :programme)
    AND (:programme_line = '' OR body->'public'->>'programme_line' = :programme_line)
    AND (:q = '' OR position(lower(:q) IN lower(concat_ws(' ', body->'public'->>'title', body->'public'->>'summary',
        body->'public'->>'organisation'))) > 0)
"""
LISTED = text(
    f"SELECT region, entity_id, effective_on, body->>'round' AS round, body->>'area' AS area, "
    f"body->'public' AS public {FOUND} "
    "ORDER BY effective_on DESC, region, entity_id LIMIT :limit OFFSET :offset"
)
COUNTED = text(f"SELECT count(*) {FOUND}")
FILTERS = ("q", "region", "round", "area", "topic", "programme", "programme_line")


async def public_items(
    session: AsyncSession, kind: ItemKind, asked: dict[str, str], page: tuple[int, int], item_id: UUID | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Published items of a kind, newest first, and how many there are; what is empty in `asked` asks nothing.

    `page` is how many, and after how many others.
    """
    connection = await session.connection()
    values = dict.fromkeys(FILTERS, "") | asked | {"item_kind": kind.value, "item_id": item_id}
    rows = (await connection.execute(LISTED, values | dict(zip(("limit", "offset"), page, strict=True)))).mappings()
    items = [_entry(dict(row)) for row in rows]
    return items, int(await connection.scalar(COUNTED, values) or 0)


async def published(
    session: AsyncSession, asked: dict[str, str], limit: int, offset: int, project_id: UUID | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Published projects, newest first, and how many there are."""
    items, total = await public_items(session, ItemKind.PROJECT, asked, (limit, offset), project_id)
    return [one | {"project_id": one["item_id"]} for one in items], total


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    network = load_topology().get(row["region"])
    named = {"item_id": row["entity_id"], "published_on": row["effective_on"]}
    named |= {name: row[name] for name in ("region", "round", "area")}
    named["network"] = network.name if network else row["region"]
    return named | dict(row["public"])
