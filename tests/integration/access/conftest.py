"""The services of a network and of the centre, started for real."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from services.counselling.app import create_app as create_counselling
from services.registration.app import create_app as create_registration
from services.reporting.app import create_app as create_reporting
from tests.conftest import MakeDatabase
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.matrix import Service

SERVICES = {
    "rp.registration": create_registration,
    "rp.counselling": create_counselling,
    "rp.reporting": create_reporting,
    "de.reporting": create_reporting,
}


@pytest.fixture
async def service(
    request: pytest.FixtureRequest, federation: Federation, database: MakeDatabase
) -> AsyncIterator[Service]:
    """The service a test is parametrised with, and records of someone at a carrier in it."""
    name = str(request.param)
    network, kind = name.split(".")
    app = SERVICES[name](federation.settings(network, database(kind)))
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(serving(app, app.state.settings.port))
        found = Service(app)
        await stack.enter_async_context(found.client)
        await found.prepare()
        yield found
