"""Rows of cases; nothing of them is ever in an event. Each has `carrier_id` and `person_id` or `case_id`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, text
from sqlmodel import Field, SQLModel

from shared.vocabulary.cases import CaseState, DocumentState, HandoverState, Method, StepBy, StepState


class CaseRow(SQLModel, table=True):
    """A case (Fall): one person, one programme line, one writer.

    `recorded_person_id` is the person it was opened for; where she became another one by a merge, `person_id` is that
    one's, as with sessions. `owner` and `deputy` are subjects of accounts. A `protected` case, and every one of the
    line `migration_service`, is seen by these two only (`store.case_for`). `aim` is what the help plan is for.
    """

    __tablename__ = "counselling_case"
    __table_args__ = (
        Index("counselling_case_person", "carrier_id", "person_id", "programme_line"),
        Index("counselling_case_owner", "carrier_id", "owner"),
        Index(
            "counselling_case_open",
            "carrier_id",
            "recorded_person_id",
            "programme_line",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    case_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    office_id: UUID | None = None
    person_id: UUID
    recorded_person_id: UUID
    programme_line: str
    state: str = CaseState.OPEN.value
    opened_on: date
    closed_on: date | None = None
    owner: str
    deputy: str | None = None
    method: str = Method.SHORT.value
    method_since: date
    aim: str | None = None
    protected: bool = False
    revision: int = 1


class StepRow(SQLModel, table=True):
    """A step of a case's help plan (Hilfeplan): what, until when, who."""

    __tablename__ = "case_step"

    step_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID = Field(index=True)
    title: str
    due: date | None = None
    by: str = StepBy.OFFICE.value
    state: str = StepState.OPEN.value
    done_on: date | None = None
    revision: int = 1


class DocumentRow(SQLModel, table=True):
    """A line of a case's document checklist: a name and whether it is there. No file is ever stored."""

    __tablename__ = "case_document"

    document_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID = Field(index=True)
    name: str
    state: str = DocumentState.MISSING.value
    revision: int = 1


class HandoverRow(SQLModel, table=True):
    """An offer of a case to a colleague or to an office of the carrier; it stays when it is over.

    `state` is what somebody did; that nobody did anything for too long is `rules.handover_state`.
    """

    __tablename__ = "case_handover"
    __table_args__ = (
        Index("case_handover_offered", "case_id", unique=True, postgresql_where=text("state = 'offered'")),
        Index("case_handover_carrier", "carrier_id", "state"),
    )

    handover_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID = Field(index=True)
    from_subject: str
    to_subject: str | None = None
    to_office: UUID | None = None
    note: str | None = None
    state: str = HandoverState.OFFERED.value
    offered_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    expires_on: date
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
