"""Rows of items (Vorgänge): transfers, Good Practice, projects. Class A but for what its sheet keeps in the network."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.registration.tables import CarrierRecord


class ItemRow(CarrierRecord, table=True):
    """A transfer, Good Practice example or project with its state (VST-01, GP-11, PDB-01).

    `details` are what else its kind asks (items/kinds.toml), `review` how far its public texts are, `public_sheet` what
    a coordinator has released of them, as it was shown. `reason` is of the last change of state or return, `decision`
    the revision of the board's decision that the state follows.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("carrier_id", "external_id"), Index("item_kind", "item_kind", "carrier_id"))

    item_id: UUID = Field(primary_key=True)
    item_kind: str
    state: str
    round: str | None = None
    area: str | None = None
    delivery: str
    route: str | None = None
    offering_id: UUID | None = None
    run_id: UUID | None = Field(default=None, index=True)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    review: str = "open"
    public_sheet: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    released_on: date | None = None
    reason: str | None = None
    decision: int | None = None


class ItemDecisionRow(SQLModel, table=True):
    """What the board (Beratungsgremium) decided about an item, as the centre told it last; its reasons are read here.

    Kept for an item that was withdrawn, or that an old backup does not know, too: it holds when the item is in force.
    """

    __tablename__ = "item_decision"

    item_id: UUID = Field(primary_key=True)
    revision: int
    outcome: str
    decided_on: date
    reasons: str
    heard_on: date
