"""Cases that recur in one place, and the examination of structures that follows (DIS-06): counts and one work item.

Told to who has opened a record that names the place, as a number of persons; who they are, nobody is told.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from pydantic import BaseModel
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import untold
from services.counselling.cases.tables import CaseRow
from services.counselling.sensitive import store
from services.counselling.sensitive.commands import Content, ExamineStructures
from services.counselling.sensitive.places import ENOUGH, place_hash, recurs
from services.counselling.sensitive.seal import sealing_keys, unsealed
from services.counselling.sensitive.tables import SensitiveRow
from services.counselling.structural.handlers import new_work
from services.counselling.structural.tables import StructuralRow
from shared.problems import Problem
from shared.recording import Actor
from shared.vocabulary.sensitive import DiscriminationContext
from shared.vocabulary.structural import StructuralKind

CLOSED = "Die vertraulichen Angaben sind nicht (mehr) geöffnet. Bitte öffnen Sie sie mit einem Grund."
NO_PATTERN = (
    f"Eine Untersuchung von Strukturen wird eröffnet, wenn im selben Zusammenhang mindestens {ENOUGH} Personen "
    "betroffen sind. Bitte prüfen Sie, wo es war, oder halten Sie die Untersuchung in der Strukturarbeit fest."
)


class Pattern(BaseModel):
    """How many persons (0 below two) met discrimination in the place of a case, and the examination of it."""

    persons: int = 0
    examination: UUID | None = None


async def pattern_of(session: AsyncSession, carrier: UUID, content: Content, keys: Sequence[str]) -> Pattern:
    """The pattern that an opened record is part of; `keys` are those that seal, two while the network's changes."""
    if content.place is None:
        return Pattern()
    here = [place_hash(key, carrier, "record", content.place) for key in keys]
    query = select(func.count(func.distinct(CaseRow.person_id))).select_from(SensitiveRow)
    query = query.join(CaseRow, col(CaseRow.case_id) == SensitiveRow.case_id)
    same = (SensitiveRow.carrier_id == carrier, col(SensitiveRow.place_hash).in_(here))
    persons = (await session.exec(query.where(*same))).one()
    found = await _examination(session, carrier, content.place, keys)
    return Pattern(persons=persons if recurs(persons) else 0, examination=found.work_id if found else None)


async def _examination(session: AsyncSession, carrier: UUID, place: str, keys: Sequence[str]) -> StructuralRow | None:
    """The examination in force of a place."""
    here = [place_hash(key, carrier, "examination", place) for key in keys]
    query = select(StructuralRow).where(StructuralRow.carrier_id == carrier, col(StructuralRow.withdrawn).is_(False))
    return (await session.exec(query.where(col(StructuralRow.examined_hash).in_(here)))).first()


async def rekey(session: AsyncSession, row: SensitiveRow, keys: Sequence[str]) -> None:
    """Give a record that the first key opens, and the examination of its place, the hashes of that key."""
    try:
        place = unsealed(row.content, keys[:1], row.case_id).place
    except Problem:
        return  # no key opens it; it stays as it is
    if place is None:
        return
    row.place_hash = place_hash(keys[0], row.carrier_id, "record", place)
    found = await _examination(session, row.carrier_id, place, keys)
    if found is not None:
        found.examined_hash = place_hash(keys[0], row.carrier_id, "examination", place)
        session.add(found)


async def examine(session: AsyncSession, case_id: UUID, command: ExamineStructures, actor: Actor) -> StructuralRow:
    """Open an examination of the structures of a place: it names life area and day, no case and no person. Repeatable.

    Raises Problem 404, 403 (case), 409 (not open, or too few persons).
    """
    case = await store.circle_for(session, actor.principal, case_id)
    row = await store.record_of(session, case)
    if row is None or not await store.opened(session, actor.principal, case, actor.instant):
        raise Problem(409, CLOSED)
    keys = sealing_keys(actor.key)
    content = unsealed(row.content, keys, case.case_id)
    if content.place is None or not (await pattern_of(session, case.carrier_id, content, keys)).persons:
        raise Problem(409, NO_PATTERN)
    found = await _examination(session, case.carrier_id, content.place, keys)
    if found is not None:
        return found
    context = str(content.context or DiscriminationContext.OTHER)
    values = {"date": actor.today, "kind": StructuralKind.EXAMINATION.value, "context": context, "note": command.note}
    values["examined_hash"] = place_hash(keys[0], case.carrier_id, "examination", content.place)
    work = new_work(uuid4(), values, actor)
    await untold.save(session, work, "structural.recorded", actor)
    return work
