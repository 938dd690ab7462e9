"""What the gateway asks for people without an account; it never passes these paths on to anybody.

The token of a link comes in a body, so that it stands in no address of a service.
"""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments import answers, handlers, rules, store
from services.registration.appointments.commands import PublicRequest, Ticket
from services.registration.appointments.ics import calendar_of
from services.registration.appointments.messages import place_of, title_of
from services.registration.appointments.tables import AppointmentRow
from services.registration.appointments.tickets import hash_of
from shared import clock
from shared.problems import Problem
from shared.recording import commit
from shared.security import Principal, require
from shared.vocabulary import AppointmentState

router = APIRouter(prefix="/api/v1/intake")

Anyone = Annotated[Principal, Depends(require("appointments:request"))]


@router.get("/offices")
async def get_offices(request: Request, _principal: Anyone) -> answers.PublicOffices:
    """Offices that everyone may book at."""
    async with request.app.state.sessions() as session:
        found = await store.public_offices(session, clock.today())
    items = [answers.public_office(row, unit) for row, unit in found]
    return answers.PublicOffices(items=items, mail=request.app.state.mail.configured)


@router.get("/offices/{office_id}/times")
async def get_times(
    request: Request,
    office_id: UUID,
    _principal: Anyone,
    first: date | None = None,
    days: Annotated[int, Query(ge=1, le=62)] = 14,
) -> answers.Days:
    """The days on which an office is open, with the times that can be booked. Raises Problem 404."""
    today, now = clock.today(), clock.now()
    start = max(first or today, today)
    async with request.app.state.sessions() as session:
        office = await store.get_office(session, office_id, published=True)
        if office is None or start > today + rules.HORIZON:
            raise Problem(404, handlers.NO_OFFICE)
        taken = await store.taken(session, office_id, *store.instants(start, days))
    plan, found = store.plan_of(office), []
    for day in (start + timedelta(days=step) for step in range(days)):
        offered = rules.offered(plan, day, now)
        free = [slot.starts_at for slot in offered if rules.places_left(plan, slot, taken)]
        found += [answers.Day(day=day, times=free)] if offered else []
    return answers.Days(items=found)


@router.put("/requests/{appointment_id}")
async def put_request(
    request: Request, appointment_id: UUID, command: PublicRequest, principal: Anyone
) -> answers.Requested:
    """Book a time, or go on the intake list. Repeating changes nothing."""
    row, token = await commit(
        request, principal, lambda session, actor: handlers.request(session, appointment_id, command, actor)
    )
    return answers.Requested(token=token, state=row.state)


@router.post("/ticket")
async def read_ticket(request: Request, ticket: Ticket, _principal: Anyone) -> answers.Booked:
    """The appointment of a link. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.of_ticket(session, hash_of(ticket.token))
        if row is None:
            raise Problem(404, handlers.NO_TICKET)
        return await _booked(request, session, row)


@router.post("/ticket/cancel")
async def cancel_ticket(request: Request, ticket: Ticket, principal: Anyone) -> answers.Booked:
    """Cancel the appointment of a link. Twice is once. Raises Problem 404 and 409."""
    row = await commit(
        request, principal, lambda session, actor: handlers.cancel_by_ticket(session, ticket.token, actor)
    )
    async with request.app.state.sessions() as session:
        return await _booked(request, session, row)


@router.post("/ticket/calendar")
async def calendar(request: Request, ticket: Ticket, _principal: Anyone) -> Response:
    """The appointment of a link for a calendar. Raises Problem 404, also for one without a time."""
    async with request.app.state.sessions() as session:
        row = await store.of_ticket(session, hash_of(ticket.token))
        if row is None or row.starts_at is None:
            raise Problem(404, handlers.NO_TICKET)
        content = calendar_of(row, await place_of(session, row), title_of(row), clock.now())
    return Response(content, media_type="text/calendar")


async def _booked(request: Request, session: AsyncSession, row: AppointmentRow) -> answers.Booked:
    office = await store.get_office(session, row.office_id) if row.office_id else None
    unit = (await store.units(session)).get(row.office_id) if row.office_id else None
    closed = row.state not in (AppointmentState.WAITING, AppointmentState.BOOKED)
    return answers.Booked(
        **row.model_dump(include={"state", "starts_at", "ends_at", "channel", "language"}),
        office=answers.public_office(office, unit) if office and unit else None,
        mail=request.app.state.mail.configured and bool(row.email),
        over=closed or (row.starts_at is not None and row.starts_at <= clock.now()),
    )
