"""Audit: who changed or saw what, in the transaction of the act; never content, only which record.

Rows are only ever added: the role of the services may not change them (`shared.database.grant`), seals find what
somebody else did (`shared.audit.seals`, `shared.audit.verify`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel, insert
from sqlmodel.ext.asyncio.session import AsyncSession


class AuditRow(SQLModel, table=True):
    """One act: instant, account, its carrier, action (`session.recorded`, `person.read`, …), record and its revision.

    A list that names persons is one row without `entity_id`; the records it showed are in `listed`, so that the history
    of a person finds the lists she stood in, and a search does not write fifty rows.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_carrier", "carrier_id", "seq"),
        Index("audit_entity", "entity_id"),
        Index("audit_listed", "listed", postgresql_using="gin"),
    )

    seq: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    subject: str
    carrier_id: UUID | None = None
    action: str
    entity_id: UUID | None = None
    revision: int | None = None
    listed: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid)))


def entry(
    at: datetime,
    subject: str,
    carrier_id: UUID | None,
    action: str,
    entity_id: UUID | None,
    revision: int | None,
    listed: Sequence[UUID] | None = None,
) -> dict[str, Any]:
    """One audit row for `write`."""
    return {
        "at": at,
        "subject": subject,
        "carrier_id": carrier_id,
        "action": action,
        "entity_id": entity_id,
        "revision": revision,
        "listed": None if listed is None else list(listed),
    }


async def write(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Add audit rows in the caller's transaction."""
    if rows:
        await session.exec(insert(AuditRow), params=rows)
