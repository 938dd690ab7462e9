"""Rows of cases; nothing of them is ever in an event. Each has `carrier_id` and `person_id` or `case_id`."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from shared.vocabulary.cases import CaseState, Method


class CaseRow(SQLModel, table=True):
    """A case (Fall): one person, one programme line, one writer.

    `recorded_person_id` is the person it was opened for; where she became another one by a merge, `person_id` is that
    one's, as with sessions. `owner` and `deputy` are subjects of accounts. A `protected` case, and every one of the
    line `migration_service`, is seen by these two only (`store.case_for`).
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
    protected: bool = False
    revision: int = 1
