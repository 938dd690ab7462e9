"""Reads of items. A carrier's people see its own; who coordinates the network sees all of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store as records
from services.registration.item_tables import ItemRow
from services.registration.items.kinds import Options
from services.registration.run_tables import TrainingRunRow
from shared.security import Principal
from shared.vocabulary import Programme, StructureKind
from shared.vocabulary.permissions import PERMISSIONS, Scope


def reach(principal: Principal, permission: str) -> ColumnElement[bool]:
    """Condition: items that somebody reaches with a permission."""
    if PERMISSIONS[permission].get(principal.role) is Scope.NETWORK:
        return true()
    return col(ItemRow.carrier_id).in_(principal.carriers)


async def get_item(
    session: AsyncSession, item_id: UUID, principal: Principal, permission: str, *, to_change: bool = False
) -> ItemRow | None:
    """An item within reach, `to_change` kept for this writer, or None."""
    query = select(ItemRow).where(ItemRow.item_id == item_id, reach(principal, permission))
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def list_items(
    session: AsyncSession, principal: Principal, wanted: dict[str, str | None], page: tuple[int, int]
) -> tuple[Sequence[ItemRow], int]:
    """Items within reach and in force, last changed first; `wanted` are columns with the value they must have."""
    where: list[Any] = [reach(principal, "items:read"), col(ItemRow.withdrawn).is_(False)]
    where += [getattr(ItemRow, name) == value for name, value in wanted.items() if value is not None]
    total = (await session.exec(select(func.count()).select_from(ItemRow).where(*where))).one()
    query = select(ItemRow).where(*where).order_by(col(ItemRow.recorded_on).desc(), col(ItemRow.item_id))
    return (await session.exec(query.limit(page[0]).offset(page[1]))).all(), total


async def proposers(session: AsyncSession, carriers: Sequence[UUID]) -> Options:
    """Who may propose (GP-09): the carriers' Teilprojekte, and specialist units of them or of the network itself."""
    kinds = (StructureKind.SUB_PROJECT, StructureKind.SPECIALIST_UNIT)
    found = [unit for kind in kinds for unit in await records.structure(session, kind)]
    own = [
        unit
        for unit in found
        if unit.parent_id in carriers or (unit.kind == StructureKind.SPECIALIST_UNIT and unit.parent_id is None)
    ]
    return tuple((unit.code, unit.name) for unit in own)


async def runs(session: AsyncSession, carriers: Sequence[UUID]) -> Options:
    """Runs out of which projects come: of IKÖ 4.0 and of the training of ambassadors, the newest first."""
    own = (col(TrainingRunRow.carrier_id).in_(carriers), col(TrainingRunRow.withdrawn).is_(False))
    query = select(TrainingRunRow).where(*own, col(TrainingRunRow.programme).in_((Programme.IKO, Programme.IKBO)))
    rows = await session.exec(query.order_by(col(TrainingRunRow.starts_on).desc()).limit(500))
    return tuple((str(row.run_id), f"{row.public_title} ({row.starts_on:%d.%m.%Y})") for row in rows)


async def choices(session: AsyncSession, carriers: Sequence[UUID]) -> dict[str, Options]:
    """Options that only the network knows, by the name that `kinds.toml` calls them."""
    codes = {code for carrier in carriers for code in await records.offerings_in_force(session, carrier)}
    offerings = tuple((code, code) for code in sorted(codes))
    return {
        "proposers": await proposers(session, carriers),
        "offering": offerings,
        "run": await runs(session, carriers),
    }
