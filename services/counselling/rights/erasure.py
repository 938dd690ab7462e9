"""Erasure of a person in counselling (contracts §4): what leads to her goes, the statistical record stays as told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.cases.tables import CaseRow
from services.counselling.rights.registry import REGISTRY, her_sessions
from services.counselling.tables import SessionRow
from shared import audit, clock
from shared.rights import Subject, among, erase
from shared.rights.tombstones import hashed_id, put_up

NOUN = "session"
CAUSE = "registration"
"""Stands in the audit of an erasure that registration tells; who asked for it is in registration's."""


async def erase_subject(session: AsyncSession, subject: Subject, key: str, day: date, cause: str) -> dict[str, int]:
    """Erase everything of a person, in the caller's transaction. Repeatable; how many rows, by table.

    The caller holds `lock_persons` alone, so that nobody records of her meanwhile; her cases are locked here, so that
    no part of one is written while it goes. No session changes its type: all of hers go from the order together.
    """
    subject = replace(subject, cases=await cases_of(session, subject, to_change=True), hidden=())
    query = select(SessionRow.external_id, SessionRow.person_key).where(her_sessions(subject))
    gone = (await session.exec(query)).all()
    hashed = [hashed_id(subject.carrier, NOUN, external, key) for external, _ in gone if external is not None]
    references = [person for _, person in gone if person is not None and person.startswith("r:")]
    await put_up(session, subject.carrier, [*hashed, *references, *subject.references], day)
    done = await erase(session, REGISTRY, subject)
    if gone or subject.cases:
        keys: Sequence[UUID | None] = subject.persons or (None,)
        acts = [audit.entry(clock.now(), cause, subject.carrier, "person.erased", one, None) for one in keys]
        await audit.write(session, acts)
    return done


async def cases_of(session: AsyncSession, subject: Subject, *, to_change: bool = False) -> tuple[UUID, ...]:
    """Ids of a person's cases, of closed circles too."""
    hers = or_(among(CaseRow.person_id, subject.persons), among(CaseRow.recorded_person_id, subject.persons))
    query = select(CaseRow).where(col(CaseRow.carrier_id) == subject.carrier, hers).order_by(col(CaseRow.case_id))
    return tuple(row.case_id for row in await session.exec(query.with_for_update() if to_change else query))


async def erase_told(session: AsyncSession, gone: Sequence[tuple[UUID, UUID]], key: str, day: date) -> None:
    """Erase the persons that registration has erased: (carrier, person) each. Repeatable, in any order."""
    for carrier in sorted({carrier for carrier, _ in gone}):
        persons = tuple(person for of, person in gone if of == carrier)
        await store.lock_persons(session, (carrier,), alone=True)
        await erase_subject(session, Subject(carrier, persons), key, day, CAUSE)
