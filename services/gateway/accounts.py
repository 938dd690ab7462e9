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
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway import sessions
from services.gateway.account_names import forget_rights, remember_name
from services.gateway.claims import Identity
from services.gateway.languages import _
from services.gateway.tables import AccountRow, FailureRow
from shared import clock
from shared.problems import Problem
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
    """Bring the accounts of `region` in the file into the database; those it no longer names go.

    All of them are known by name at once, so that colleagues can be chosen who have not signed in yet. Sessions of an
    account whose password or rights changed, or that is gone, end (ASVS v5.0.0-8.3.2).
    """
    stored = {row.username: row for row in (await session.exec(select(AccountRow))).all()}
    changed = []
    for entry in json.loads(await asyncio.to_thread(file.read_text, encoding="utf-8")):
        if entry["region"] != region:
            continue
        known, digest = stored.pop(entry["username"], None), _digest(entry["password"], key)
        if known is None or _told(known) != _rights(entry) | {"password_digest": digest}:
            hashed = await asyncio.to_thread(HASHER.hash, entry["password"])
            await session.exec(_upsert(_rights(entry) | {"password_hash": hashed, "password_digest": digest}))
            changed.append(entry["username"])
        await remember_name(session, _identity(entry), clock.now())
    await sessions.close_all(session, [*changed, *stored])
    await session.exec(delete(AccountRow).where(col(AccountRow.username).in_(stored)))
    await forget_rights(session, list(stored))


def _identity(entry: dict[str, Any]) -> Identity:
    carriers = (UUID(entry["carrier_id"]),) if entry.get("carrier_id") else ()
    return Identity(entry["username"], entry["username"], Role(entry["role"]), carriers)


def _rights(entry: dict[str, Any]) -> dict[str, str | None]:
    names = ("username", "role", "carrier_id", "office_id")
    seat = {"jury_group": entry.get("group"), "jury_represents": entry.get("network") or entry.get("unit")}
    return {name: entry.get(name) for name in names} | seat


def _told(row: AccountRow) -> dict[str, str | None]:
    """An account as the file would tell it."""
    kept = row.model_dump(exclude={"password_hash"})
    return {name: None if value is None else str(value) for name, value in kept.items()}


def _upsert(values: dict[str, Any]) -> Any:
    statement = insert(AccountRow).values(**values)
    return statement.on_conflict_do_update(index_elements=["username"], set_=values)


def identity_of(account: AccountRow) -> Identity:
    """Who an account is."""
    carriers: tuple[UUID, ...] = (account.carrier_id,) if account.carrier_id else ()
    role, office = Role(account.role), account.office_id
    seat = account.jury_group, account.jury_represents
    return Identity(account.username, account.username, role, carriers, office, *seat)


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
