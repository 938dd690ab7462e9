"""Registration of rp with a mail server process beside it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI

from services.registration.app import create_app
from services.registration.mailing.sending import Sender
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.appointments import Everyone, MailServer, made_office
from tests.support.federation import Federation
from tests.support.recording import Caller, recording


@pytest.fixture
def app(federation: Federation, database: MakeDatabase, mail_server: MailServer) -> FastAPI:
    """Registration, not yet started."""
    return create_app(federation.settings("rp", database("registration")), mail_server.settings)


@pytest.fixture
async def counsellor(app: FastAPI) -> AsyncIterator[Caller]:
    """A counsellor of a carrier."""
    async with recording(app, Role.COUNSELLOR) as caller:
        yield caller


@pytest.fixture
def everyone(counsellor: Caller) -> Everyone:
    """Somebody without an account."""
    return Everyone(counsellor)


@pytest.fixture
async def office(counsellor: Caller) -> UUID:
    """An office of the counsellor's carrier."""
    return await made_office(counsellor)


@pytest.fixture
def sender(app: FastAPI) -> Sender:
    """Sends when the test says so."""
    found: Sender = app.state.sender
    return found
