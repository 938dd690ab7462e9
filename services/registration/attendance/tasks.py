"""Practice tasks (IKBO-02, IKBO-12): what participants have handed in after a module. The edge commits."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance import store
from services.registration.attendance.commands import HandedIn, RecordTasks
from services.registration.attendance.handlers import NOBODY
from services.registration.attendance.progress import update_stages
from services.registration.attendance.tables import TaskRow
from services.registration.run_tables import TrainingRunRow
from services.registration.runs.store import get_run
from shared import audit
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor


async def record_tasks(session: AsyncSession, run_id: UUID, command: RecordTasks, actor: Actor) -> int:
    """Note practice tasks that were handed in, or not after all; how many changed. Raises Problem 404 and 422."""
    run = await get_run(session, run_id, actor.principal.carriers, to_change=True)
    if run is None:
        raise Problem(404, NOT_FOUND)
    people = {person.participant_id for person, _ in await store.participants_of(session, run_id)}
    for one in command.entries:
        if one.participant_id not in people:
            raise invalid(FieldProblem("participant_id", None, NOBODY, "Bitte die Seite neu laden."))
        if one.handed_in_on is not None and one.handed_in_on > actor.today:
            text = f"Der {one.handed_in_on:%d.%m.%Y} liegt in der Zukunft."
            raise invalid(FieldProblem("handed_in_on", f"{one.handed_in_on:%d.%m.%Y}", text, "Bitte prüfen."))
    changed = [one.participant_id for one in command.entries if await _keep_task(session, run, one)]
    if not changed:
        return 0
    await session.flush()
    await update_stages(session, run)
    who = actor.principal.subject
    entry = audit.entry(actor.instant, who, run.carrier_id, "task.recorded", run_id, None, changed)
    await audit.write(session, [entry])
    return len(changed)


async def _keep_task(session: AsyncSession, run: TrainingRunRow, one: HandedIn) -> bool:
    stored = await session.get(TaskRow, (one.participant_id, one.module))
    if one.handed_in_on is None:
        if stored is not None:
            await session.delete(stored)
        return stored is not None
    content: dict[str, Any] = {"kind": str(one.kind), "handed_in_on": one.handed_in_on}
    if stored is not None and all(getattr(stored, name) == value for name, value in content.items()):
        return False
    row = stored or TaskRow(participant_id=one.participant_id, module=one.module, carrier_id=run.carrier_id, **content)
    row.sqlmodel_update(content)
    session.add(row)
    return True
