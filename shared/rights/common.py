"""What both recording services let go alike: references of imports, import jobs, and messages nobody can handle."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, inspect
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock
from shared.importing.tables import ImportJob
from shared.inbox import ParkedRow
from shared.rights.expiry import Expiry, deleting
from shared.rights.retention import load_rules
from shared.rights.tombstones import hashed_id, put_up

REFERENCES = "imported_references"
ENDED = ("done", "failed")
COMMON = (
    Expiry(
        "imports",
        ImportJob.id,
        ImportJob.created_at,
        deleting(ImportJob.id),
        (col(ImportJob.state).in_(ENDED),),
        ImportJob.carrier_id,
        "import.expired",
    ),
    # One that waits for an upgrade is still to be taken in.
    Expiry(
        "parked",
        ParkedRow.id,
        ParkedRow.parked_on,
        deleting(ParkedRow.id),
        (col(ParkedRow.fate) == "dead",),
        timed=False,
    ),
)


def imported_references(
    table: type[SQLModel],
    noun: str,
    days: tuple[str, str],
    where: ColumnElement[bool],
    unlinked: Mapping[str, Any],
    key: str,
) -> Expiry:
    """Records of a table lose the reference they were imported under, once all under it are old.

    `days` names the columns of which the younger one counts, `where` says which records have a reference, `unlinked`
    is what they become, `key` the network's, for the hashes that they leave.
    """
    row: Any = table
    same, identity = aliased(row), getattr(row, inspect(table).primary_key[0].key)
    # The last day of all records under one reference: whoever has a younger one stays whole.
    last = select(func.max(func.greatest(*(getattr(same, day) for day in days)))).where(
        same.carrier_id == row.carrier_id, same.person_key == row.person_key
    )

    async def unlink(session: AsyncSession, keys: Sequence[Any]) -> None:
        # What is younger than the period is of somebody who came back, even if it is told late.
        last_due = load_rules()[REFERENCES].first_kept(clock.today()) - timedelta(days=1)
        hers = identity.in_(keys)
        rows = (await session.exec(select(row).where(hers))).all()
        for carrier in sorted({one.carrier_id for one in rows}):
            own = [one for one in rows if one.carrier_id == carrier]
            stones = [one.person_key for one in own if one.person_key is not None]
            stones += [hashed_id(carrier, noun, one.external_id, key) for one in own if one.external_id is not None]
            await put_up(session, carrier, stones, last_due)
        await session.exec(update(table).where(hers).values(**unlinked))

    action = f"{noun}.emptied"
    return Expiry(REFERENCES, identity, last.scalar_subquery(), unlink, (where,), row.carrier_id, action, timed=False)
