"""One function per command on runs: load, decide, save. The edge commits."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store as records
from services.registration.programmes.definition import definitions
from services.registration.run_tables import TrainingRunRow
from services.registration.runs import store
from services.registration.runs.commands import RecordRun
from services.registration.runs.rules import check_run
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import Programme, RunState
from shared.vocabulary.runs import UNDECIDED

DECIDED = "Über diesen Durchgang ist schon entschieden; das lässt sich nicht mehr ändern."
SETTLED = ("programme", "min_places", "max_places", "opens_at", "deadline", "policy")
"""What a decision has rested on."""


async def record_run(session: AsyncSession, run_id: UUID, command: RecordRun, actor: Actor) -> TrainingRunRow:
    """Plan a run or change it. Repeating changes nothing. Raises Problem 409 (stale) or 422."""
    stored = await store.get_run(session, run_id, actor.principal.carriers, to_change=True)
    content = run_values(command)
    if problems := check_run(content):
        raise invalid(*problems)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    if stored is not None and RunState(stored.state) not in UNDECIDED:
        changed = [name for name in SETTLED if getattr(stored, name) != content[name]]
        if changed:
            raise invalid(FieldProblem(changed[0], None, DECIDED, "Bitte einen neuen Durchgang anlegen."))
    await _refuse_other_programme(session, stored, content)
    row = stored or TrainingRunRow(
        run_id=run_id,
        carrier_id=actor.principal.carrier,
        recorded_on=actor.today,
        state=RunState.ANNOUNCED.value,
        **content,
    )
    row.sqlmodel_update(content)
    await save(session, row, "run.recorded", actor, revision or 1)
    return row


async def _refuse_other_programme(
    session: AsyncSession, stored: TrainingRunRow | None, content: dict[str, Any]
) -> None:
    """The dates of a run are those of its programme's steps."""
    if stored is not None and stored.programme != content["programme"] and await store.meetings_of(session, stored.key):
        text = "Dieser Durchgang hat schon Termine in den Schritten seines Programms."
        raise invalid(FieldProblem("programme", None, text, "Bitte einen neuen Durchgang anlegen."))


def run_values(command: RecordRun) -> dict[str, Any]:
    """What a command says of a run, with the programme's line and sizes where it says none."""
    content = command.model_dump(exclude={"revision"})
    known = definitions().get(Programme(command.programme))
    least, most, line = (
        (1, 10_000, None) if known is None else (known.places.least, known.places.most, known.programme_line)
    )
    for name, value in (("min_places", least), ("max_places", most or 10_000), ("programme_line", line)):
        if content[name] is None:
            content[name] = value
    if content["programme_line"] is None:
        text = "Das Handlungsfeld fehlt."
        raise invalid(FieldProblem("programme_line", None, text, "Bitte eines der Handlungsfelder wählen."))
    return content


async def save(
    session: AsyncSession, row: TrainingRunRow, action: str, actor: Actor, revision: int | None = None
) -> None:
    """Save a run as its next revision; what it is now is told."""
    row.revision = revision or row.revision + 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = records.revisions(session, actor)
    revisions.add(row, action)
    await revisions.write()


async def withdraw_run(session: AsyncSession, run_id: UUID, actor: Actor) -> None:
    """Withdraw a run recorded by mistake, as long as nobody has registered. Repeatable. Raises Problem 404 or 409."""
    row = await store.get_run(session, run_id, actor.principal.carriers, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    if await store.registered(session, run_id):
        raise Problem(409, "Zu diesem Durchgang gibt es Anmeldungen. Bitte sagen Sie ihn ab, statt ihn zurückzuziehen.")
    row.withdrawn = True
    await save(session, row, "run.withdrawn", actor)
