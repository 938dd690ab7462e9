"""Erasure of a person whom only an import's reference knows: her sessions stay, nothing leads from one to another."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.commands import Command
from services.counselling.rights.erasure import erase_subject
from shared import audit
from shared.importing.rows import person_ref_key
from shared.recording import Actor
from shared.rights import Subject
from shared.rights.journal import ReferenceEntry


class EraseReference(Command):
    """Erase whom a carrier's old system calls by a reference."""

    carrier_id: UUID
    person_ref: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


async def erase_reference(session: AsyncSession, command: EraseReference, actor: Actor) -> int:
    """Take the link from the sessions of a reference; how many. Repeatable: then none."""
    reference = person_ref_key(command.carrier_id, command.person_ref, actor.key)
    await store.lock_persons(session, (command.carrier_id,), alone=True)
    subject = Subject(command.carrier_id, references=(reference,))
    who = actor.principal.subject
    done = await erase_subject(session, subject, actor.key, actor.today, who)
    act = audit.entry(actor.instant, who, command.carrier_id, "reference.erased", None, None)
    await audit.write(session, [act])
    return done["counselling_session"]


async def erase_entry(session: AsyncSession, entry: ReferenceEntry, key: str, cause: str) -> None:
    """Erase again what the journal names. Repeatable."""
    await store.lock_persons(session, (entry.carrier_id,), alone=True)
    await erase_subject(session, Subject(entry.carrier_id, references=(entry.reference,)), key, entry.erased_on, cause)
