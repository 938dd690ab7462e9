"""Callers of the recording service that a folder or a file tests as `app`."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.recording import Caller, recording


@pytest.fixture
async def counsellor(app: Any) -> AsyncIterator[Caller]:
    """Someone who counsels at a carrier; the service runs meanwhile."""
    async with recording(app, Role.COUNSELLOR) as caller:
        yield caller
