"""Server-side sessions: an opaque cookie, its hash in the database, idle 30 minutes, absolute 10 hours."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.tables import SignInRow

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
TOUCH = timedelta(minutes=1)


def token_hash(token: str) -> str:
    """What the database knows of a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


async def open_session(session: AsyncSession, username: str, now: datetime, purpose: str | None) -> str:
    """Open a session and return the cookie's value; old sessions are cleared away on the occasion."""
    token = secrets.token_urlsafe(32)
    await session.exec(delete(SignInRow).where(col(SignInRow.created_at) < now - ABSOLUTE))
    session.add(
        SignInRow(
            token_hash=token_hash(token),
            username=username,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            last_seen=now,
            purpose=purpose,
        )
    )
    return token


async def keep_purpose(session: AsyncSession, token: str, username: str, now: datetime, purpose: str) -> None:
    """Keep the purpose given for a bearer token. Its hash is marked, so that no token serves as a cookie."""
    row = SignInRow(token_hash=token_hash(f"bearer {token}"), username=username, csrf="", created_at=now, last_seen=now)
    row.purpose = purpose
    await session.merge(row)  # two tokens of one second are equal


async def purpose_of_token(session: AsyncSession, token: str) -> str | None:
    """The purpose given for a bearer token."""
    row = await session.get(SignInRow, token_hash(f"bearer {token}"))
    return row.purpose if row else None


async def find_session(session: AsyncSession, token: str, now: datetime, *, touch: bool = True) -> SignInRow | None:
    """The session of a cookie if it still holds; its last use is noted once a minute, if it is one (`touch`)."""
    row = await session.get(SignInRow, token_hash(token))
    if row is None:
        return None
    if now - row.last_seen > IDLE or now - row.created_at > ABSOLUTE:
        await session.delete(row)
        return None
    if touch and now - row.last_seen > TOUCH:
        row.last_seen = now
        session.add(row)
    return row


async def close_session(session: AsyncSession, token: str) -> None:
    """End a session."""
    await session.exec(delete(SignInRow).where(col(SignInRow.token_hash) == token_hash(token)))
