"""Counselling of rp on a fresh database, and its imports without brokers."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.counselling.app import create_app
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.lists import Importer


@pytest.fixture
def app(federation: Federation, database: MakeDatabase) -> FastAPI:
    """Counselling, not yet started."""
    return create_app(federation.settings("rp", database("counselling")))


@pytest.fixture
async def importer(database: MakeDatabase) -> AsyncIterator[Importer]:
    """Files of groups and companies of a carrier."""
    made = Importer(database("counselling"))
    yield made
    await made.engine.dispose()
