"""Recording and withdrawing outreach: it is audited and told nobody."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store, untold
from services.counselling.commands import Command, OfficeCode
from services.counselling.model import check_record
from services.counselling.outreach.tables import OutreachRow
from shared import vocabulary as v
from shared.problems import invalid
from shared.recording import Actor
from shared.revisions import next_revision


class RecordOutreach(Command):
    """Record or correct contacts of a day in a channel; `revision` names the stand that a correction corrects."""

    date: date
    programme_line: v.ProgrammeLine
    channel: v.Channel
    contacts: Annotated[int, Field(ge=1, le=100_000)]
    office: OfficeCode | None = None
    revision: Annotated[int, Field(ge=1)] | None = None


async def record_outreach(
    session: AsyncSession, outreach_id: UUID, command: RecordOutreach, actor: Actor
) -> OutreachRow:
    """Record or correct outreach. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    carriers = actor.principal.carriers
    stored = await untold.own(session, OutreachRow, outreach_id, actor)
    offices = await store.offices(session, carriers) if command.office else {}
    if problems := check_record(command.model_dump(), offices, actor.today):
        raise invalid(*problems)
    content: dict[str, Any] = command.model_dump(exclude={"office", "revision"})
    content["office_id"] = offices[command.office].office_id if command.office else None
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or OutreachRow(
        outreach_id=outreach_id,
        carrier_id=actor.principal.carrier,
        recorded_on=actor.today,
        recorded_by=actor.principal.subject,
        **content,
    )
    row.sqlmodel_update(content)
    row.revision, row.withdrawn = revision or 1, False
    await untold.save(session, row, "outreach.recorded", actor)
    return row


async def withdraw_outreach(session: AsyncSession, outreach_id: UUID, actor: Actor) -> None:
    """Withdraw outreach. Repeatable. Raises Problem 404."""
    await untold.withdraw(session, await untold.own(session, OutreachRow, outreach_id, actor), "outreach", actor)
