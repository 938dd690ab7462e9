"""Reads of the directory: the network's, so no carrier limits them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bodies.rules import gone
from services.counselling.bodies.tables import BodyRow
from shared.problems import FieldProblem

MOST = 500


async def get_body(session: AsyncSession, body_id: UUID, *, to_change: bool = False) -> BodyRow | None:
    """An entry, or None; `to_change` keeps other writers of it waiting."""
    query = select(BodyRow).where(BodyRow.body_id == body_id)
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def bodies_named(session: AsyncSession, external_ids: Sequence[str]) -> dict[str, BodyRow]:
    """Entries by the `external_id` of their file, to change them."""
    query = select(BodyRow).where(col(BodyRow.external_id).in_(external_ids)).with_for_update()
    return {row.external_id: row for row in await session.exec(query) if row.external_id is not None}


async def check_listed(
    session: AsyncSession, field: str, body_id: UUID | None, before: UUID | None = None
) -> list[FieldProblem]:
    """Problems of a chosen body: it must be one to turn to; one that is kept (`before`) may be gone since."""
    if body_id is None:
        return []
    row = await get_body(session, body_id)
    return [] if row is not None and (not row.withdrawn or body_id == before) else [gone(field, body_id)]


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
