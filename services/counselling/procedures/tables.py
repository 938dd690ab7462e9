"""Rows beside a procedure: its stages, and the directory of competent authorities. None is ever in an event."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class StageRow(SQLModel, table=True):
    """A stage of a procedure (Etappe), such as an examination; `on` is the day it is planned for or was decided on."""

    __tablename__ = "procedure_stage"
    __table_args__ = (Index("procedure_stage_procedure", "procedure_id"), Index("procedure_stage_case", "case_id"))

    stage_id: UUID = Field(primary_key=True)
    procedure_id: UUID
    case_id: UUID
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    kind: str
    state: str
    on: date

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.stage_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class AuthorityRow(SQLModel, table=True):
    """A competent authority (zuständige Stelle) as the network's directory has it; of no carrier, about no person.

    `occupations` are prefixes of the KldB 2010; without `land` it decides for the whole country.
    """

    __tablename__ = "authority"

    authority_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool = False
    recorded_on: date
    row_recorded_on: date | None = None
    external_id: str = Field(unique=True)
    row_hash: str | None = None
    name: str
    occupations: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    land: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    last_checked: date

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.authority_id

    @property
    def owner(self) -> UUID | None:
        """Public: nobody's."""
        return None
