"""Reads of decisions beside the facts, of published sheets, and of transfers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board.tables import BoardDecisionRow
from services.reporting.projects import public_items
from services.reporting.sheets.rules import Known
from services.reporting.sheets.tables import SheetTransferRow
from services.reporting.tables import BodyRow, FactRow, SetBackRow
from shared.contracts.registry import ITEM
from shared.vocabulary import ItemKind
from shared.vocabulary.items import SheetTransferState

# The newest decision about each item, with the newest revision of the item that is held.
NEWEST = text(
    f"""
    SELECT decided.region, decided.item_id, decided.revision, decided.state, outcome, decided_on, reasons,
        item.state AS item_state, item.decision AS item_decision, item.withdrawn, item.title,
        EXISTS (SELECT FROM {SetBackRow.__tablename__} s WHERE s.kind = :kind AND s.region = decided.region
            AND s.entity_id = decided.item_id) AS set_back
    FROM (
        SELECT DISTINCT ON (region, item_id) * FROM {BoardDecisionRow.__tablename__}
        ORDER BY region, item_id, revision DESC
    ) AS decided
    LEFT JOIN LATERAL (
        SELECT withdrawn, body->>'state' AS state, CAST(body->>'decision' AS int) AS decision,
            body->'public'->>'title' AS title
        FROM {FactRow.__tablename__} JOIN {BodyRow.__tablename__} USING (region, kind, entity_id, revision)
        WHERE kind = :kind AND region = decided.region AND entity_id = decided.item_id
        ORDER BY revision DESC LIMIT 1
    ) AS item ON true
    ORDER BY decided_on, decided.region, decided.item_id
    """  # noqa: S608  # names of tables of ours
)


async def decisions(session: AsyncSession) -> list[Known]:
    """The decision that is the newest of each proposal, oldest first, beside what is known of its item."""
    connection = await session.connection()
    return [Known(**row) for row in (await connection.execute(NEWEST, {"kind": ITEM.kind})).mappings()]


async def sheets(
    session: AsyncSession, asked: dict[str, str], page: tuple[int, int], item_id: UUID | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Published sheets, newest first, each with the networks it was transferred to; and how many there are."""
    items, total = await public_items(session, ItemKind.GOOD_PRACTICE, asked, page, item_id)
    where = (col(SheetTransferRow.item_id).in_([one["item_id"] for one in items]),)
    still = SheetTransferRow.state != SheetTransferState.ENDED
    rows = (await session.exec(select(SheetTransferRow).where(*where, still))).all()
    taken = {(row.region, row.item_id, row.to_region) for row in rows}
    for one in items:
        own = (one["region"], one["item_id"])
        one["transferred_to"] = sorted(to for region, item, to in taken if (region, item) == own)
    return items, total


async def transfers(session: AsyncSession) -> Sequence[SheetTransferRow]:
    """All transfers, those that began last first."""
    query = select(SheetTransferRow).order_by(col(SheetTransferRow.begun_on).desc(), col(SheetTransferRow.transfer_id))
    return (await session.exec(query)).all()


async def titles(session: AsyncSession, items: Sequence[UUID]) -> dict[tuple[str, UUID], str]:
    """Titles of published sheets by network and item."""
    found, _ = await sheets(session, {}, (MOST, 0))
    return {(one["region"], one["item_id"]): one["title"] for one in found if one["item_id"] in items}


MOST = 1000
"""Sheets at once; in eight years there were 62."""
