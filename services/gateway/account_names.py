"""Names of accounts: kept at sign-in, in the gateway only; the audit keeps subjects, its page shows names.

With a provider a subject is a number nobody knows. A name goes nowhere else: no event, log or metric.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.tables import AccountNameRow

MOST = 20
"""Accounts of one name that a search finds; more is no name of one person."""


async def remember_name(session: AsyncSession, subject: str, name: str, now: datetime) -> None:
    """Keep the name of an account that signs in; the newest one counts."""
    if not name:
        return
    values = {"subject": subject, "name": name, "seen_at": now}
    statement = insert(AccountNameRow).values(**values)
    await session.exec(statement.on_conflict_do_update(index_elements=["subject"], set_=values))


async def names_of(session: AsyncSession, subjects: Collection[str]) -> dict[str, str]:
    """Names of accounts by subject, as far as they have ever signed in here."""
    query = select(AccountNameRow).where(col(AccountNameRow.subject).in_(subjects))
    return {row.subject: row.name for row in await session.exec(query)}


async def subjects_of(session: AsyncSession, name: str) -> list[str]:
    """Accounts of a name, however it is capitalised, the one seen last first; none if it is no name."""
    query = select(AccountNameRow.subject).where(func.lower(AccountNameRow.name) == name.strip().lower())
    return list(await session.exec(query.order_by(col(AccountNameRow.seen_at).desc()).limit(MOST)))
