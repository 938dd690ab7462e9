"""A run as the other parts of registration leave it: dates, registrations, people, attendance, as rows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from services.registration.run_tables import (
    AttendanceRow,
    ParticipantRow,
    RegistrationRow,
    RunMeetingRow,
    TrainingRunRow,
)

DATES = ("kickoff", "seminar_1", "seminar_1", "seminar_2")
FIRST = datetime(2026, 3, 4, 8, tzinfo=UTC)
HOURS = 6.5


@dataclass
class Training:
    """A run of a carrier with four dates in the past."""

    carrier: UUID
    programme: str = "iko"
    state: str = "confirmed"
    run_id: UUID = field(default_factory=uuid4)
    rows: list[SQLModel] = field(default_factory=list)
    dates: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        common: dict[str, Any] = {
            "programme_line": "intercultural",
            "policy": "strict",
            "min_places": 3,
            "max_places": 8,
        }
        self.rows.append(
            TrainingRunRow(
                run_id=self.run_id,
                carrier_id=self.carrier,
                recorded_on=FIRST.date(),
                programme=self.programme,
                state=self.state,
                public_title="Interkulturelle Öffnung",
                starts_on=FIRST.date(),
                **common,
            )
        )
        for number, step in enumerate(DATES):
            starts, key = FIRST + timedelta(days=number), uuid4()
            when = {"starts_at": starts, "ends_at": starts + timedelta(hours=HOURS)}
            self.dates.append(key)
            self.rows.append(
                RunMeetingRow(
                    run_meeting_id=key,
                    run_id=self.run_id,
                    carrier_id=self.carrier,
                    step=step,
                    number=number + 1,
                    state="held",
                    **when,
                )
            )

    def registration(self, house: str | None = None, state: str = "accepted") -> UUID:
        """A registration of a house, or of one person."""
        key = uuid4()
        self.rows.append(
            RegistrationRow(
                registration_id=key,
                run_id=self.run_id,
                carrier_id=self.carrier,
                state=state,
                submitted_at=FIRST + timedelta(minutes=len(self.rows)),
                source="staff",
                house=house,
                house_key=house,
                token_hash=str(key),
            )
        )
        return key

    def participant(self, registration: UUID, name: str, at: int = 0, **more: Any) -> UUID:
        """Somebody who was at the first `at` dates."""
        key = uuid4()
        values: dict[str, Any] = {"stage": "registered"} | more
        self.rows.append(
            ParticipantRow(
                participant_id=key,
                run_id=self.run_id,
                registration_id=registration,
                carrier_id=self.carrier,
                name=name,
                **values,
            )
        )
        for number, date in enumerate(self.dates):
            presence = "present" if number < at else "absent"
            self.rows.append(
                AttendanceRow(run_meeting_id=date, participant_id=key, carrier_id=self.carrier, presence=presence)
            )
        return key

    async def save(self, app: Any) -> None:
        """Write the rows into the service's own database."""
        async with app.state.sessions() as session, session.begin():
            for row in self.rows:
                session.add(row)
                await session.flush()
