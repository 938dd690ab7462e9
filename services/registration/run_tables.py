"""Rows of training runs. A run is public in its network (class A); who registers and takes part is class D."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


def _instant(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable))


def _list() -> Any:
    return Field(default_factory=list, sa_column=Column(JSONB, nullable=False))


def _of(table: str, column: str, *, nullable: bool = False, index: bool = True) -> Any:
    key = ForeignKey(f"{table}.{column}", ondelete="CASCADE")
    return Field(default=None, sa_column=Column(Uuid, key, nullable=nullable, index=index))


class OfRun(SQLModel):
    """What a record of a run has: it is its carrier's, and counts its changes."""

    carrier_id: UUID
    revision: int = 1
    withdrawn: bool = False

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class TrainingRunRow(OfRun, table=True):
    """A run of a programme (Durchgang, domain 6): what is announced, its sizes, its deadline, how it was decided.

    `published`: everyone sees it and may register by its link. `overrides` are soft rules that a coordinator has let
    pass, each with rule, reason, account and day; `protocol` is the stored decision, without names. `accepted` and
    `waiting` count the places that registrations in force have or ask for: of teams one each; `registered` are those
    nobody has decided on yet; it and `registration_url` are told elsewhere, and kept by `offers.telling`.
    `opening_process` is the house's process of intercultural opening (IKKE-31), `reason` why it was cancelled; whoever
    has `calendar_token` may follow its dates.
    """

    __tablename__ = "training_run"
    __table_args__ = (Index("training_run_carrier", "carrier_id", "starts_on"),)

    run_id: UUID = Field(primary_key=True)
    recorded_on: date
    programme: str
    programme_line: str
    state: str
    public_title: str
    summary: str | None = None
    topic: str | None = None
    offering_id: UUID | None = None
    starts_on: date
    ends_on: date | None = None
    min_places: int
    max_places: int
    opens_at: datetime | None = _instant(nullable=True)
    deadline: datetime | None = _instant(nullable=True)
    policy: str
    published: bool = False
    cross_region: bool = False
    overrides: list[dict[str, Any]] = _list()
    protocol: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    decided_at: datetime | None = _instant(nullable=True)
    accepted: int = 0
    waiting: int = 0
    opening_process: str | None = None
    reason: str | None = None
    calendar_token: str | None = Field(default=None, unique=True)
    registered: int = 0
    registration_url: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.run_id


class RunMeetingRow(OfRun, table=True):
    """A date of a run (Termin): one day of one step, of a team alone where the step is held in each house.

    `replaces` is the cancelled one it stands in for (IKO-14); `meeting_id` the record that counts it once it was held.
    `guests` were there beside the participants. `speakers` and `note` (what management was told, IKO-24) are class D.
    """

    __tablename__ = "run_meeting"
    __table_args__ = (Index("run_meeting_time", "run_id", "starts_at"),)

    run_meeting_id: UUID = Field(primary_key=True)
    run_id: UUID = _of("training_run", "run_id")
    registration_id: UUID | None = _of("run_registration", "registration_id", nullable=True)
    step: str
    number: int
    starts_at: datetime = _instant()
    ends_at: datetime = _instant()
    place: str | None = None
    link: str | None = None
    speakers: list[str] = _list()
    form: str | None = None
    state: str
    replaces: UUID | None = None
    reason: str | None = None
    note: str | None = None
    guests: int = 0
    meeting_id: UUID | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.run_meeting_id


class RegistrationRow(OfRun, table=True):
    """A registration for a run (Anmeldung): of a team of a house, or of one person (IKO-01).

    `submitted_at` is this service's clock to the microsecond: it ranks (IKO-11). `token_hash` is the hash of what the
    link for seeing and withdrawing it holds; `exception` and `moved` are the reasons of a late exception and of a place
    out of order; `reason` is why it was decided so (`DecisionReason`).
    """

    __tablename__ = "run_registration"
    __table_args__ = (
        Index("run_registration_order", "run_id", "submitted_at"),
        Index(
            "run_registration_house_once",
            "run_id",
            "house_key",
            unique=True,
            postgresql_where=text("state NOT IN ('withdrawn', 'rejected') AND house_key IS NOT NULL"),
        ),
    )

    registration_id: UUID = Field(primary_key=True)
    run_id: UUID = _of("training_run", "run_id", index=False)
    state: str
    submitted_at: datetime = _instant()
    source: str
    house: str | None = None
    house_key: str | None = None
    topic: str | None = None
    email: str | None = None
    phone: str | None = None
    token_hash: str = Field(unique=True)
    exception: str | None = None
    moved: str | None = None
    reason: str | None = None
    offered_until: datetime | None = _instant(nullable=True)

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.registration_id


class ParticipantRow(OfRun, table=True):
    """Somebody who takes part in a run (Teilnehmende): a member of a team, or the one person of a registration.

    `graduate` has completed the one-year training, `lead` leads the team (IKO-03), `released` by the employer
    (IKBO-05). `stage` is how far she is in the programme, `person_id` who she is where she is in the person register,
    `contact_person_id` her profile over several runs (IKKE-06).
    """

    __tablename__ = "run_participant"

    participant_id: UUID = Field(primary_key=True)
    run_id: UUID = _of("training_run", "run_id")
    registration_id: UUID = _of("run_registration", "registration_id")
    name: str
    email: str | None = None
    function: str | None = None
    graduate: bool = False
    lead: bool = False
    released: bool = False
    stage: str
    person_id: UUID | None = Field(default=None, index=True)
    contact_person_id: UUID | None = Field(
        default=None,
        sa_column=Column(Uuid, ForeignKey("contact_person.contact_person_id", ondelete="SET NULL"), index=True),
    )

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.participant_id


class AttendanceRow(SQLModel, table=True):
    """Whether a participant was at a date of a run (Anwesenheit)."""

    __tablename__ = "run_attendance"

    run_meeting_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("run_meeting.run_meeting_id", ondelete="CASCADE"), primary_key=True)
    )
    participant_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("run_participant.participant_id", ondelete="CASCADE"), primary_key=True)
    )
    carrier_id: UUID
    presence: str
