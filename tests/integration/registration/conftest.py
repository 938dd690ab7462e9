"""Registration of rp on a fresh database, and its imports without brokers."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.registration.app import create_app
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.imports import Register, register


@pytest.fixture
def app(federation: Federation, database: MakeDatabase) -> FastAPI:
    """Registration, not yet started."""
    return create_app(federation.settings("rp", database("registration")))


@pytest.fixture
async def admin(database: MakeDatabase) -> AsyncIterator[Register]:
    """The administration of a carrier, sending files."""
    async with register(database("registration")) as found:
        yield found
