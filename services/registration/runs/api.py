"""The HTTP API of runs and their programmes."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from services.registration.programmes.definition import definitions
from services.registration.runs import handlers, store
from services.registration.runs.commands import RecordRun
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

ReadRuns = Annotated[Principal, Depends(require("runs:read"))]
WriteRuns = Annotated[Principal, Depends(require("runs:write"))]


class Run(BaseModel):
    """A run as staff sees it."""

    model_config = ConfigDict(from_attributes=True)

    run_id: UUID
    revision: int
    programme: str
    programme_line: str
    state: str
    public_title: str
    summary: str | None
    topic: str | None
    starts_on: dt.date
    ends_on: dt.date | None
    min_places: int
    max_places: int
    opens_at: dt.datetime | None
    deadline: dt.datetime | None
    policy: str
    published: bool
    cross_region: bool
    accepted: int
    waiting: int
    decided_at: dt.datetime | None


class RunPage(BaseModel):
    """Runs of the carrier."""

    items: list[Run]
    total: int


@router.get("/programmes")
async def get_programmes(_principal: ReadRuns) -> list[dict[str, Any]]:
    """Programmes with their sizes and steps."""
    return [
        {
            "programme": one.programme.value,
            "title": one.title,
            "programme_line": one.programme_line.value,
            "unit": one.unit,
            "places": [one.places.least, one.places.most],
            "team": [one.team.least, one.team.most],
            "steps": [{"code": step.code, "title": step.title, "per_team": step.per_team} for step in one.steps],
        }
        for one in definitions().values()
    ]


@router.get("/runs")
async def get_runs(request: Request, principal: ReadRuns) -> RunPage:
    """Runs of the own carrier, the latest to begin first."""
    async with request.app.state.sessions() as session:
        rows = await store.list_runs(session, principal.carriers)
    return RunPage(items=[Run.model_validate(row) for row in rows], total=len(rows))


@router.get("/runs/{run_id}")
async def get_run(request: Request, run_id: UUID, principal: ReadRuns) -> Run:
    """One run of the own carrier."""
    async with request.app.state.sessions() as session:
        row = await store.get_run(session, run_id, principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    return Run.model_validate(row)


@router.put("/runs/{run_id}")
async def put_run(request: Request, run_id: UUID, command: RecordRun, principal: WriteRuns) -> Run:
    """Plan a run or change it; repeating the request changes nothing."""
    row = await commit(request, principal, lambda session, actor: handlers.record_run(session, run_id, command, actor))
    return Run.model_validate(row)


@router.post("/runs/{run_id}/withdraw", status_code=204)
async def withdraw_run(request: Request, run_id: UUID, principal: WriteRuns) -> Response:
    """Withdraw a run that nobody has registered for."""
    await commit(request, principal, lambda session, actor: handlers.withdraw_run(session, run_id, actor))
    return Response(status_code=204)
