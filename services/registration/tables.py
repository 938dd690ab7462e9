"""Rows of the registration database. Only the store (and migrations) knows them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from shared.audit import AuditRow
from shared.audit.seals import SealRow
from shared.importing.tables import ImportChunk, ImportErrorRow, ImportJob
from shared.inbox import CursorRow, InboxRow, ParkedRow
from shared.outbox import DeliveredRow, OutboxRow
from shared.repair.resending import ResentRow
from shared.repair.state import AheadRow, CentreRow
from shared.rights.expiry import RunRow
from shared.rights.tombstones import ErasedPersonRow, TombstoneRow

TABLES = (
    OutboxRow,
    DeliveredRow,
    CentreRow,
    AheadRow,
    ResentRow,
    AuditRow,
    SealRow,
    InboxRow,
    ParkedRow,
    CursorRow,
    ImportJob,
    ImportChunk,
    ImportErrorRow,
    TombstoneRow,
    ErasedPersonRow,
    RunRow,
)
"""Shared tables of this database, named so that its history knows them."""


class PersonRow(SQLModel, table=True):
    """A person (Ratsuchende*r) of one carrier: identity, contact, and the profile counselling may know. Class D.

    `name` is the whole name as lists show it; `search_name` orders them. `keys_version` says by which rules her keys
    were made (`names.VERSION`).
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("person_carrier_name", "carrier_id", "search_name"),
        Index("person_carrier_birth_year", "carrier_id", "birth_year"),
        Index("person_keys_version", "keys_version"),
    )

    person_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    name: str
    search_name: str
    keys_version: int = 0
    family_name: str
    given_names: str | None = None
    original_name: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    contact_way: str
    languages: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    interpreter_needed: str
    nationality: str
    refugee_background: str
    gender: str
    has_degree: str
    german_level: str
    qualifications: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.person_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class PersonKeyRow(SQLModel, table=True):
    """A key by which a person is found: a word of her name, or its skeleton (`names.keys`). Class D."""

    __tablename__ = "person_key"
    __table_args__ = (Index("person_key_person", "person_id"),)

    carrier_id: UUID = Field(primary_key=True)
    key: str = Field(sa_column=Column(String(collation="C"), primary_key=True))
    person_id: UUID = Field(primary_key=True)


class PersonMergeRow(SQLModel, table=True):
    """That a person was recorded twice: who she became. Withdrawn, the two are two again; both records stay."""

    __tablename__ = "person_merge"

    person_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    merged_into: UUID = Field(index=True)

    @property
    def key(self) -> UUID:
        """Id of the record: of the person who became another."""
        return self.person_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class OccupationRow(SQLModel, table=True):
    """An entry of the official list of occupations (KldB 2010), where it is loaded. Public."""

    __tablename__ = "occupation"

    key: str = Field(primary_key=True)
    level: int
    title: str
    search_title: str


class StructureRow(SQLModel, table=True):
    """A unit of the structure register: carrier, Teilprojekt, office, house (ORG-02). Public."""

    __tablename__ = "structure"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    structure_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool = False
    recorded_on: date
    external_id: str | None = Field(default=None, unique=True)
    row_hash: str | None = None
    row_recorded_on: date | None = None
    kind: str
    code: str
    name: str
    parent_id: UUID | None = None
    programme_line: str | None = None
    carrier_is_migrant_organisation: bool = False
    valid_from: date
    valid_to: date | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.structure_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier: none, structure is public."""
        return None


class CarrierRecord(SQLModel):
    """What every record of a carrier has that may come from a file.

    `row_hash` is the last row's, to know it again, `row_recorded_on` the day it named; `recorded_on` is the day of the
    last revision, which may be later.
    """

    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    origin: str
    external_id: str | None = None
    row_hash: str | None = None
    row_recorded_on: date | None = None

    @property
    def key(self) -> UUID:
        """Id of the record: the column that begins with the table's name."""
        key: UUID = getattr(self, f"{self.__tablename__}_id")
        return key

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class MeetingRow(CarrierRecord, table=True):
    """A training, event or counselling process with its headcount (TRN-07)."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("carrier_id", "external_id"),
        Index("meeting_date", "carrier_id", "date"),
    )

    meeting_id: UUID = Field(primary_key=True)
    date: date
    programme_line: str
    format: str
    role: str
    number: int
    participants: int
    new_participants: int
    units: int | None = None
    topic: str | None = None
    target_groups: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    office_id: UUID | None = None
    offering_id: UUID | None = None
    withdrawn_reason: str | None = None


class OfferingRow(CarrierRecord, table=True):
    """An offering (Angebot) of a carrier; its code is `external_id`, without `row_hash` no file has described it.

    `measure` (`MeasureType`), `title` and `units` describe a qualification measure and stay in the service.
    """

    __tablename__ = "offering"
    __table_args__ = (UniqueConstraint("carrier_id", "external_id"),)

    offering_id: UUID = Field(primary_key=True)
    programme_line: str
    format: str | None = None
    form: str
    delivery: str
    topic: str | None = None
    target_groups: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    office_id: UUID | None = None
    starts: date | None = None
    ends: date | None = None
    title: str | None = None
    measure: str | None = None
    units: int | None = None


class ParticipationRow(CarrierRecord, table=True):
    """A person's participation in an offering (Teilnahme, QUA-01).

    Who she is, `person_id` says where the register (the carrier's, or of the one that proposed her) knows her, of an
    imported row only the keyed hash `person_key`; `company_key` is that of the company (QUA-05). `phases` are those of
    “Specialized!” with their days. `ended_recorded_on` is the day the last row named for the end. `after_exit` are
    situations on the labour market after the end with their days; `esf_participant_id` is random, the same for all
    participations of a person in an offering (ADR 0017).
    """

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("carrier_id", "external_id"),
        Index("participation_offering", "carrier_id", "offering_id"),
        Index("participation_reference", "carrier_id", "person_key"),
    )

    participation_id: UUID = Field(primary_key=True)
    offering_id: UUID
    programme_line: str
    person_key: str | None = None
    nationality: str
    refugee_background: str
    gender: str
    age_group: str
    reference_occupation: str | None = None
    delivery: str
    form: str
    came_from_counselling: str
    entered_on: date
    ended_on: date | None = None
    result: str | None = None
    success: str | None = None
    ended_recorded_on: date | None = None
    person_id: UUID | None = Field(default=None, index=True)
    company_key: str | None = None
    german_level: str | None = None
    phases: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    employment_status: str | None = None
    education_level: str | None = None
    after_exit: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    esf_participant_id: UUID | None = None
    withdrawn_reason: str | None = None
