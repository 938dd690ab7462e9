"""Rows of contact persons (Ansprechpersonen): who they are is class D, how many a network has is public."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel


class ContactPersonRow(SQLModel, table=True):
    """Who is trained to become, or is, the contact person of a house (IKKE-23, IKKE-24). Class D.

    `officer`: she is its migration officer too (Personalunion); else `bridge` may name the officer (ACT-04), reached
    by `bridge_email`. `evidence` says where she completed the phases that are not recorded here. `search_name` is how
    her name is compared.
    """

    __tablename__ = "contact_person"

    contact_person_id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(index=True)
    revision: int = 1
    withdrawn: bool = False
    recorded_on: date
    name: str
    search_name: str
    email: str | None = None
    house: str | None = None
    officer: bool = False
    bridge: str | None = None
    bridge_email: str | None = None
    evidence: str | None = None
    selected_on: date | None = None
    qualified_on: date | None = None
    mandated_on: date | None = None
    inactive_on: date | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.contact_person_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


FORGOTTEN: Mapping[str, Any] = {"name": "", "search_name": ""} | dict.fromkeys(
    ("email", "house", "bridge", "bridge_email", "evidence")
)
"""What goes of a contact person whose time is over: the days stay, from them past months were counted."""


class ContactPersonsRow(SQLModel, table=True):
    """How many contact persons a network has at the end of a month, of all its carriers together. Public."""

    __tablename__ = "contact_persons"

    contact_persons_id: UUID = Field(primary_key=True)
    revision: int = 1
    withdrawn: bool = False
    recorded_on: date
    month: str = Field(unique=True)
    qualified: int
    mandated: int

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.contact_persons_id

    @property
    def owner(self) -> UUID | None:
        """No carrier: the network's."""
        return None
