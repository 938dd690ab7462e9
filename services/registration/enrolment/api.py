"""The HTTP API of registrations for staff: own carrier's only; whoever sees a name leaves a row in the audit."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.registration.enrolment import answers, handlers, registering, store
from services.registration.enrolment.commands import Move, RecordRegistration
from services.registration.runs.commands import Because
from services.registration.runs.store import get_run
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/runs/{run_id}", route_class=readings.RefusingRoute)

Reader = Annotated[Principal, Depends(require("runs:read"))]
Writer = Annotated[Principal, Depends(require("runs:write"))]


def days_of(request: Request) -> int:
    """For how many days a free place is offered."""
    days: int = request.app.state.enrolment.offer_days
    return days


@router.get("/registrations")
async def get_registrations(request: Request, run_id: UUID, principal: Reader) -> answers.Registrations:
    """All registrations for a run of the own carrier in their order, each with its reason."""
    async with request.app.state.sessions() as session, session.begin():
        run = await get_run(session, run_id, principal.carriers)
        if run is None:
            raise Problem(404, NOT_FOUND)
        rows = await store.registrations(session, run_id)
        members = await store.members_of(session, [row.key for row in rows])
        await readings.listed(session, principal, "registration", rows)
        return answers.registrations(run, rows, members, await store.mails_of(session, run_id))


@router.put("/registrations/{registration_id}")
async def put_registration(
    request: Request, run_id: UUID, registration_id: UUID, command: RecordRegistration, principal: Writer
) -> dict[str, Any]:
    """Record a registration by staff, or change it."""
    days = days_of(request)
    row = await commit(
        request, principal, lambda s, actor: registering.record(s, run_id, registration_id, command, actor, days)
    )
    return {"registration_id": row.registration_id, "revision": row.revision, "state": row.state}


async def act(
    request: Request, principal: Principal, run_id: UUID, registration_id: UUID, do: Callable[..., Awaitable[Any]]
) -> Response:
    """Do something with a registration of the own carrier."""

    async def work(session: Any, actor: Any) -> None:
        run, row = await handlers.own(session, run_id, registration_id, actor)
        await do(session, run, row, actor=actor, days=days_of(request))

    await commit(request, principal, work)
    return Response(status_code=204)


@router.post("/registrations/{registration_id}/withdraw", status_code=204)
async def withdraw(request: Request, run_id: UUID, registration_id: UUID, principal: Writer) -> Response:
    """Withdraw a registration; the next in the order is offered its place."""
    return await act(request, principal, run_id, registration_id, handlers.withdraw)


@router.post("/registrations/{registration_id}/move", status_code=204)
async def move(request: Request, run_id: UUID, registration_id: UUID, command: Move, principal: Writer) -> Response:
    """Put a registration before all others, with a reason."""

    async def moved(session: Any, run: Any, row: Any, **more: Any) -> None:
        await handlers.move(session, run, row, command.reason, **more)

    return await act(request, principal, run_id, registration_id, moved)


@router.post("/open", status_code=204)
async def open_run(request: Request, run_id: UUID, principal: Writer) -> Response:
    """Open the registration for a run by hand."""
    await commit(request, principal, lambda session, actor: handlers.open_run(session, run_id, actor))
    return Response(status_code=204)


@router.post("/decide", status_code=204)
async def decide(request: Request, run_id: UUID, principal: Writer) -> Response:
    """Decide a run after its deadline by hand."""
    await commit(request, principal, lambda session, actor: handlers.decide_by_hand(session, run_id, actor))
    return Response(status_code=204)


@router.post("/cancel", status_code=204)
async def cancel_run(request: Request, run_id: UUID, command: Because, principal: Writer) -> Response:
    """Cancel a run with a reason: its dates and registrations with it; all who registered are told."""
    await commit(request, principal, lambda session, actor: handlers.cancel_run(session, run_id, command.reason, actor))
    return Response(status_code=204)
