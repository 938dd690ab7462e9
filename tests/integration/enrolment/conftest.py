"""Registration of rp with a mail server beside it; runs advance when the test says so."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.registration.app import create_app
from services.registration.enrolment.settings import EnrolmentSettings
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.appointments import MailServer
from tests.support.enrolment import Public
from tests.support.federation import Federation
from tests.support.recording import Caller, recording


@pytest.fixture
def app(federation: Federation, database: MakeDatabase, mail_server: MailServer) -> FastAPI:
    """Registration, not yet started."""
    settings = federation.settings("rp", database("registration"))
    return create_app(settings, mail_server.settings, EnrolmentSettings(poll_seconds=3600))


@pytest.fixture
async def trainer(app: FastAPI) -> AsyncIterator[Caller]:
    """A trainer of a carrier."""
    async with recording(app, Role.TRAINER) as caller:
        yield caller


@pytest.fixture
def everyone(trainer: Caller) -> Public:
    """Somebody without an account."""
    return Public(trainer)
