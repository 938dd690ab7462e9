"""The HTTP API of attendance, practice tasks and a run's feedback, for staff; who is shown is audited."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance import feedback, handlers, store, tasks
from services.registration.attendance.answers import Attendance, attendance_of
from services.registration.attendance.commands import OpenFeedback, RecordAttendance, RecordTasks
from services.registration.attendance.tables import FeedbackLinkRow
from services.registration.runs.store import get_run
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/runs/{run_id}", route_class=readings.RefusingRoute)

ReadRuns = Annotated[Principal, Depends(require("runs:read"))]
WriteRuns = Annotated[Principal, Depends(require("runs:write"))]


class Feedback(BaseModel):
    """The feedback of a run: its link once it was opened, how many have answered, means of whole fives."""

    token: str | None
    open: bool
    answers: int
    shown: int
    means: dict[str, float]


@router.get("/meetings/{run_meeting_id}/attendance")
async def get_attendance(request: Request, run_id: UUID, run_meeting_id: UUID, principal: ReadRuns) -> Attendance:
    """A date of a run with all who have a place at it."""
    async with request.app.state.sessions() as session, session.begin():
        run = await get_run(session, run_id, principal.carriers)
        date = await store.get_date(session, run_id, run_meeting_id, principal.carriers)
        if run is None or date is None:
            raise Problem(404, NOT_FOUND)
        found, people = await attendance_of(session, run, date)
        await readings.listed(session, principal, "participant", people)
    return found


@router.put("/meetings/{run_meeting_id}/attendance")
async def put_attendance(
    request: Request, run_id: UUID, run_meeting_id: UUID, command: RecordAttendance, principal: WriteRuns
) -> dict[str, int]:
    """Say who was at a date; repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_attendance(session, run_id, run_meeting_id, command, actor),
    )
    return {"revision": row.revision}


@router.put("/tasks")
async def put_tasks(request: Request, run_id: UUID, command: RecordTasks, principal: WriteRuns) -> dict[str, int]:
    """Note which practice tasks were handed in; repeating changes nothing."""
    changed = await commit(
        request, principal, lambda session, actor: tasks.record_tasks(session, run_id, command, actor)
    )
    return {"changed": changed}


@router.get("/feedback")
async def get_feedback(request: Request, run_id: UUID, principal: ReadRuns) -> Feedback:
    """What the participants of a run said of it, from five answers on."""
    async with request.app.state.sessions() as session:
        if await get_run(session, run_id, principal.carriers) is None:
            raise Problem(404, NOT_FOUND)
        return await _feedback(request, session, run_id)


@router.put("/feedback")
async def put_feedback(request: Request, run_id: UUID, command: OpenFeedback, principal: WriteRuns) -> Feedback:
    """Open or close the feedback of a run."""
    await commit(
        request,
        principal,
        lambda session, actor: feedback.open_feedback(session, run_id, actor, to_open=command.open),
    )
    async with request.app.state.sessions() as session:
        return await _feedback(request, session, run_id)


async def _feedback(request: Request, session: AsyncSession, run_id: UUID) -> Feedback:
    link = await session.get(FeedbackLinkRow, run_id)
    key = request.app.state.settings.signing_key.get_secret_value()
    shown, means = await feedback.results(session, run_id)
    return Feedback(
        token=feedback.token_of(run_id, key) if link is not None else None,
        open=link is not None and link.open,
        answers=await feedback.answers(session, run_id),
        shown=shown,
        means=means,
    )
