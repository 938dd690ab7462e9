"""Registration of rp on a fresh database: what of a person could leave it."""

import pytest
from fastapi import FastAPI

from services.registration.app import create_app
from tests.conftest import MakeDatabase
from tests.support.federation import Federation


@pytest.fixture
def app(federation: Federation, database: MakeDatabase) -> FastAPI:
    """Registration, not yet started."""
    return create_app(federation.settings("rp", database("registration")))
