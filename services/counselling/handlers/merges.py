"""Persons who became one, and two again: their sessions are put in order anew (contracts §4)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.cases.handlers import follow
from services.counselling.handlers.sessions import reorder
from services.counselling.order import merged_in, root
from services.counselling.tables import SessionRow
from shared import clock

CAUSE = "registration"
"""Stands in the audit of a derived revision; who merged the persons is in registration's."""


async def rekey(session: AsyncSession, carrier: UUID, persons: Sequence[UUID], region: str, day: date) -> None:
    """Give the sessions of these persons, and of all who became one of them, to those they are now.

    What is stored follows from the merges alone, so any order of their events, and any repetition, ends alike. Sessions
    whose type or `seen_before` changes get their next revision, recorded on `day` or later. The caller holds
    `lock_persons` alone.
    """
    became = await store.became(session, (carrier,))
    await follow(session, carrier, persons, became)
    rows = await store.recorded_for(session, (carrier,), sorted(merged_in(persons, became)))
    groups: set[store.Group] = set()
    for row in rows:
        groups |= _move(row, became)
    if not groups:
        return
    await store.lock(session, sorted(groups, key=str))
    revisions = store.derived_revisions(session, region, CAUSE, clock.now())
    for members in (await store.person_sessions(session, sorted(groups, key=str))).values():
        reorder(members, day, revisions)
    await revisions.write()


def _move(row: SessionRow, became: Mapping[UUID, UUID]) -> set[store.Group]:
    """Give a session to the person she is now; the groups it leaves and joins, none where nothing changes."""
    recorded = row.recorded_person_id
    if recorded is None or row.person_key != f"p:{row.person_id}":
        return set()  # anonymous, or known by a reference only
    if (person := root(recorded, became)) == row.person_id:
        return set()
    left = (row.carrier_id, row.person_key or "", row.programme_line)
    row.person_id, row.person_key = person, f"p:{person}"
    return {left, (row.carrier_id, row.person_key, row.programme_line)}
