"""Rows of certificates. Name and reasons are class D; the hash of a code says nothing of anybody."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.run_tables import OfRun

IN_FORCE = text("NOT withdrawn")


def _about(table: str, column: str) -> Any:
    key = ForeignKey(f"{table}.{column}", ondelete="SET NULL")
    return Field(default=None, sa_column=Column(Uuid, key, nullable=True, index=True))


class CertificateRow(OfRun, table=True):
    """A certificate as it was issued (Bescheinigung): what is printed on it, so that it can be printed again.

    It is about a participant or about a registration (a house, or whoever registered); both go before it does.
    `standing` is the state of the registration that a confirmation tells, empty on all others. `exception` is why it
    was issued although something was missing. `code_hash` is the hash of the code on the paper, None on a confirmation,
    which nobody checks. After its retention it has no name any more, and its code can still be checked.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("certificate_run", "run_id"),
        Index(
            "certificate_of_participant_once",
            "participant_id",
            "kind",
            unique=True,
            postgresql_where=IN_FORCE,
        ),
        Index(
            "certificate_of_registration_once",
            "registration_id",
            "kind",
            "standing",
            unique=True,
            postgresql_where=IN_FORCE,
        ),
    )

    certificate_id: UUID = Field(primary_key=True)
    run_id: UUID = Field(foreign_key="training_run.run_id")
    participant_id: UUID | None = _about("run_participant", "participant_id")
    registration_id: UUID | None = _about("run_registration", "registration_id")
    person_id: UUID | None = Field(default=None, index=True)
    kind: str
    name: str | None = None
    title: str
    contents: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    starts_on: date
    ends_on: date
    days: int
    minutes: int
    standing: str = ""
    exception: str | None = None
    issued_on: date
    issued_by: str
    code_hash: str | None = Field(default=None, unique=True)
    withdrawn_on: date | None = None
    withdrawn_reason: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.certificate_id
