"""Rows of the counselling database. Only the store (and migrations) knows them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, UniqueConstraint
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
from shared.rights.tombstones import TombstoneRow

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
    RunRow,
)
"""Shared tables of this database, named so that its history knows them."""


class SessionRow(SQLModel, table=True):
    """A counselling session (Beratung) in its newest revision, with the statistical profile as it was that day.

    `person_key` tells one person from another within the carrier: `p:<person id>` or `r:<keyed hash of person_ref>`,
    null for anonymous counselling. `recorded_person_id` is the person it was recorded for; where she became another one
    by a merge, `person_id` and `person_key` are that one's.
    `type_given` marks an imported type, which is kept (contracts §4).
    `first_recorded_on` is the day of revision 1; it orders sessions of one day for ever the same way.
    `case_id` is the case it belongs to, `recorded_by` the account that recorded it (none: an import), `founder` as what
    somebody of the Migrantenökonomie was counselled (MOE-01), `partner_id` in whose rooms (CNS-25); they stay here.
    `row_hash` is the imported row's, to know it again, `row_recorded_on` the day of recording that it named.
    `erased`: its person was, and it stays as it was last told; it can only be withdrawn.
    """

    __tablename__ = "counselling_session"
    __table_args__ = (
        UniqueConstraint("carrier_id", "external_id"),
        Index("counselling_session_person", "carrier_id", "person_key", "programme_line"),
        Index("counselling_session_date", "carrier_id", "date"),
        Index("counselling_session_recorded_person", "carrier_id", "recorded_person_id"),
        Index("counselling_session_case", "case_id"),
    )

    session_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    first_recorded_on: date
    row_recorded_on: date | None = None
    date: date
    origin: str
    programme_line: str
    session_type: str
    type_given: bool = False
    seen_before: str
    person_id: UUID | None = None
    person_key: str | None = None
    recorded_person_id: UUID | None = None
    case_id: UUID | None = None
    recorded_by: str | None = None
    external_id: str | None = None
    row_hash: str | None = None
    office_id: UUID | None = None
    project_id: UUID | None = None
    channel: str | None = None
    mobile: bool = False
    outreach: bool = False
    language: str | None = None
    nationality: str
    refugee_background: str
    gender: str
    age_group: str
    has_degree: str
    reference_occupation: str | None = None
    founder: str | None = None
    partner_id: UUID | None = None
    occasions: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    referral_target: str | None = None
    withdrawn_reason: str | None = None
    erased: bool = False

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.session_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class GroupRow(SQLModel, table=True):
    """Group information or counselling (Gruppeninformation): a headcount only (CNS-06)."""

    __tablename__ = "counselling_group"
    __table_args__ = (
        UniqueConstraint("carrier_id", "external_id"),
        Index("counselling_group_date", "carrier_id", "date"),
    )

    group_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    row_recorded_on: date | None = None
    date: date
    origin: str
    programme_line: str
    group_type: str
    participants: int
    external_id: str | None = None
    row_hash: str | None = None
    office_id: UUID | None = None
    topic: str | None = None
    language: str | None = None
    withdrawn_reason: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.group_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class CompanyRow(SQLModel, table=True):
    """A counselling of a company (Beratung von Unternehmen) in its newest revision.

    `company_key` tells one company from another within the carrier: the keyed hash of `company_ref`, null where nobody
    named it. `company_is_new` follows from the order of a company's records, as `first_recorded_on` does for sessions.
    """

    __tablename__ = "counselling_company"
    __table_args__ = (
        UniqueConstraint("carrier_id", "external_id"),
        Index("counselling_company_company", "carrier_id", "company_key", "programme_line"),
        Index("counselling_company_date", "carrier_id", "date"),
    )

    company_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    first_recorded_on: date
    row_recorded_on: date | None = None
    date: date
    origin: str
    programme_line: str
    company_is_new: bool = True
    participants: int
    company_key: str | None = None
    external_id: str | None = None
    row_hash: str | None = None
    office_id: UUID | None = None
    sector: str | None = None
    size_class: str | None = None
    withdrawn_reason: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.company_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class ProcedureRow(SQLModel, table=True):
    """A recognition procedure (Anerkennungsverfahren) in its newest revision (domain §5).

    `since` is the day on which `state` was reached, `reached` the states so far, oldest first; `announced_on` is until
    when the authority said it would decide. Only state, outcome and the month of `since` leave the network.
    `case_id` is null once the person was erased: the statistical record stays without the link.
    """

    __tablename__ = "procedure"
    __table_args__ = (Index("procedure_case", "case_id"),)

    procedure_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID | None = None
    programme_line: str
    revision: int
    withdrawn: bool = False
    recorded_on: date
    kind: str
    reference_occupation: str | None = None
    land: str | None = None
    authority_id: UUID | None = None
    office_id: UUID | None = None
    specialized: bool = False
    state: str
    outcome: str | None = None
    since: date
    reached: list[dict[str, str | None]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    announced_on: date | None = None
    withdrawn_reason: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.procedure_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class UnitRow(SQLModel, table=True):
    """A unit of the structure register, as learned from its events."""

    __tablename__ = "counselling_unit"

    structure_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool
    kind: str
    code: str = Field(index=True)
    name: str
    parent_id: UUID | None = None
    valid_from: date
    valid_to: date | None = None


class ProfileRow(SQLModel, table=True):
    """A person's statistical profile, as learned from registration's events. No identity."""

    __tablename__ = "counselling_profile"

    person_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool
    carrier_id: UUID
    nationality: str
    refugee_background: str
    gender: str


class MergeRow(SQLModel, table=True):
    """Who became whom, as learned from registration's events; withdrawn, she is herself again. No identity."""

    __tablename__ = "counselling_merge"

    person_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool
    carrier_id: UUID = Field(index=True)
    merged_into: UUID


class DraftRow(SQLModel, table=True):
    """What an account is typing, or what its last change replaced (`undo`); it comes here sealed (decision 0012).

    `person_id` only of a person who is registered already: it names the draft in the account's own list. Accounts of
    the network (who imports its structure) have no `carrier_id`.
    """

    __tablename__ = "draft"

    subject: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    draft_id: UUID = Field(primary_key=True)
    carrier_id: UUID | None = None
    person_id: UUID | None = None
    content: str
    saved_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
