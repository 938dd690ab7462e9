"""Both recording services of a network on fresh databases, and somebody of whom everything is recorded."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.counselling.app import create_app as create_counselling
from services.registration.app import create_app as create_registration
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.planting import Network
from tests.support.recording import recording


@pytest.fixture
async def network(federation: Federation, database: MakeDatabase) -> AsyncIterator[Network]:
    """Registration and counselling of rp, and a counsellor of a carrier at both."""
    apps: dict[str, Any] = {
        "registration": create_registration(federation.settings("rp", database("registration"))),
        "counselling": create_counselling(federation.settings("rp", database("counselling"))),
    }
    async with contextlib.AsyncExitStack() as stack:
        desk = await stack.enter_async_context(recording(apps["registration"], Role.COUNSELLOR))
        counsellor = await stack.enter_async_context(recording(apps["counselling"], Role.COUNSELLOR))
        yield Network(apps, desk.at(counsellor.carrier), counsellor)
