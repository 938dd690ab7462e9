"""Names of accounts: kept at sign-in, in the gateway only; the audit keeps subjects, its page shows names.

With a provider a subject is a number nobody knows. A name goes nowhere else: no event, log or metric. Who counsels at a
carrier may offer a case to those who do too: `colleagues`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import array, insert
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.claims import Identity
from services.gateway.tables import AccountNameRow
from shared.security import Principal
from shared.vocabulary import Role

MOST = 20
"""Accounts of one name that a search finds; more is no name of one person."""


COLLEAGUE_SEEN = timedelta(days=180)
"""An account that has not signed in for longer is offered no case."""
ABSENT = timedelta(days=28)
"""Whoever has not signed in for as long may be away for good: her cases may be given to somebody else."""


async def remember_name(session: AsyncSession, who: Identity, now: datetime) -> None:
    """Keep the name, role and carriers of an account that signs in; the newest ones count."""
    if not who.name:
        return
    carriers = [str(carrier) for carrier in who.carriers]
    values = {"subject": who.subject, "name": who.name, "role": who.role.value, "carriers": carriers, "seen_at": now}
    statement = insert(AccountNameRow).values(**values)
    await session.exec(statement.on_conflict_do_update(index_elements=["subject"], set_=values))


async def forget_rights(session: AsyncSession, subjects: Collection[str]) -> None:
    """Accounts that are gone are nobody's colleagues; their names stay for the audit."""
    gone = col(AccountNameRow.subject).in_(subjects)
    await session.exec(update(AccountNameRow).where(gone).values(role="", carriers=[]))


async def colleagues(session: AsyncSession, principal: Principal, now: datetime) -> dict[str, str]:
    """Names of the others who counsel at the principal's carriers, by subject, in the order of their names."""
    query = select(AccountNameRow).where(
        AccountNameRow.role == Role.COUNSELLOR.value,
        func.jsonb_exists_any(AccountNameRow.carriers, array([str(one) for one in principal.carriers], type_=Text)),
        col(AccountNameRow.subject) != principal.subject,
        col(AccountNameRow.seen_at) > now - COLLEAGUE_SEEN,
    )
    return {row.subject: row.name for row in await session.exec(query.order_by(func.lower(AccountNameRow.name)))}


async def absent(
    session: AsyncSession, principal: Principal, subjects: Collection[str], now: datetime
) -> dict[str, datetime | None]:
    """Which of these accounts count no more among those who counsel at the principal's carriers; when each signed in.

    An account that is gone does so at once, one that just stays away after ABSENT.
    """
    rows = await session.exec(select(AccountNameRow).where(col(AccountNameRow.subject).in_(subjects)))
    known, own = {row.subject: row for row in rows}, {str(one) for one in principal.carriers}
    found: dict[str, datetime | None] = {}
    for subject in subjects:
        row = known.get(subject)
        here = row is not None and row.role == Role.COUNSELLOR.value and own & set(row.carriers)
        if row is None or not here or row.seen_at <= now - ABSENT:
            found[subject] = row.seen_at if row is not None else None
    return found


async def names_of(session: AsyncSession, subjects: Collection[str]) -> dict[str, str]:
    """Names of accounts by subject, as far as they have ever signed in here."""
    query = select(AccountNameRow).where(col(AccountNameRow.subject).in_(subjects))
    return {row.subject: row.name for row in await session.exec(query)}


async def subjects_of(session: AsyncSession, name: str) -> list[str]:
    """Accounts of a name, however it is capitalised, the one seen last first; none if it is no name."""
    query = select(AccountNameRow.subject).where(func.lower(AccountNameRow.name) == name.strip().lower())
    return list(await session.exec(query.order_by(col(AccountNameRow.seen_at).desc()).limit(MOST)))
