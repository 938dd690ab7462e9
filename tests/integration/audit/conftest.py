"""Recording services on fresh databases, with their audit and everything a change could have left."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.counselling.app import create_app as create_counselling
from services.registration.app import create_app as create_registration
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.owner import Owner, owner_of
from tests.support.recording import Caller, recording, rows


@dataclass
class Made:
    """A service with its owner's connection, its caller, and the id that requests of a test use."""

    service: str
    app: Any
    caller: Caller
    owner: Owner
    key: UUID

    def at(self, role: Role) -> Caller:
        """A caller with a role at the same carrier."""
        return Caller(self.caller.client, self.caller.settings, role, self.caller.carrier)


# A case of the caller's: its id is given with its first session, never by who asks.
CASE = """
    INSERT INTO counselling_case (case_id, carrier_id, person_id, recorded_person_id, programme_line, state, opened_on,
        owner, method, method_since, protected, revision)
    VALUES (%(key)s, %(carrier)s, %(person)s, %(person)s, 'recognition_counselling', 'open', '2026-05-04',
        'test-counsellor', 'short', '2026-05-04', false, 1)
"""
BODY = UUID("7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b55")
LISTED = """
    INSERT INTO body (body_id, revision, withdrawn, recorded_on, kind, name, languages)
    VALUES (%s, 1, false, '2026-05-04', 'lawyer', 'Kanzlei am Markt', '[]')
"""
CREATE = {"registration": create_registration, "counselling": create_counselling}


@contextlib.asynccontextmanager
async def made(federation: Federation, database: MakeDatabase, service: str) -> AsyncIterator[Made]:
    """A service on a fresh database."""
    url = database(service)
    app = CREATE[service](federation.settings("rp", url))
    with owner_of(url) as owner:
        async with recording(app, Role.COUNSELLOR) as caller:
            key = uuid4()
            if service == "counselling":
                owner.execute(CASE, {"key": key, "carrier": caller.carrier, "person": key})
                owner.execute(LISTED, (BODY,))
            yield Made(service, app, caller, owner, key)


@pytest.fixture(params=list(CREATE))
async def one(request: pytest.FixtureRequest, federation: Federation, database: MakeDatabase) -> AsyncIterator[Made]:
    """Each of the two services in turn."""
    async with made(federation, database, request.param) as found:
        yield found


@pytest.fixture
async def registration(federation: Federation, database: MakeDatabase) -> AsyncIterator[Made]:
    async with made(federation, database, "registration") as found:
        yield found


@pytest.fixture
async def counselling(federation: Federation, database: MakeDatabase) -> AsyncIterator[Made]:
    async with made(federation, database, "counselling") as found:
        yield found


async def acts(app: Any) -> list[tuple[str, str, UUID | None, int | None]]:
    """The audit in order: action, account, record, revision."""
    found = await rows(app, "SELECT action, subject, entity_id, revision FROM audit ORDER BY seq")
    return [tuple(row) for row in found]


async def snapshot(one: Made) -> list[Any]:
    """Everything that a change could have left, outbox included."""
    tables = one.owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    kept = [name for (name,) in tables if name not in ("alembic_version", "outbox", "delivered")]
    found = [one.owner.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in kept]
    return [*found, one.owner.execute("SELECT count(*) FROM outbox").fetchone()]
