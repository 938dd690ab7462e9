"""What the gateway asks for people without an account; it never passes these paths on to anybody.

The token of a link comes in a body, so that it stands in no address of a service.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.registration.enrolment import answers, handlers, registering, store
from services.registration.enrolment.api import days_of
from services.registration.enrolment.commands import PublicRegistration, Ticket
from services.registration.mailing.tickets import hash_of
from services.registration.run_tables import TrainingRunRow
from shared import clock
from shared.problems import Problem
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/intake")

Anyone = Annotated[Principal, Depends(require("registrations:request"))]


def mailing(request: Request) -> bool:
    """Whether e-mails are sent here."""
    configured: bool = request.app.state.mail.configured
    return configured


@router.get("/runs")
async def get_runs(request: Request, _principal: Anyone) -> answers.PublicRuns:
    """Runs that everyone may register for, now or later."""
    now = clock.now()
    async with request.app.state.sessions() as session:
        rows = await store.public_runs(session, now)
    return answers.PublicRuns(items=[answers.public_run(row, now) for row in rows], mail=mailing(request))


@router.get("/runs/{run_id}")
async def get_run(request: Request, run_id: UUID, _principal: Anyone) -> answers.PublicRun:
    """A published run. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.public_run(session, run_id)
    if row is None:
        raise Problem(404, registering.NO_RUN)
    return answers.public_run(row, clock.now())


@router.put("/runs/{run_id}/registrations/{registration_id}")
async def put_registration(
    request: Request, run_id: UUID, registration_id: UUID, command: PublicRegistration, principal: Anyone
) -> answers.Registered:
    """Register. Repeating changes nothing."""
    row, token = await commit(
        request, principal, lambda session, actor: registering.request(session, run_id, registration_id, command, actor)
    )
    return answers.Registered(token=token, state=row.state)


@router.post("/registrations/ticket")
async def read_ticket(request: Request, ticket: Ticket, _principal: Anyone) -> answers.TicketState:
    """The registration of a link. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.of_ticket(session, hash_of(ticket.token))
        run = await session.get(TrainingRunRow, row.run_id) if row else None
        if row is None or run is None:
            raise Problem(404, handlers.NO_TICKET)
        return answers.ticket(run, row, clock.now(), mail=mailing(request))


async def act(
    request: Request, ticket: Ticket, principal: Principal, do: Callable[..., Awaitable[Any]]
) -> answers.TicketState:
    """Do something with the registration of a link."""

    async def work(session: Any, actor: Any) -> answers.TicketState:
        run, row = await handlers.by_ticket(session, ticket.token)
        await do(session, run, row, actor=actor, days=days_of(request))
        return answers.ticket(run, row, actor.instant, mail=mailing(request))

    return await commit(request, principal, work)


@router.post("/registrations/ticket/withdraw")
async def withdraw(request: Request, ticket: Ticket, principal: Anyone) -> answers.TicketState:
    """Withdraw the registration of a link, or decline the place it was offered. Twice is once."""
    return await act(request, ticket, principal, handlers.withdraw)


@router.post("/registrations/ticket/accept")
async def accept(request: Request, ticket: Ticket, principal: Anyone) -> answers.TicketState:
    """Take the place that the registration of a link is offered. Twice is once. Raises Problem 404 and 409."""
    return await act(request, ticket, principal, handlers.accept)
