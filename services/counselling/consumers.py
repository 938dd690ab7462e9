"""What counselling learns from registration: structure, profiles, merges and answers; the newest revision wins.

A person's profile that is withdrawn says that she was erased: what is held of her here goes in the same transaction.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.handlers.merges import rekey
from services.counselling.referrals.answers import keep_answers
from services.counselling.rights.erasure import erase_told
from services.counselling.tables import MergeRow, ProfileRow, UnitRow
from shared.contracts.base import Revision
from shared.contracts.registration import PersonChanged, PersonMerged
from shared.contracts.registry import ANSWER, MERGE, PERSON, STRUCTURE
from shared.messaging.ingest import Received


async def learn(session: AsyncSession, events: Sequence[Received], *, key: str) -> None:
    """Apply structure, person, merge and answer events in the caller's transaction; other events are not ours.

    `key` is the network's, for the hashes that erased rows leave.
    """
    await _upsert(session, UnitRow, "structure_id", (e.body for e in events if e.event is STRUCTURE))
    await _learn_persons(session, [event for event in events if event.event is PERSON], key)
    await _learn_merges(session, [event for event in events if event.event is MERGE])
    await keep_answers(session, [event.body.model_dump() for event in events if event.event is ANSWER])


async def _learn_persons(session: AsyncSession, events: Sequence[Received], key: str) -> None:
    bodies = [body for event in events if isinstance(body := event.body, PersonChanged)]
    erased = [body for body in bodies if body.withdrawn]
    if erased:
        # Before any row is held: who records holds this lock first, too.
        await store.lock_persons(session, tuple({body.carrier_id for body in erased}), alone=True)
    await _upsert(session, ProfileRow, "person_id", bodies)
    if erased:
        day = max(body.recorded_on for body in erased)
        await erase_told(session, [(body.carrier_id, body.person_id) for body in erased], key, day)


async def _learn_merges(session: AsyncSession, events: Sequence[Received]) -> None:
    told = [(event.envelope.region, body) for event in events if isinstance(body := event.body, PersonMerged)]
    gone = await _erased(session, [body for _, body in told])
    bodies = [(region, body) for region, body in told if not gone & {body.person_id, body.merged_into}]
    carriers = {body.carrier_id for _, body in bodies}
    if not carriers:
        return
    await store.lock_persons(session, tuple(carriers), alone=True)
    await _upsert(session, MergeRow, "person_id", (body for _, body in bodies))
    for carrier in sorted(carriers):
        own = [(region, body) for region, body in bodies if body.carrier_id == carrier]
        day = max(body.recorded_on for _, body in own)
        await rekey(session, carrier, [body.person_id for _, body in own], own[0][0], day)


async def _erased(session: AsyncSession, bodies: Sequence[PersonMerged]) -> set[UUID]:
    """Which persons of these merges are erased: a merge told late does not link what is left of them."""
    persons = {person for body in bodies for person in (body.person_id, body.merged_into)}
    if not persons:
        return set()
    query = select(ProfileRow.person_id).where(col(ProfileRow.person_id).in_(persons))
    return set(await session.exec(query.where(col(ProfileRow.withdrawn).is_(True))))


async def _upsert(session: AsyncSession, table: type[SQLModel], key: str, bodies: Iterable[Revision]) -> None:
    newest = {}
    for body in sorted(bodies, key=lambda entry: entry.revision):
        newest[getattr(body, key)] = body.model_dump(include=set(table.model_fields))
    if not newest:
        return
    statement = insert(table).values(list(newest.values()))
    new = statement.excluded
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=[key],
            set_={name: new[name] for name in table.model_fields if name != key},
            where=new.revision > table.revision,  # type: ignore[attr-defined]  # both tables have it
        )
    )
