"""Rows of the reporting database: facts as revisions with two clocks, and heartbeats (design 9, ADR 0004)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from shared.inbox import CursorRow, InboxRow, ParkedRow

TABLES = (InboxRow, ParkedRow, CursorRow)
"""Shared tables of this database, named so that its history knows them."""


class FactRow(SQLModel, table=True):
    """One revision of one record of any kind. `effective_on`: the day it counts as recorded (`as_of` selects by it);
    `received_on`: the day it came here (`known_at` selects by it). No time of day is kept.

    What nearly every question needs stands in columns (`PROMOTED`), null where a kind does not tell it; everything else
    is found in the event as it was sent, `BodyRow`. `digest` is taken over that.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index("fact_kind_month", "kind", "month"),
        Index("fact_received", "received_on"),
        # Few records have a second revision: this small index answers whether there is a newer one.
        Index("fact_newer", "region", "kind", "entity_id", "revision", postgresql_where=text("revision > 1")),
    )

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    withdrawn: bool
    month: str | None = None
    effective_on: date
    received_on: date
    digest: int = Field(sa_column=Column(BigInteger, nullable=False))
    origin: str | None = None
    programme_line: str | None = None
    session_type: str | None = None
    seen_before: str | None = None
    nationality: str | None = None
    refugee_background: str | None = None


PROMOTED = ("origin", "programme_line", "session_type", "seen_before", "nationality", "refugee_background")
"""Fields of a body that are columns of the fact table, so that questions about sessions read narrow rows (ADR 0004)."""


class BodyRow(SQLModel, table=True):
    """The event that told a fact, as it was sent."""

    __tablename__ = "fact_body"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class HoldingRow(SQLModel, table=True):
    """How many records of a kind of a network came here first on a day; their sum is what is held."""

    __tablename__ = "holding"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    records: int


class ArrivalRow(SQLModel, table=True):
    """How many facts of a kind of a network count from a day on: only they can change a figure with a later `as_of`.

    What counts since more than 40 days before it came is kept by the first of its month, so that the table stays small.
    """

    __tablename__ = "arrival"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    facts: int = Field(sa_column=Column(BigInteger, nullable=False))


class HeartbeatRow(SQLModel, table=True):
    """The newest heartbeat of a service of a network and the instant the hub got it; operational, no record in it."""

    __tablename__ = "heartbeat"

    region: str = Field(primary_key=True)
    context: str = Field(primary_key=True)
    received_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    beat: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class ExpectedRow(SQLModel, table=True):
    """How many records of a kind a network had delivered, as its last heartbeat of a day said.

    Kept by day, so that the coverage told for a past (as_of, known_at) stays what it was.
    """

    __tablename__ = "expected"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    records: int


class AskedRow(SQLModel, table=True):
    """A question the centre asked this network; shown to its staff (design 13)."""

    __tablename__ = "asked"

    asked_id: UUID = Field(primary_key=True)
    asked_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
    question: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    answered: bool


class KeptAnswerRow(SQLModel, table=True):
    """A network's answer about days that are past, kept at the centre, so that a permanent link shows it for ever.

    `question` is the digest of the question.
    """

    __tablename__ = "kept_answer"

    question: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    answered_on: date
    answer: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class EditionRow(SQLModel, table=True):
    """An edition (Veröffentlichung) of a network or of the centre (`de`). Once published it never changes (MON-03).

    `asked` are its tables as asked for, `shown` as readers see them, `described` as sets of records for the audit of
    later editions, `domains` the values everybody knows; no exact number of a protected table is kept.
    """

    __tablename__ = "edition"

    edition_id: UUID = Field(primary_key=True)
    region: str = Field(index=True)
    title: str
    as_of: date
    known_at: date
    method: str
    state: str
    hash: str
    asked: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    shown: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    described: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    domains: dict[str, list[str]] = Field(sa_column=Column(JSONB, nullable=False))
    created_by: str
    created_on: date
    published_on: date | None = None


class AcceptanceRow(SQLModel, table=True):
    """A network's edition that the coordination accepted; the network is told until it confirms (contracts §3).

    `unknown_at`: since then the network is known not to have it. It keeps a row of its own then, for its staff to read.
    """

    __tablename__ = "acceptance"

    edition_id: UUID = Field(primary_key=True)
    region: str
    hash: str
    published_on: date
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    unknown_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class OffersRow(SQLModel, table=True):
    """What other networks offer, as the centre told this one last (`region`); `heard_at`: when it last asked for it."""

    __tablename__ = "offers_told"

    region: str = Field(primary_key=True)
    digest: str
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    told_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    heard_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class ComparisonRow(SQLModel, table=True):
    """The last comparison of a service's heartbeat with what is held here, and the state that is repeated to it."""

    __tablename__ = "comparison"

    region: str = Field(primary_key=True)
    context: str = Field(primary_key=True)
    heartbeat_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    compared_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class DifferenceRow(SQLModel, table=True):
    """A bucket whose sums differ: `seen` once, `wanted`, or explained by records that are `ahead` (decision 0013).

    `told` and `held` are the sums (signed) of the last comparison, `unchanged` how often they were the same while the
    bucket was wanted.
    """

    __tablename__ = "difference"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    bucket: int = Field(primary_key=True)
    state: str
    told: int = Field(sa_column=Column(BigInteger, nullable=False))
    held: int = Field(sa_column=Column(BigInteger, nullable=False))
    unchanged: int = 0
    since: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class SetBackRow(SQLModel, table=True):
    """A record held here in a revision its network does not have (`told`: the one it has, 0: none): it was set back."""

    __tablename__ = "set_back"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    bucket: int
    revision: int
    told: int
    month: str | None = None
    since: date


class ReplacedRow(SQLModel, table=True):
    """A body that gave way to another one of the same revision, which the network sent on request (contracts §3)."""

    __tablename__ = "replaced"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    region: str
    kind: str
    entity_id: UUID
    revision: int
    month: str | None = None
    replaced_on: date
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))


class DecisionRow(SQLModel, table=True):
    """Who replayed or discarded a parked message, when and why; rows are only added."""

    __tablename__ = "parked_decision"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    parked_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    stream: str
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    action: str
    reason: str
    outcome: str
    subject: str
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
