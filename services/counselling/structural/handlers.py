"""Recording and withdrawing structural work: it is audited and told nobody."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store, untold
from services.counselling.commands import Command, Note, OfficeCode
from services.counselling.model import check_record
from services.counselling.structural.rules import check_work
from services.counselling.structural.tables import StructuralRow
from shared.problems import invalid
from shared.recording import Actor
from shared.revisions import next_revision
from shared.vocabulary import ProgrammeLine
from shared.vocabulary.sensitive import DiscriminationContext
from shared.vocabulary.structural import StructuralKind, StructuralTarget, VolunteerTask

Heads = Annotated[int, Field(ge=0, le=10_000)]
LINE = {"programme_line": ProgrammeLine.MIGRATION_SERVICE}
"""Structural work is the migration service's (domain 10), so its days are that line's."""


class RecordWork(Command):
    """Record or correct structural work; `revision` names the stand that a correction corrects."""

    date: date
    kind: StructuralKind
    target: StructuralTarget | None = None
    office: OfficeCode | None = None
    context: DiscriminationContext | None = None
    note: Note | None = None
    volunteers_with_background: Heads = 0
    volunteers_without_background: Heads = 0
    volunteer_tasks: Annotated[list[VolunteerTask], Field(default_factory=list, max_length=len(VolunteerTask))]
    revision: Annotated[int, Field(ge=1)] | None = None


async def record_work(session: AsyncSession, work_id: UUID, command: RecordWork, actor: Actor) -> StructuralRow:
    """Record or correct structural work. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    stored = await untold.own(session, StructuralRow, work_id, actor)
    offices = await store.offices(session, actor.principal.carriers) if command.office else {}
    values = command.model_dump()
    if problems := check_record(values | LINE, offices, actor.today) + check_work(values):
        raise invalid(*problems)
    content: dict[str, Any] = command.model_dump(exclude={"office", "revision"})
    content["office_id"] = offices[command.office].office_id if command.office else None
    content["volunteer_tasks"] = sorted(set(command.volunteer_tasks))
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or new_work(work_id, content, actor)
    row.sqlmodel_update(content)
    row.revision, row.withdrawn = revision or 1, False
    await untold.save(session, row, "structural.recorded", actor)
    return row


def new_work(work_id: UUID, content: dict[str, Any], actor: Actor) -> StructuralRow:
    """A new record of the actor's carrier."""
    who: dict[str, Any] = {"carrier_id": actor.principal.carrier, "recorded_by": actor.principal.subject}
    return StructuralRow(work_id=work_id, recorded_on=actor.today, **who, **content)


async def withdraw_work(session: AsyncSession, work_id: UUID, actor: Actor) -> None:
    """Withdraw structural work. Repeatable. Raises Problem 404."""
    await untold.withdraw(session, await untold.own(session, StructuralRow, work_id, actor), "structural", actor)
