"""The imports of registration in tests."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import MakeDatabase
from tests.support.imports import Register, register


@pytest.fixture
async def admin(database: MakeDatabase) -> AsyncIterator[Register]:
    """The administration of a carrier, sending files."""
    async with register(database("registration")) as found:
        yield found
