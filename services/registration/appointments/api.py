"""The HTTP API of appointments for staff: own carrier's only; whoever sees a name leaves a row in the audit."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments import answers, handlers, store
from services.registration.appointments.commands import Held, RecordAppointment, RecordOffice
from services.registration.appointments.tables import AppointmentRow, IntakeOfficeRow
from services.registration.store import offices
from shared import clock
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require
from shared.vocabulary import AppointmentState

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

Reader = Annotated[Principal, Depends(require("appointments:read"))]
Writer = Annotated[Principal, Depends(require("appointments:write"))]
ReadStructure = Annotated[Principal, Depends(require("structure:read"))]
WriteOffices = Annotated[Principal, Depends(require("offices:write"))]


@router.get("/appointments")
async def get_appointments(
    request: Request,
    principal: Reader,
    office: UUID | None = None,
    first: date | None = None,
    days: Annotated[int, Query(ge=1, le=62)] = 7,
) -> answers.Listed:
    """Appointments of the own carrier from a day on, and who waits for one."""
    if first is not None and not 2000 <= first.year <= 2200:
        raise Problem(422, "Dieses Datum liegt zu weit weg. Bitte prüfen.")
    async with request.app.state.sessions() as session, session.begin():
        span = store.instants(first or clock.today(), days)
        rows = await store.list_appointments(session, principal.carriers, office, span)
        waiting = await store.intake_list(session, principal.carriers, office)
        await readings.listed(session, principal, "appointment", [*rows, *waiting])
        told = await shown(session, [*rows, *waiting])
    return answers.Listed(items=told[: len(rows)], waiting=told[len(rows) :])


async def shown(session: AsyncSession, rows: list[AppointmentRow]) -> list[dict[str, Any]]:
    """Appointments with their e-mails."""
    mails = await store.mails_of(session, [row.appointment_id for row in rows])
    return [answers.shown(row, [mail for mail in mails if mail.appointment_id == row.appointment_id]) for row in rows]


@router.get("/appointments/{appointment_id}")
async def get_appointment(request: Request, appointment_id: UUID, principal: Reader) -> dict[str, Any]:
    """One appointment of the own carrier."""
    async with request.app.state.sessions() as session, session.begin():
        row = await store.get_appointment(session, appointment_id, principal.carriers)
        if row is None:
            raise Problem(404, NOT_FOUND)
        await readings.read(session, principal, "appointment", row)
        return (await shown(session, [row]))[0]


@router.put("/appointments/{appointment_id}")
async def put_appointment(
    request: Request, appointment_id: UUID, command: RecordAppointment, principal: Writer
) -> dict[str, Any]:
    """Record an appointment, give a time to somebody on the intake list, or another one."""
    row = await commit(
        request, principal, lambda session, actor: handlers.record_appointment(session, appointment_id, command, actor)
    )
    return {"appointment_id": row.appointment_id, "revision": row.revision, "state": row.state}


async def end(request: Request, appointment_id: UUID, principal: Principal, state: AppointmentState) -> Response:
    """Say how an appointment ended."""
    await commit(request, principal, lambda session, actor: handlers.end_own(session, appointment_id, state, actor))
    return Response(status_code=204)


@router.post("/appointments/{appointment_id}/cancel", status_code=204)
async def cancel(request: Request, appointment_id: UUID, principal: Writer) -> Response:
    """Cancel an appointment; the person is told."""
    return await end(request, appointment_id, principal, AppointmentState.CANCELLED)


@router.post("/appointments/{appointment_id}/no-show", status_code=204)
async def no_show(request: Request, appointment_id: UUID, principal: Writer) -> Response:
    """Say that the person did not come."""
    return await end(request, appointment_id, principal, AppointmentState.NO_SHOW)


@router.post("/appointments/{appointment_id}/held", status_code=204)
async def held(request: Request, appointment_id: UUID, command: Held, principal: Writer) -> Response:
    """Say which session an appointment became, and of whom."""
    await commit(request, principal, lambda session, actor: handlers.hold(session, appointment_id, command, actor))
    return Response(status_code=204)


@router.get("/offices")
async def get_offices(request: Request, principal: ReadStructure) -> list[answers.Office]:
    """Offices of the own carrier with what they tell, by code."""
    async with request.app.state.sessions() as session:
        own = await offices(session, principal.carriers)
        rows = {row.office_id: row for row in await store.own_offices(session, principal.carriers)}
        known = await store.units(session)
    return [answers.office_settings(rows.get(key), known[key]) for _, key in sorted(own.items())]


@router.put("/offices/{office_id}")
async def put_office(
    request: Request, office_id: UUID, command: RecordOffice, principal: WriteOffices
) -> dict[str, Any]:
    """Say when and in which languages an office of the own carrier counsels."""
    row: IntakeOfficeRow = await commit(
        request, principal, lambda session, actor: handlers.record_office(session, office_id, command, actor)
    )
    return {"office_id": row.office_id, "revision": row.revision}
