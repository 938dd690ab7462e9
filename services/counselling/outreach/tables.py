"""Rows of outreach; they stay in the network."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class OutreachRow(SQLModel, table=True):
    """Contacts of one day in one channel: a headcount, no profile, no person (CNS-17)."""

    __tablename__ = "counselling_outreach"
    __table_args__ = (Index("counselling_outreach_date", "carrier_id", "date"),)

    outreach_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int = 1
    withdrawn: bool = False
    recorded_on: date
    recorded_by: str
    date: date
    programme_line: str
    channel: str
    contacts: int
    office_id: UUID | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.outreach_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id
