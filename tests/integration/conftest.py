"""Callers of the recording service that a folder or a file tests as `app`, and a mail server for it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.appointments import MailServer
from tests.support.recording import Caller, recording


@pytest.fixture
async def counsellor(app: Any) -> AsyncIterator[Caller]:
    """Someone who counsels at a carrier; the service runs meanwhile."""
    async with recording(app, Role.COUNSELLOR) as caller:
        yield caller


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """A real mail server."""
    server = MailServer(tmp_path / "mails")
    server.start()
    yield server
    server.stop()
