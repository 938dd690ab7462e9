"""The inbox: what was taken in, what was parked, and how far (design 7: acks prove nothing)."""

import json
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock

Key = tuple[str, UUID]
# Sorted keys, so that two workers on one stream never wait for each other.
REMEMBER = text(
    """
    INSERT INTO inbox (region, message_id, received_on)
    SELECT region, message_id, :today
    FROM jsonb_to_recordset(CAST(:messages AS jsonb)) AS new (region text, message_id uuid)
    ORDER BY region, message_id
    ON CONFLICT DO NOTHING
    RETURNING region, message_id
    """
)


class InboxRow(SQLModel, table=True):
    """A message taken in once; written with its effect."""

    __tablename__ = "inbox"

    region: str = Field(primary_key=True)
    message_id: UUID = Field(primary_key=True)
    received_on: date


class ParkedRow(SQLModel, table=True):
    """A message that could not be handled, with its reason and bytes: `dead`, or `later` after an upgrade."""

    __tablename__ = "parked"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    stream: str
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: str
    fate: str
    reason: str
    headers: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    parked_on: date


class CursorRow(SQLModel, table=True):
    """Highest sequence of a stream whose effect is committed here."""

    __tablename__ = "ingest_cursor"

    stream: str = Field(primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))


async def remember(session: AsyncSession, keys: Iterable[Key]) -> set[Key]:
    """Remember messages in the caller's transaction; those that were not seen before."""
    asked = [{"region": region, "message_id": str(message_id)} for region, message_id in keys]
    if not asked:
        return set()
    connection = await session.connection()
    found = await connection.execute(REMEMBER, {"today": clock.today(), "messages": json.dumps(asked)})
    return {(region, message_id) for region, message_id in found}
