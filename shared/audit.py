"""Audit: who changed what, written in the transaction of the change; never content, only which record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity
from sqlmodel import Field, SQLModel, insert
from sqlmodel.ext.asyncio.session import AsyncSession


class AuditRow(SQLModel, table=True):
    """One act: instant, account, carrier, action (`session.recorded`, …), record and its revision."""

    __tablename__ = "audit"

    seq: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    subject: str
    carrier_id: UUID | None = None
    action: str
    entity_id: UUID
    revision: int


def entry(
    at: datetime, subject: str, carrier_id: UUID | None, action: str, entity_id: UUID, revision: int
) -> dict[str, Any]:
    """One audit row for `write`."""
    return {
        "at": at,
        "subject": subject,
        "carrier_id": carrier_id,
        "action": action,
        "entity_id": entity_id,
        "revision": revision,
    }


async def write(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Add audit rows in the caller's transaction."""
    if rows:
        await session.exec(insert(AuditRow), params=rows)
