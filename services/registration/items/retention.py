"""How long texts and contact of withdrawn items are kept; their kind and state stay, as earlier figures count them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.item_tables import ItemDecisionRow, ItemRow
from shared.rights.expiry import Expiry

DECIDED = col(ItemRow.item_id).in_(select(ItemDecisionRow.item_id))
HAS_TEXT = (col(ItemRow.details) != {}) | col(ItemRow.reason).is_not(None) | DECIDED


async def _empty(session: AsyncSession, keys: Sequence[Any]) -> None:
    await session.exec(update(ItemRow).where(col(ItemRow.item_id).in_(keys)).values(details={}, reason=None))
    await session.exec(delete(ItemDecisionRow).where(col(ItemDecisionRow.item_id).in_(keys)))


EXPIRIES = (
    Expiry(
        "items_withdrawn",
        ItemRow.item_id,
        ItemRow.recorded_on,
        _empty,
        (col(ItemRow.withdrawn).is_(True), HAS_TEXT),
        ItemRow.carrier_id,
        "item.emptied",
        timed=False,
    ),
)
