"""Local accounts: loaded from the accounts file, checked slowly, locked after ten failures (contracts §2)."""

import asyncio
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.languages import _
from services.gateway.tables import AccountRow, FailureRow
from shared.problems import Problem
from shared.security import Principal
from shared.vocabulary import Role

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's minimum for Argon2id
NOBODY = HASHER.hash("no account has this password")
MAX_FAILURES = 10
LOCKED = timedelta(minutes=5)
REFUSED = "Benutzername oder Passwort stimmen nicht. Bitte prüfen Sie beides."


def _digest(password: str, key: str) -> str:
    """Keyed digest by which a changed password in the file is noticed without hashing slowly at every start."""
    return hmac.new(key.encode(), password.encode(), hashlib.sha256).hexdigest()


async def load_accounts(session: AsyncSession, file: Path, region: str, key: str) -> None:
    """Bring the accounts of `region` in the file into the database."""
    for entry in json.loads(await asyncio.to_thread(file.read_text, encoding="utf-8")):
        if entry["region"] != region:
            continue
        digest = _digest(entry["password"], key)
        stored = await session.get(AccountRow, entry["username"])
        if stored is None or stored.password_digest != digest:
            hashed = await asyncio.to_thread(HASHER.hash, entry["password"])
            await session.exec(_upsert(entry, hashed, digest))


def _upsert(entry: dict[str, Any], hashed: str, digest: str) -> Any:
    values = {
        "username": entry["username"],
        "role": entry["role"],
        "carrier_id": entry.get("carrier_id"),
        "office_id": entry.get("office_id"),
        "password_hash": hashed,
        "password_digest": digest,
    }
    statement = insert(AccountRow).values(**values)
    return statement.on_conflict_do_update(index_elements=["username"], set_=values)


def principal_of(account: AccountRow, region: str) -> Principal:
    """The principal an account acts as."""
    carriers: tuple[UUID, ...] = (account.carrier_id,) if account.carrier_id else ()
    return Principal(account.username, Role(account.role), region, carriers, account.office_id)


async def authenticate(session: AsyncSession, username: str, password: str, now: datetime) -> AccountRow:
    """The account of a name and password.

    Raises Problem 401 (same words and same time whether the name exists) and 429 after ten failures, for five minutes.
    """
    name = "".join(filter(str.isprintable, username)).strip()[:100]
    failures = await session.get(FailureRow, name, with_for_update=True)
    if failures is not None and failures.count >= MAX_FAILURES and now - failures.last_at < LOCKED:
        raise Problem(429, _("Zu viele Fehlversuche. Bitte warten Sie fünf Minuten und versuchen Sie es dann erneut."))
    account = await session.get(AccountRow, name)
    stored = account.password_hash if account else NOBODY
    good = await asyncio.to_thread(_verify, stored, password)
    if account is None or not good:
        await _failed(session, failures, name, now)
        await session.commit()  # the failure counts although the request is refused
        raise Problem(401, _(REFUSED))
    if failures is not None:
        await session.delete(failures)
    return account


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password[:200])
    except Argon2Error:
        return False


async def _failed(session: AsyncSession, failures: FailureRow | None, name: str, now: datetime) -> None:
    if failures is None:
        row = {"username": name, "count": 1, "last_at": now}
        statement = insert(FailureRow).values(**row)
        more = {"count": FailureRow.count + 1, "last_at": now}
        await session.exec(statement.on_conflict_do_update(index_elements=["username"], set_=more))
        return
    failures.count = failures.count + 1 if now - failures.last_at < LOCKED else 1
    failures.last_at = now
    session.add(failures)
