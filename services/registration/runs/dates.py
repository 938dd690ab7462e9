"""One function per command on the dates of a run: load, decide, save. The edge commits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.programmes.plan import refused
from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from services.registration.runs import store
from services.registration.runs.commands import RecordRunMeeting, TakenDate
from services.registration.runs.planning import RunPlan, plan_of, planned
from services.registration.runs.rules import ENDED, check_date
from services.registration.runs.speakers import check_speakers
from shared import audit
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import RunState
from shared.vocabulary.runs import RunMeetingState

HELD = "Dieser Termin hat schon stattgefunden und lässt sich nicht mehr verlegen."
CANCELLED = "Dieser Termin ist abgesagt. Bitte planen Sie einen neuen Termin, der ihn ersetzt."
OVER = "Dieser Durchgang ist abgesagt oder abgeschlossen; seine Termine lassen sich nicht mehr ändern."
FIXED = ("step", "starts_at", "ends_at", "registration_id")
"""What a date that was held has told."""


async def record_date(
    session: AsyncSession, run_id: UUID, run_meeting_id: UUID, command: RecordRunMeeting, actor: Actor
) -> RunMeetingRow:
    """Plan a date or change it. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    plan = await _plan(session, run_id, actor)
    stored = await store.get_meeting(session, run_meeting_id)
    if stored is not None and stored.run_id != run_id:
        raise Problem(404, NOT_FOUND)
    content = command.model_dump(exclude={"revision"})
    speaking = await check_speakers(session, command.speakers, actor.principal.carriers)
    if problems := [*check_date(content, plan.definition), *speaking]:
        raise invalid(*problems)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    if stored is not None:
        _movable(stored, content)
    _refuse_stranger(plan, content)
    number = stored.number if stored is not None else _number(plan, content)
    row = stored or RunMeetingRow(
        run_meeting_id=run_meeting_id,
        run_id=run_id,
        carrier_id=plan.run.carrier_id,
        number=number,
        state=RunMeetingState.PLANNED.value,
        **content,
    )
    row.sqlmodel_update(content)
    row.revision = revision or 1
    others = [one for one in plan.meetings if one.run_meeting_id != run_meeting_id]
    _refuse_broken(plan, [*others, row])
    await save(session, row, "run_meeting.recorded", actor)
    return row


async def take_over(
    session: AsyncSession, run_id: UUID, meetings: Sequence[TakenDate], actor: Actor
) -> list[RunMeetingRow]:
    """Plan proposed dates, all or none; what is there already stays. Raises Problem 404, 409 or 422."""
    plan = await _plan(session, run_id, actor)
    there = {row.run_meeting_id: row for row in plan.meetings}
    kept = [there[one.run_meeting_id] for one in meetings if one.run_meeting_id in there]
    added = []
    for one in (one for one in meetings if one.run_meeting_id not in there):
        body = one.model_dump(exclude={"run_meeting_id"})
        command = RecordRunMeeting(**body)
        added.append(await record_date(session, run_id, one.run_meeting_id, command, actor))
    return [*kept, *added]


async def cancel_date(
    session: AsyncSession, run_id: UUID, run_meeting_id: UUID, reason: str, actor: Actor
) -> RunMeetingRow:
    """Cancel a date with a reason. Twice is once. Raises Problem 404 or 409."""
    plan = await _plan(session, run_id, actor)
    row = await store.get_meeting(session, run_meeting_id)
    if row is None or row.run_id != plan.run.run_id:
        raise Problem(404, NOT_FOUND)
    if row.state == RunMeetingState.CANCELLED:
        return row
    if row.state == RunMeetingState.HELD:
        raise Problem(409, "Dieser Termin hat schon stattgefunden und lässt sich nicht mehr absagen.")
    row.state, row.reason, row.revision = RunMeetingState.CANCELLED.value, reason, row.revision + 1
    await save(session, row, "run_meeting.cancelled", actor)
    return row


async def save(session: AsyncSession, row: RunMeetingRow, action: str, actor: Actor) -> None:
    """Save a date; it is told to nobody: what leaves of a run are its months and places."""
    session.add(row)
    await session.flush()
    entry = audit.entry(actor.instant, actor.principal.subject, row.carrier_id, action, row.key, row.revision)
    await audit.write(session, [entry])


async def _plan(session: AsyncSession, run_id: UUID, actor: Actor) -> RunPlan:
    run: TrainingRunRow | None = await store.get_run(session, run_id, actor.principal.carriers, to_change=True)
    if run is None or run.withdrawn:
        raise Problem(404, NOT_FOUND)
    if RunState(run.state) in ENDED:
        raise Problem(409, OVER)
    return await plan_of(session, run)


def _movable(stored: RunMeetingRow, content: dict[str, Any]) -> None:
    if stored.state == RunMeetingState.CANCELLED:
        raise Problem(409, CANCELLED)
    if stored.state == RunMeetingState.HELD and any(getattr(stored, name) != content[name] for name in FIXED):
        raise Problem(409, HELD)


def _refuse_stranger(plan: RunPlan, content: dict[str, Any]) -> None:
    """A team that has no place here, and a date to replace that stands."""
    if content["registration_id"] not in (None, *plan.frame.teams):
        text, remedy = "Dieses Haus hat in dem Durchgang keinen Platz.", "Bitte eines der zugesagten Häuser wählen."
        raise invalid(FieldProblem("registration_id", None, text, remedy))
    if content["replaces"] is None:
        return
    old = next((one for one in plan.meetings if one.run_meeting_id == content["replaces"]), None)
    if old is None or old.state != RunMeetingState.CANCELLED or old.step != content["step"]:
        text = "Ersetzt werden kann nur ein abgesagter Termin desselben Schritts."
        raise invalid(FieldProblem("replaces", None, text, "Bitte sagen Sie den Termin zuerst ab."))


def _number(plan: RunPlan, content: dict[str, Any]) -> int:
    """Its place among the dates of its step; a substitute takes that of the date it stands in for."""
    same = [one for one in plan.meetings if one.step == content["step"]]
    if (old := next((one for one in same if one.run_meeting_id == content["replaces"]), None)) is not None:
        return old.number
    return max((one.number for one in same if one.registration_id == content["registration_id"]), default=0) + 1


def _refuse_broken(plan: RunPlan, rows: Sequence[RunMeetingRow]) -> None:
    """A date too many, or too long, by a rule that knows no exception."""
    before = refused(plan.definition, plan.dates, plan.frame)
    found = [one for one in refused(plan.definition, planned(rows), plan.frame) if one not in before]
    if found:
        raise invalid(
            *(FieldProblem(one.where or "step", None, f"{one.text} ({one.rule})", one.remedy) for one in found)
        )
