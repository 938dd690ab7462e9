"""What of appointments is due: who waits for a time, who could not be told, and what nobody has said the end of."""

from typing import Any

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments import store
from services.registration.appointments.tables import AppointmentRow
from shared import clock
from shared.clock import BERLIN
from shared.security import Principal


def _due(row: AppointmentRow, kind: str, title: str) -> dict[str, Any]:
    """An open item; no name, no contact."""
    day = (row.starts_at or row.requested_at).astimezone(BERLIN).date()
    link = f"/termine/{row.appointment_id}"
    return {"kind": kind, "entity_id": row.appointment_id, "title": title, "due": day, "link": link} | {
        "person_id": row.person_id
    }


async def open_items(_request: Request, session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """Everything open of the carrier's appointments."""
    waiting = await store.intake_list(session, principal.carriers)
    found = [_due(row, "appointment_waiting", "Aufnahmeliste: Termin vergeben") for row in waiting]
    over = await store.without_outcome(session, principal.carriers, clock.now())
    found += [_due(row, "appointment_open", "Termin: hat er stattgefunden?") for row in over]
    untold = await store.undelivered(session, principal.carriers)
    return found + [_due(row, "appointment_untold", "Termin: E-Mail nicht zustellbar, bitte anrufen") for row in untold]
