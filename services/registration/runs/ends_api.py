"""The HTTP API of what decides over a run: a soft rule let pass, the run completed, or withdrawn as a mistake."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from services.registration.runs import ends, handlers, planning
from services.registration.runs.answers import Run, run_of
from services.registration.runs.api import WriteRuns
from services.registration.runs.commands import Because
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/runs", route_class=readings.RefusingRoute)

Overrides = Annotated[Principal, Depends(require("runs:override"))]
Rule = Annotated[str, Path(pattern=r"^[A-Z]{2,4}-[0-9]{2}$")]


@router.put("/{run_id}/overrides/{rule}")
async def put_override(request: Request, run_id: UUID, rule: Rule, command: Because, principal: Overrides) -> Run:
    """Let a soft rule pass that the plan of a run touches, with a reason."""
    row = await commit(
        request,
        principal,
        lambda session, actor: planning.override(session, run_id, rule, command.reason, actor),
    )
    return run_of(row, {})


@router.post("/{run_id}/complete", status_code=204)
async def complete_run(request: Request, run_id: UUID, principal: WriteRuns) -> Response:
    """Complete a run whose dates were held as its programme asks."""
    await commit(request, principal, lambda session, actor: ends.complete_run(session, run_id, actor))
    return Response(status_code=204)


@router.post("/{run_id}/withdraw", status_code=204)
async def withdraw_run(request: Request, run_id: UUID, principal: WriteRuns) -> Response:
    """Withdraw a run that nobody has registered for."""
    await commit(request, principal, lambda session, actor: handlers.withdraw_run(session, run_id, actor))
    return Response(status_code=204)
