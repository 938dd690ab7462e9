"""The transactional outbox: saving is publishing (design 1).

A service appends messages in the session that saves the record; the relay delivers them later, at least once.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, insert
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.base import Revision, canonical_body
from shared.contracts.digests import record_digest
from shared.contracts.envelope import headers, month_instant
from shared.contracts.registry import EventType

Destination = Literal["region", "up"]
PENDING = text("delivered_at IS NULL AND parked_reason IS NULL")


class OutboxRow(SQLModel, table=True):
    """One message for one destination: `region` (the own broker) or `up` (the hub). Holds nothing but its bytes."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_pending", "destination", "seq", postgresql_where=PENDING),
        Index("outbox_entity", "entity_id", "revision", postgresql_where=text("destination = 'up'")),
    )

    seq: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    message_id: UUID
    destination: str
    subject: str
    headers: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    kind: str
    entity_id: UUID
    revision: int
    digest: int = Field(sa_column=Column(BigInteger, nullable=False))
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    delivered_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    parked_reason: str | None = None


class DeliveredRow(SQLModel, table=True):
    """Newest revision of a record that the hub confirmed, with its digest: what heartbeats add up."""

    __tablename__ = "delivered"

    kind: str = Field(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    revision: int
    digest: int = Field(sa_column=Column(BigInteger, nullable=False))


def messages(
    event: EventType, region: str, entity_id: UUID, full: Revision, lean: Revision | None, instant: datetime
) -> list[dict[str, Any]]:
    """Outbox rows of one revision: the full event for the network and, unless None, the lean one for the hub.

    `instant` (UTC) is the moment of recording; on `up` it is cut to its month.
    """
    regional = event.name.regional_subject(region)
    rows = [_row("region", regional, event, region, entity_id, full, instant, instant)]
    if lean is not None:
        subject, month = event.name.uplink_subject(), month_instant(instant.date())
        rows.append(_row("up", subject, event, region, entity_id, lean, instant, month))
    return rows


def _row(
    destination: Destination,
    subject: str,
    event: EventType,
    region: str,
    entity_id: UUID,
    body: Revision,
    created_at: datetime,
    told: datetime,
) -> dict[str, Any]:
    content, message_id = canonical_body(body), uuid4()
    return {
        "message_id": message_id,
        "destination": destination,
        "subject": subject,
        "headers": headers(message_id, region, event.name, told),
        "body": content,
        "kind": event.kind,
        "entity_id": entity_id,
        "revision": body.revision,
        "digest": record_digest(entity_id, body.revision, content),
        "created_at": created_at,
    }


async def append(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Add messages to the outbox in the caller's transaction."""
    if rows:
        await session.exec(insert(OutboxRow), params=rows)
