"""The public projects of the database "Praktisch!" (PDB-03): entries in force that a network has released.

In a network its own, at the centre those of all networks; read from the facts themselves, so nothing is kept twice.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.topology import load_topology

FOUND = """
    FROM fact
    JOIN fact_body USING (region, kind, entity_id, revision)
    WHERE kind = 'item_changed' AND NOT withdrawn
    AND NOT EXISTS (
        SELECT 1 FROM fact AS newer
        WHERE newer.region = fact.region AND newer.kind = fact.kind AND newer.entity_id = fact.entity_id
        AND newer.revision > fact.revision
    )
    AND body->>'item_kind' = 'project' AND body->>'state' = 'published' AND jsonb_typeof(body->'public') = 'object'
    AND (CAST(:project_id AS uuid) IS NULL OR entity_id = CAST(:project_id AS uuid))
    AND (:region = '' OR region = :region)
    AND (:topic = '' OR body->'public'->>'topic' = :topic)
    AND (:programme = '' OR body->'public'->>'programme' = :programme)
    AND (:q = '' OR position(lower(:q) IN lower(concat_ws(' ', body->'public'->>'title', body->'public'->>'summary',
        body->'public'->>'organisation'))) > 0)
"""
LISTED = text(
    f"SELECT region, entity_id, effective_on, body->'public' AS public {FOUND} "
    "ORDER BY effective_on DESC, region, entity_id LIMIT :limit OFFSET :offset"
)
COUNTED = text(f"SELECT count(*) {FOUND}")
NO_FILTER = {"q": "", "topic": "", "programme": "", "region": ""}


async def published(
    session: AsyncSession, asked: dict[str, str], limit: int, offset: int, project_id: UUID | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Published projects, newest first, and how many there are; what is empty in `asked` asks nothing."""
    connection, values = await session.connection(), NO_FILTER | asked | {"project_id": project_id}
    rows = (await connection.execute(LISTED, values | {"limit": limit, "offset": offset})).mappings()
    items = [_entry(dict(row)) for row in rows]
    return items, int(await connection.scalar(COUNTED, values) or 0)


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    network = load_topology().get(row["region"])
    named = {"project_id": row["entity_id"], "region": row["region"], "published_on": row["effective_on"]}
    named["network"] = network.name if network else row["region"]
    return named | dict(row["public"])
