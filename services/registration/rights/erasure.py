"""Erasure of a person in registration (contracts §4), and how the network's counselling hears of it.

Told is one more revision of her profile, withdrawn and without a trait: the newest wins in any order, and what
counselling hears late of her finds that she is gone. Ids and "not stated" are all that is in it; it never goes up.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import person_store, publishing
from services.registration.person_handlers import NO_PERSON
from services.registration.rights.commands import Erase
from services.registration.rights.registry import REGISTRY, participations
from services.registration.tables import ParticipationRow, PersonRow
from shared import audit, outbox
from shared.nationalities import NOT_STATED
from shared.problems import Problem
from shared.recording import Actor
from shared.rights import Subject, erase
from shared.rights.tombstones import ErasedPersonRow, hashed_id, put_up

NOUN = "participation"


async def erase_person(session: AsyncSession, person_id: UUID, command: Erase, actor: Actor) -> list[UUID]:
    """Erase a person and all she was merged with, for good; whose ids went. Repeatable: then none.

    Raises Problem 404 for another carrier's id, or one that nobody has.
    """
    carriers = actor.principal.carriers
    if await gone(session, person_id, carriers):
        return []
    persons = await one_person(session, person_id, carriers)
    rows = [row for key in persons if (row := await person_store.get_person(session, key, carriers, to_change=True))]
    if person_id not in {row.person_id for row in rows}:
        raise Problem(404, NO_PERSON)
    subject = Subject(rows[0].carrier_id, tuple(row.person_id for row in rows))
    last = [bare(row, max(actor.today, row.recorded_on)) for row in rows]
    for row in rows:
        session.expunge(row)
    await erase_subject(session, subject, actor.key, actor.today)
    for row in last:
        session.add(
            ErasedPersonRow(
                person_id=row.person_id,
                carrier_id=row.carrier_id,
                revision=row.revision,
                erased_on=actor.today,
                reason=command.reason,
            )
        )
    await session.flush()
    await outbox.append(
        session, [message for row in last for message in publishing.row_messages(row, actor.region, actor.instant)]
    )
    who = actor.principal.subject
    acts = [
        audit.entry(actor.instant, who, row.carrier_id, "person.erased", row.person_id, row.revision) for row in last
    ]
    await audit.write(session, acts)
    return [row.person_id for row in last]


async def erase_subject(session: AsyncSession, subject: Subject, key: str, day: date) -> dict[str, int]:
    """Erase what the registry names, and leave tombstones of imported rows; how many rows, by table. Repeatable."""
    query = select(ParticipationRow.external_id).where(participations(subject))
    ids = [one for one in (await session.exec(query)).all() if one is not None]
    hashed = [hashed_id(subject.carrier, NOUN, one, key) for one in ids]
    await put_up(session, subject.carrier, [*hashed, *subject.references], day)
    return await erase(session, REGISTRY, subject)


async def gone(session: AsyncSession, person_id: UUID, carriers: Sequence[UUID]) -> bool:
    """Whether a person of these carriers was erased already."""
    query = select(ErasedPersonRow.person_id).where(ErasedPersonRow.person_id == person_id)
    return (await session.exec(query.where(col(ErasedPersonRow.carrier_id).in_(carriers)))).first() is not None


async def one_person(session: AsyncSession, person_id: UUID, carriers: tuple[UUID, ...]) -> list[UUID]:
    """Ids of a person and of everybody who is one with her by merges in force, in the order in which to lock them."""
    found = {person_id}
    while True:
        merges = [row for row in await person_store.merges_of(session, carriers, sorted(found)) if not row.withdrawn]
        more = {one for row in merges for one in (row.person_id, row.merged_into)} - found
        if not more:
            return sorted(found)
        found |= more


def bare(row: PersonRow, day: date) -> PersonRow:
    """The last revision of a person: withdrawn, with nothing that says who she was. It is told, never stored."""
    return PersonRow(
        person_id=row.person_id,
        carrier_id=row.carrier_id,
        revision=row.revision + 1,
        withdrawn=True,
        recorded_on=day,
        name="",
        search_name="",
        family_name="",
        contact_way=NOT_STATED,
        interpreter_needed=NOT_STATED,
        has_degree=NOT_STATED,
        german_level=NOT_STATED,
        nationality=NOT_STATED,
        refugee_background=NOT_STATED,
        gender=NOT_STATED,
    )
