"""Reads of the directory: the network's, so no carrier limits them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bodies.tables import BodyRow

MOST = 500


async def get_body(session: AsyncSession, body_id: UUID, *, to_change: bool = False) -> BodyRow | None:
    """An entry, or None; `to_change` keeps other writers of it waiting."""
    query = select(BodyRow).where(BodyRow.body_id == body_id)
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def bodies_of(session: AsyncSession, ids: Collection[UUID | None]) -> dict[UUID, BodyRow]:
    """Entries by id, closed ones too."""
    wanted = {key for key in ids if key is not None}
    if not wanted:
        return {}
    rows = await session.exec(select(BodyRow).where(col(BodyRow.body_id).in_(wanted)))
    return {row.body_id: row for row in rows}


async def list_bodies(session: AsyncSession, kind: str | None, words: str, *, closed: bool) -> Sequence[BodyRow]:
    """Entries by kind and name whose kind and words fit, at most MOST; `closed`: also those that are gone."""
    query = select(BodyRow).order_by(col(BodyRow.kind), func.lower(BodyRow.name), col(BodyRow.body_id)).limit(MOST)
    if not closed:
        query = query.where(col(BodyRow.withdrawn).is_(False))
    if kind is not None:
        query = query.where(BodyRow.kind == kind)
    for word in words.split():
        text = word.lower()
        places = (BodyRow.name, BodyRow.address)
        query = query.where(or_(*(func.strpos(func.lower(func.coalesce(place, "")), text) > 0 for place in places)))
    return (await session.exec(query)).all()
