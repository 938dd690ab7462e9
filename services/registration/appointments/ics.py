"""An appointment for a calendar (RFC 5545). It says when and where, not why: calendars are looked at by others."""

from datetime import datetime
from typing import NamedTuple

from icalendar import STATUS, Calendar, Event

from services.registration.appointments.tables import AppointmentRow

PRODUCT = "-//IQ-Verbund//Termine//DE"


class Place(NamedTuple):
    """Where an appointment is: the office's name, its address, its telephone."""

    name: str
    address: str = ""
    phone: str = ""


def calendar_of(row: AppointmentRow, place: Place, title: str, now: datetime, *, cancelled: bool = False) -> bytes:
    """The calendar entry; a later revision of the same appointment replaces it. Raises ValueError without a time."""
    if row.starts_at is None or row.ends_at is None:
        raise ValueError("an appointment on the intake list has no time")
    event = Event.new(
        uid=f"{row.appointment_id}@iq-verbund",
        stamp=now,
        start=row.starts_at,
        end=row.ends_at,
        summary=title,
        location=", ".join(filter(None, (place.name, place.address))),
        sequence=row.revision,
        status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
    )
    calendar = Calendar.new(prodid=PRODUCT, method="CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
