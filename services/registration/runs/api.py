"""The HTTP API of runs and their programmes. A coordinator sees the runs of the whole network, without names."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.registration.programmes.definition import definitions
from services.registration.runs import handlers, store
from services.registration.runs.answers import Plan, Run, RunPage, plan_answer, programme_of, run_of
from services.registration.runs.commands import RecordRun
from services.registration.runs.planning import RunPlan, plan_of
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

ReadPlans = Annotated[Principal, Depends(require("plans:read"))]
WriteRuns = Annotated[Principal, Depends(require("runs:write"))]


@router.get("/programmes")
async def get_programmes(_principal: ReadPlans) -> list[dict[str, Any]]:
    """Programmes with their sizes and steps."""
    return [programme_of(one) for one in definitions().values()]


@router.get("/runs")
async def get_runs(request: Request, principal: ReadPlans) -> RunPage:
    """Runs of the own carrier, for a coordinator of the network; the latest to begin first."""
    async with request.app.state.sessions() as session:
        rows = await store.list_runs(session, store.reach(principal))
        names = await store.carrier_names(session)
    return RunPage(items=[run_of(row, names) for row in rows], total=len(rows))


@router.get("/runs/{run_id}")
async def get_run(request: Request, run_id: UUID, principal: ReadPlans) -> Run:
    """One run."""
    plan, names = await seen(request, run_id, principal)
    return plan_answer(plan, names, names=store.reach(principal) is not None).run


@router.get("/runs/{run_id}/plan")
async def get_plan(request: Request, run_id: UUID, principal: ReadPlans) -> Plan:
    """One run with its dates and each rule that its plan touches."""
    plan, names = await seen(request, run_id, principal)
    return plan_answer(plan, names, names=store.reach(principal) is not None)


async def seen(request: Request, run_id: UUID, principal: Principal) -> tuple[RunPlan, dict[UUID, str]]:
    """The plan of a run that the principal may see, and the names of the carriers. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.get_run(session, run_id, store.reach(principal))
        if row is None:
            raise Problem(404, NOT_FOUND)
        return await plan_of(session, row), await store.carrier_names(session)


@router.put("/runs/{run_id}")
async def put_run(request: Request, run_id: UUID, command: RecordRun, principal: WriteRuns) -> Run:
    """Plan a run or change it; repeating the request changes nothing."""
    row = await commit(request, principal, lambda session, actor: handlers.record_run(session, run_id, command, actor))
    return run_of(row, {})
