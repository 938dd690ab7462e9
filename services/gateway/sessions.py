"""Server-side sessions: an opaque cookie, its hash in the database, idle 30 minutes, absolute 10 hours.

A session keeps the rights of the moment of signing in; when they change, it ends. Its cookie is a new one at each
sign-in and when the session may do more (ASVS v5.0.0-7.2.4).
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.claims import Identity
from services.gateway.tables import SignInRow, TokenPurposeRow
from shared.security import Principal
from shared.vocabulary import Role

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
TOUCH = timedelta(minutes=1)


def token_hash(token: str) -> str:
    """What the database knows of a cookie or token."""
    return hashlib.sha256(token.encode()).hexdigest()


def principal_of(row: SignInRow, region: str) -> Principal:
    """The principal a session acts as."""
    carriers = tuple(UUID(carrier) for carrier in row.carriers)
    seat = row.jury_group, row.jury_represents
    return Principal(row.username, Role(row.role), region, carriers, row.office_id, *seat)


async def open_session(session: AsyncSession, who: Identity, now: datetime, old: str | None) -> str:
    """Open a session and return the cookie's value; the browser's `old` cookie and sessions past their end go."""
    await session.exec(delete(SignInRow).where(col(SignInRow.created_at) < now - ABSOLUTE))
    await session.exec(delete(TokenPurposeRow).where(col(TokenPurposeRow.created_at) < now - ABSOLUTE))
    if old:
        await close_session(session, old)
    token = secrets.token_urlsafe(32)
    session.add(
        SignInRow(
            token_hash=token_hash(token),
            username=who.subject,
            name=who.name,
            role=who.role.value,
            carriers=[str(carrier) for carrier in who.carriers],
            office_id=who.office_id,
            jury_group=who.group,
            jury_represents=who.represents,
            sid=who.sid,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            last_seen=now,
        )
    )
    return token


async def rotate(session: AsyncSession, old: str, purpose: str) -> str:
    """Give a session its purpose and with this further right another cookie, whose value is returned."""
    token = secrets.token_urlsafe(32)
    changed = {"token_hash": token_hash(token), "csrf": secrets.token_urlsafe(32), "purpose": purpose}
    await session.exec(update(SignInRow).where(col(SignInRow.token_hash) == token_hash(old)).values(**changed))
    return token


async def find_session(session: AsyncSession, token: str, now: datetime, *, touch: bool = True) -> SignInRow | None:
    """The session of a cookie if it still holds; its last use is noted once a minute, if it is one (`touch`)."""
    row = await session.get(SignInRow, token_hash(token))
    if row is None:
        return None
    # As statements: a session that ends or gets another cookie at the same moment is no failure.
    if _over(row, now):
        await close_session(session, token)
        return None
    if touch and now - row.last_seen > TOUCH:
        own = col(SignInRow.token_hash) == row.token_hash
        await session.exec(update(SignInRow).where(own).values(last_seen=now))
    return row


def _over(row: SignInRow, now: datetime) -> bool:
    return now - row.last_seen > IDLE or now - row.created_at > ABSOLUTE


async def sessions_of(session: AsyncSession, username: str, now: datetime) -> list[SignInRow]:
    """Somebody's sessions that still hold, newest first."""
    query = select(SignInRow).where(SignInRow.username == username).order_by(col(SignInRow.created_at).desc())
    return [row for row in (await session.exec(query)).all() if not _over(row, now)]


async def close_session(session: AsyncSession, token: str) -> None:
    """End the session of a cookie."""
    await session.exec(delete(SignInRow).where(col(SignInRow.token_hash) == token_hash(token)))


async def close_own(session: AsyncSession, username: str, ids: Collection[UUID]) -> None:
    """End some of somebody's sessions; those of others stay."""
    own = col(SignInRow.username) == username
    await session.exec(delete(SignInRow).where(own, col(SignInRow.session_id).in_(ids)))


async def close_all(session: AsyncSession, usernames: Sequence[str]) -> None:
    """End all sessions of accounts, since their rights or passwords changed or the accounts are gone."""
    await session.exec(delete(SignInRow).where(col(SignInRow.username).in_(usernames)))


async def close_of_provider(session: AsyncSession, sid: str | None, subject: str | None) -> None:
    """End the session that the provider calls `sid`, or all sessions of `subject` when it names none."""
    named = [col(SignInRow.sid) == sid] if sid else []
    named += [col(SignInRow.username) == subject] if subject else []
    if not named:
        raise ValueError("a logout names a session or a subject")
    await session.exec(delete(SignInRow).where(*named))


async def keep_purpose(session: AsyncSession, token: str, now: datetime, purpose: str) -> None:
    """Keep the purpose given for a bearer token."""
    row = TokenPurposeRow(token_hash=token_hash(token), created_at=now, purpose=purpose)
    await session.merge(row)  # two tokens of one second are equal


async def purpose_of_token(session: AsyncSession, token: str) -> str | None:
    """The purpose given for a bearer token."""
    row = await session.get(TokenPurposeRow, token_hash(token))
    return row.purpose if row else None
