"""The dates of a run for a calendar (RFC 5545): when, where, which step; a cancelled one says so. Never who comes."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from icalendar import STATUS, Calendar, Event
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from services.registration.runs import store
from services.registration.runs.planning import RunPlan
from shared import audit
from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary import RunState
from shared.vocabulary.runs import RunMeetingState

PRODUCT = "-//IQ-Verbund//Durchgaenge//DE"


def feed(plan: RunPlan, now: datetime, houses: Mapping[UUID, str]) -> bytes:
    """The calendar of a run. Dates of one house stand in it only where `houses` names that house."""
    calendar = Calendar.new(prodid=PRODUCT, method="PUBLISH", name=plan.run.public_title)
    titles = {step.code: step.title for step in plan.definition.steps}
    for row in plan.meetings:
        if row.registration_id is None or row.registration_id in houses:
            house = houses.get(row.registration_id) if row.registration_id else None
            step = " – ".join(filter(None, (titles.get(row.step, row.step), house)))
            calendar.add_component(_event(plan.run, row, step, now))
    return bytes(calendar.to_ical())


def _event(run: TrainingRunRow, row: RunMeetingRow, step: str, now: datetime) -> Event:
    gone = row.state == RunMeetingState.CANCELLED or run.state == RunState.CANCELLED
    return Event.new(
        uid=f"{row.run_meeting_id}@iq-verbund",
        stamp=now,
        start=row.starts_at,
        end=row.ends_at,
        summary=f"{run.public_title}: {step}",
        location=row.place or row.link,
        url=row.link,
        sequence=row.revision,
        status=STATUS.CANCELLED if gone else STATUS.CONFIRMED,
    )


async def share(session: AsyncSession, run_id: UUID, actor: Actor) -> TrainingRunRow:
    """Make a new link to the dates of a run; the one before is void. Raises Problem 404."""
    row = await store.get_run(session, run_id, actor.principal.carriers, to_change=True)
    if row is None or row.withdrawn:
        raise Problem(404, NOT_FOUND)
    row.calendar_token = secrets.token_urlsafe(32)
    session.add(row)
    entry = audit.entry(actor.instant, actor.principal.subject, row.carrier_id, "run.shared", row.key, row.revision)
    await audit.write(session, [entry])
    return row
