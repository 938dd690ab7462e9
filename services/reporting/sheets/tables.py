"""Rows of transfers (Übertragungen): a published sheet that another network has taken up; kept at the centre only."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel


class SheetTransferRow(SQLModel, table=True):
    """A sheet of `region` that `to_region` has taken up, there by an organisation; no person is named.

    `checked_on`: the day on which the coordination last asked how it stands.
    """

    __tablename__ = "sheet_transfer"
    __table_args__ = (
        Index(
            "sheet_transfer_once", "region", "item_id", "to_region",
            unique=True, postgresql_where=text("state <> 'ended'"),
        ),
    )  # fmt: skip

    transfer_id: UUID = Field(primary_key=True)
    region: str
    item_id: UUID
    to_region: str
    organisation: str
    begun_on: date
    state: str
    checked_on: date | None = None
    revision: int
    changed_by: str

    @property
    def withdrawn(self) -> bool:
        """Never: one that is over has ended."""
        return False
