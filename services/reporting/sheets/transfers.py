"""Transfers of sheets to other networks: recorded, changed, asked about. The edge commits."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.sheets.rules import check_transfer, due_on
from services.reporting.sheets.store import sheets
from services.reporting.sheets.tables import SheetTransferRow
from shared import clock
from shared.contracts.base import Line
from shared.problems import FieldProblem, Problem, invalid
from shared.revisions import next_revision
from shared.vocabulary.items import SheetTransferState

UNKNOWN = "Diese Übertragung gibt es nicht."
NOT_DUE = "Für diese Übertragung ist gerade keine Erinnerung fällig."
MOVED = "Diese Übertragung wurde inzwischen geändert (Stand {now}, Ihrer ist {given}). Bitte laden Sie sie neu."
FIXED = "Beispiel und Netzwerk einer Übertragung lassen sich nicht ändern."
NETWORK = Annotated[str, StringConstraints(pattern="^[a-z]{2,8}$")]


class RecordTransfer(BaseModel):
    """Record that a network took a sheet up, or change what is known of it; `revision` is the one that was seen."""

    model_config = ConfigDict(extra="forbid")

    region: NETWORK
    item_id: UUID
    to_region: NETWORK
    organisation: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    begun_on: date
    state: SheetTransferState = SheetTransferState.BEGUN
    revision: Annotated[int, Field(ge=1)] | None = None


async def record_transfer(
    session: AsyncSession, transfer_id: UUID, command: RecordTransfer, subject: str
) -> SheetTransferRow:
    """Record or change a transfer; repeating changes nothing. Raises Problem 409 or 422."""
    stored = await session.get(SheetTransferRow, transfer_id, with_for_update=True)
    content: dict[str, Any] = command.model_dump(exclude={"revision"}) | {"state": command.state.value}
    fixed = ("region", "item_id", "to_region")
    if stored is not None and any(getattr(stored, name) != content[name] for name in fixed):
        raise Problem(409, FIXED)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    problems = check_transfer(command.region, command.to_region, command.begun_on, clock.today())
    if stored is None and not (await sheets(session, {"region": command.region}, (1, 0), command.item_id))[1]:
        text = "Von diesem Beispiel ist kein Steckbrief veröffentlicht."
        problems.append(FieldProblem("item_id", None, text, "Bitte ein veröffentlichtes Beispiel wählen."))
    if problems:
        raise invalid(*problems)
    await _check_once(session, transfer_id, command)
    row = stored or SheetTransferRow(transfer_id=transfer_id, revision=1, changed_by=subject, **content)
    if stored is not None and stored.state != command.state:
        row.checked_on = clock.today()
    row.sqlmodel_update(content)
    row.revision, row.changed_by = revision or 1, subject
    session.add(row)
    return row


async def _check_once(session: AsyncSession, transfer_id: UUID, command: RecordTransfer) -> None:
    """A network takes an example up once, until that has ended. Raises Problem 409."""
    if command.state is SheetTransferState.ENDED:
        return
    same = (SheetTransferRow.region == command.region, SheetTransferRow.item_id == command.item_id)
    still = (SheetTransferRow.to_region == command.to_region, SheetTransferRow.state != SheetTransferState.ENDED)
    query = select(SheetTransferRow).where(*same, *still, col(SheetTransferRow.transfer_id) != transfer_id)
    if (other := (await session.exec(query)).first()) is not None:
        text = f"Dieses Netzwerk hat das Beispiel schon übernommen (begonnen am {other.begun_on:%d.%m.%Y})."
        remedy = "Bitte dort weiterführen, oder die frühere Übertragung zuerst beenden."
        raise Problem(409, f"{text} {remedy}", [FieldProblem("to_region", command.to_region, text, remedy)])


async def note_check(session: AsyncSession, transfer_id: UUID, given: int, subject: str) -> SheetTransferRow:
    """Note that the coordination has asked how a transfer stands. Raises Problem 404 or 409."""
    row = await session.get(SheetTransferRow, transfer_id, with_for_update=True)
    if row is None:
        raise Problem(404, UNKNOWN)
    if row.revision != given:
        raise Problem(409, MOVED.format(now=row.revision, given=given))
    day, today = due_on(row.begun_on, row.state, row.checked_on), clock.today()
    if day is None or day > today:
        raise Problem(409, NOT_DUE)
    row.checked_on, row.revision, row.changed_by = today, row.revision + 1, subject
    session.add(row)
    return row
