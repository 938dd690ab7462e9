"""Erasure of a person whom only an import's reference knows: nobody registered her, so no id leads to her."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.rights.commands import EraseReference
from services.registration.rights.erasure import erase_subject
from services.registration.rights.tables import ErasedReferenceRow
from services.registration.tables import StructureRow
from shared import audit
from shared.importing.rows import person_ref_key
from shared.problems import FieldProblem, invalid
from shared.recording import Actor
from shared.rights import Subject
from shared.rights.journal import ReferenceEntry


async def erase_reference(session: AsyncSession, command: EraseReference, actor: Actor) -> int:
    """Take the link from all that is held of a reference; how many participations. Repeatable.

    What comes later of the same reference in a file, dated up to today, is rejected (contracts §4). Raises Problem 422
    for what is no carrier of the network.
    """
    await _known(session, command.carrier_id)
    reference = person_ref_key(command.carrier_id, command.person_ref, actor.key)
    entry = ReferenceEntry(command.carrier_id, reference, actor.today, command.reason)
    gone = await erase_entry(session, entry, actor.key, journaled=False)
    act = audit.entry(actor.instant, actor.principal.subject, command.carrier_id, "reference.erased", None, None)
    await audit.write(session, [act])
    return gone


async def erase_entry(session: AsyncSession, entry: ReferenceEntry, key: str, *, journaled: bool) -> int:
    """Erase and remember an entry of the journal, in the caller's transaction; how many participations. Repeatable."""
    subject = Subject(entry.carrier_id, references=(entry.reference,))
    done = await erase_subject(session, subject, key, entry.erased_on)
    told = {"erased_on": entry.erased_on, "reason": entry.reason, "journaled": journaled}
    statement = insert(ErasedReferenceRow).values(carrier_id=entry.carrier_id, reference=entry.reference, **told)
    newer = statement.excluded.erased_on > ErasedReferenceRow.erased_on
    keys = ["carrier_id", "reference"]
    await session.exec(statement.on_conflict_do_update(index_elements=keys, set_=told, where=newer))
    return done["participation"]


async def _known(session: AsyncSession, carrier: UUID) -> None:
    query = select(StructureRow.kind).where(StructureRow.structure_id == carrier)
    if (await session.exec(query)).first() != "carrier":
        text = "Diesen Träger gibt es im Netzwerk nicht."
        raise invalid(FieldProblem("carrier_id", str(carrier), text, "Bitte einen Träger aus der Liste wählen."))
