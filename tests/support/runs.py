"""Runs with dates, teams and participants as rows, for tests of what comes after planning and registering."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.registration.run_tables import ParticipantRow, RegistrationRow, RunMeetingRow, TrainingRunRow
from shared import clock

HOURS = timedelta(hours=6)


@dataclass
class Planted:
    """A run with its dates and participants, each in the order given."""

    run: UUID
    dates: list[UUID]
    people: list[UUID]
    registrations: list[UUID] = field(default_factory=list)

    def path(self, date: int = 0) -> str:
        """The address of the attendance of a date."""
        return f"runs/{self.run}/meetings/{self.dates[date]}/attendance"

    def entries(self, *present: int, absent: tuple[int, ...] = ()) -> list[dict[str, str]]:
        """The list of a date."""
        found = [{"participant_id": str(self.people[one]), "presence": "present"} for one in present]
        return found + [{"participant_id": str(self.people[one]), "presence": "absent"} for one in absent]


def ago(days: int) -> datetime:
    """So many days before now."""
    return clock.now() - timedelta(days=days)


async def plant_run(
    app: Any, carrier: UUID | None, programme: str, dates: list[tuple[str, int]], people: list[str], **more: Any
) -> Planted:
    """A run with dates (step, days ago), and people who each have a place; `more` are values of every participant."""
    run = uuid4()
    found = Planted(run, [uuid4() for _ in dates], [uuid4() for _ in people], [uuid4() for _ in people])
    common: dict[str, Any] = {"run_id": run, "carrier_id": carrier}
    first = ago(max((days for _, days in dates), default=0))
    about = {"programme_line": "intercultural", "state": "confirmed", "public_title": "Durchgang im Test"}
    sizes = {"min_places": 1, "max_places": 30, "policy": "strict", "recorded_on": clock.today()}
    async with app.state.sessions() as session, session.begin():
        session.add(TrainingRunRow(**common, programme=programme, starts_on=first.date(), **about, **sizes))
        await session.flush()
        for key, (step, days) in zip(found.dates, dates, strict=True):
            day = {"starts_at": ago(days), "ends_at": ago(days) + HOURS, "number": 1, "state": "planned"}
            session.add(RunMeetingRow(**common, run_meeting_id=key, step=step, **day))
        for name, key, registration in zip(people, found.people, found.registrations, strict=True):
            said = {"state": "accepted", "submitted_at": first, "source": "staff", "token_hash": uuid4().hex}
            session.add(RegistrationRow(**common, registration_id=registration, house=f"Haus {name}", **said))
            await session.flush()
            place = {"participant_id": key, "registration_id": registration, "name": name, "stage": "registered"}
            session.add(ParticipantRow(**common, **place, **more))
    return found
