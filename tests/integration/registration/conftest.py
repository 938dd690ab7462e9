"""Registration of rp on a fresh database, and its imports without brokers."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.registration.app import create_app
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.imports import Register, register
from tests.support.recording import end


@pytest.fixture
async def app(federation: Federation, database: MakeDatabase) -> AsyncIterator[FastAPI]:
    """Registration, not yet started."""
    app = create_app(federation.settings("rp", database("registration")))
    yield app
    await end(app)


@pytest.fixture
async def admin(database: MakeDatabase) -> AsyncIterator[Register]:
    """The administration of a carrier, sending files."""
    async with register(database("registration")) as found:
        yield found
