"""Recording, merging and parting persons: one function per command. The edge commits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import occupations, person_store, store
from services.registration.commands import RecordPerson
from services.registration.identity import birth_values, check_person, name_values
from services.registration.model import search_name
from services.registration.tables import PersonMergeRow, PersonRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import Actor
from shared.revisions import next_revision
from shared.rights.tombstones import ErasedPersonRow

NO_PERSON = "Diese Person gibt es bei Ihrem Träger nicht."
ERASED = "Die Daten dieser Person wurden gelöscht. Kommt sie wieder, erfassen Sie sie bitte als neue Person."
NAMES = ("name", "original_name")


async def record_person(session: AsyncSession, person_id: UUID, command: RecordPerson, actor: Actor) -> PersonRow:
    """Record or correct a person; what is left out stays as it is. Repeating changes nothing.

    Raises Problem 404 (other carrier's id), 409 (stale revision, merged, erased), 422 (rules of `identity`).
    """
    stored = await person_store.get_person(session, person_id, actor.principal.carriers, to_change=True)
    if stored is None and await session.get(ErasedPersonRow, person_id) is not None:
        raise Problem(409, ERASED)
    before = stored.model_dump() if stored is not None else {}
    content = _content(command, before)
    keys = {entry["reference_occupation"] for entry in content.get("qualifications", [])} - {None}
    problems = check_person(content, actor.today, await occupations.missing(session, keys))
    if not content["family_name"]:
        problems.append(FieldProblem("name", None, "Der Name fehlt.", "Bitte ergänzen."))
    if problems:
        raise invalid(*problems)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    if stored is not None and person_id in _became(await _merges(session, actor, person_id)):
        raise Problem(409, "Diese Person ist mit einer anderen zusammengeführt. Bitte ändern Sie dort.")
    row = stored or PersonRow(
        person_id=person_id, carrier_id=actor.principal.carrier, recorded_on=actor.today, revision=1, **content
    )
    row.sqlmodel_update(content)
    row.revision, row.withdrawn, row.recorded_on = revision or 1, False, max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "person.recorded")
    await revisions.write()
    if any(before.get(name) != content.get(name, before.get(name)) for name in NAMES):
        await person_store.write_keys(session, row)
    return row


def _content(command: RecordPerson, before: dict[str, Any]) -> dict[str, Any]:
    """Columns of the row that the command asks for: all of a new person, else what was told."""
    whole = command.model_dump(exclude={"revision"})
    told = {name: value for name, value in whole.items() if name in command.model_fields_set}
    values = told if before else whole
    content = values | name_values(told, before) | birth_values(told, before)
    return content | {"search_name": search_name(content["name"])}


async def _merges(session: AsyncSession, actor: Actor, *persons: UUID) -> dict[UUID, PersonMergeRow]:
    """Merges of these persons by who became another, undone ones too."""
    return {row.person_id: row for row in await person_store.merges_of(session, actor.principal.carriers, persons)}


def _became(merges: Mapping[UUID, PersonMergeRow]) -> dict[UUID, UUID]:
    return {person: row.merged_into for person, row in merges.items() if not row.withdrawn}


async def merge_persons(session: AsyncSession, keep: UUID, other: UUID, actor: Actor) -> PersonMergeRow:
    """Say that `other` is the person `keep`; both records stay, and it can be undone. Repeatable.

    Raises Problem 404 (other carrier's ids), 409 (one of them is merged with somebody else), 422 (twice the same).
    """
    carrier = await _both(session, keep, other, actor)
    merges = await _merges(session, actor, keep, other)
    became = _became(merges)
    if became.get(other) == keep:
        return merges[other]
    if keep in became or other in became:
        who = "Diese Person" if keep in became else "Die andere Person"
        raise Problem(409, f"{who} ist schon mit einer weiteren zusammengeführt. Bitte zuerst diese trennen.")
    row = merges.get(other) or PersonMergeRow(
        person_id=other, carrier_id=carrier, revision=0, recorded_on=actor.today, merged_into=keep
    )
    row.merged_into, row.withdrawn = keep, False
    return await _say(session, row, "person.merged", actor)


async def part_persons(session: AsyncSession, keep: UUID, other: UUID, actor: Actor) -> PersonMergeRow | None:
    """Undo a merge: `other` is herself again. Repeatable; None when the two never were one.

    Raises Problem 404 and 422 as `merge_persons`.
    """
    await _both(session, keep, other, actor)
    row = (await _merges(session, actor, other)).get(other)
    if row is None or row.withdrawn or row.merged_into != keep:
        return row
    row.withdrawn = True
    return await _say(session, row, "person.parted", actor)


async def _both(session: AsyncSession, keep: UUID, other: UUID, actor: Actor) -> UUID:
    """Keep other writers of both persons waiting, always in the same order; their carrier."""
    if keep == other:
        text = "Eine Person kann nicht mit sich selbst zusammengeführt werden."
        raise invalid(FieldProblem("other", str(other), text, "Bitte die zweite Person wählen."))
    found = [
        await person_store.get_person(session, key, actor.principal.carriers, to_change=True)
        for key in sorted((keep, other))
    ]
    carriers = {row.carrier_id for row in found if row is not None}
    if None in found or len(carriers) != 1:
        raise Problem(404, NO_PERSON)
    return carriers.pop()


async def _say(session: AsyncSession, row: PersonMergeRow, action: str, actor: Actor) -> PersonMergeRow:
    row.revision, row.recorded_on = row.revision + 1, max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, action)
    await revisions.write()
    return row
