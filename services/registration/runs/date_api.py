"""The HTTP API of the dates of a run: listed, planned, proposed, cancelled, followed in a calendar."""

import asyncio
import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.registration.runs import calendar, dates, store
from services.registration.runs.answers import RunMeeting, meeting_of, meetings_of
from services.registration.runs.api import ReadPlans, WriteRuns, seen
from services.registration.runs.commands import Because, CalendarTicket, RecordRunMeeting, TakeOver
from services.registration.runs.planning import plan_of
from services.registration.runs.proposed import Proposal, proposal
from shared import clock
from shared.audit import readings
from shared.problems import Problem
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

ReadRuns = Annotated[Principal, Depends(require("runs:read"))]
Anyone = Annotated[Principal, Depends(require("appointments:request"))]
UNKNOWN = "Diesen Kalender gibt es nicht (mehr). Bitte lassen Sie sich einen neuen Link geben."
CALENDAR = "text/calendar"


@router.get("/runs/{run_id}/meetings")
async def get_meetings(request: Request, run_id: UUID, principal: ReadPlans) -> list[RunMeeting]:
    """All dates of a run, cancelled ones too, by time."""
    plan, _ = await seen(request, run_id, principal)
    return meetings_of(plan, names=store.reach(principal) is not None)


@router.get("/runs/{run_id}/proposal")
async def get_proposal(
    request: Request, run_id: UUID, principal: ReadRuns, first: Annotated[dt.date | None, Query()] = None
) -> Proposal:
    """Dates for what the plan still lacks, from a day on (without: the beginning of the run)."""
    plan, _ = await seen(request, run_id, principal)
    today, region = clock.today(), request.app.state.settings.network
    start = first or max(plan.run.starts_on, today)
    # Reading a calendar of a Land for the first time takes half a second, and others wait meanwhile.
    return await asyncio.to_thread(proposal, plan, region, start, today)


@router.put("/runs/{run_id}/proposal")
async def put_proposal(request: Request, run_id: UUID, command: TakeOver, principal: WriteRuns) -> list[RunMeeting]:
    """Take proposed dates over, all or none; taken over twice they are there once."""
    await commit(request, principal, lambda session, actor: dates.take_over(session, run_id, command.meetings, actor))
    return await get_meetings(request, run_id, principal)


@router.put("/runs/{run_id}/meetings/{run_meeting_id}")
async def put_meeting(
    request: Request, run_id: UUID, run_meeting_id: UUID, command: RecordRunMeeting, principal: WriteRuns
) -> RunMeeting:
    """Plan a date or change it; repeating the request changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: dates.record_date(session, run_id, run_meeting_id, command, actor),
    )
    plan, _ = await seen(request, run_id, principal)
    return meeting_of(plan, row, names=True)


@router.post("/runs/{run_id}/meetings/{run_meeting_id}/cancel", status_code=204)
async def cancel_meeting(
    request: Request, run_id: UUID, run_meeting_id: UUID, command: Because, principal: WriteRuns
) -> Response:
    """Cancel a date with a reason."""
    await commit(
        request,
        principal,
        lambda session, actor: dates.cancel_date(session, run_id, run_meeting_id, command.reason, actor),
    )
    return Response(status_code=204)


@router.get("/runs/{run_id}/calendar")
async def get_calendar(request: Request, run_id: UUID, principal: ReadPlans) -> Response:
    """The dates of a run for a calendar; for its carrier also those held in one house."""
    plan, _ = await seen(request, run_id, principal)
    named = {key: house or "" for key, house in plan.teams} if store.reach(principal) is not None else {}
    return Response(calendar.feed(plan, clock.now(), named), media_type=CALENDAR)


@router.post("/runs/{run_id}/calendar-link")
async def share_calendar(request: Request, run_id: UUID, principal: WriteRuns) -> dict[str, str | None]:
    """Make a link to the dates of a run for people without an account; the one before is void."""
    row = await commit(request, principal, lambda session, actor: calendar.share(session, run_id, actor))
    return {"token": row.calendar_token}


@router.post("/intake/run-calendar")
async def public_calendar(request: Request, ticket: CalendarTicket, _principal: Anyone) -> Response:
    """The dates of the run of a link, those that everybody comes to. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.run_of_token(session, ticket.token)
        if row is None:
            raise Problem(404, UNKNOWN)
        plan = await plan_of(session, row)
    return Response(calendar.feed(plan, clock.now(), {}), media_type=CALENDAR)
