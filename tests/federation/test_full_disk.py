"""A network whose PostgreSQL has a full disk refuses for now, loses nothing, and goes on when there is room."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.local.databases import copy_template, make_template
from deploy.local.postgres import Postgres
from shared.database import ROLE
from tests.support.recording import rows
from tests.support.repairing import SESSION, Pair
from tests.support.servers import postgres_server
from tests.support.waiting import eventually

BLOCK = bytes(1 << 16)
AFTER = 20
STORED = "SELECT session_id, revision FROM counselling_session"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk"),
]


@pytest.fixture
def small() -> Iterator[Postgres]:
    """A PostgreSQL on a small disk, with counselling's database of rp."""
    with postgres_server(disk="256m") as server:
        copy_template(server, make_template(server, "counselling"), "rp_counselling")
        yield server


def fill(folder: Path) -> Path:
    """Fill a disk to its last byte; the file that does."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (len(BLOCK), 1):
            with contextlib.suppress(OSError):
                while file.write(BLOCK[:size]):
                    pass
    return ballast


async def test_a_full_disk_is_refused_for_now_and_nothing_is_lost(
    small: Postgres, make_federation: Callable[..., Any], database: Callable[[str], str]
) -> None:
    pair = Pair(make_federation("rp"), small.url("rp_counselling", ROLE), database("reporting"))
    async with pair.running():
        stored = set(await pair.record(3))
        ballast, refused, tried = fill(small.data.parent), list[UUID](), 0
        while len(refused) < AFTER:
            key, tried = uuid4(), tried + 1
            answer = await pair.counsellor.send("PUT", f"sessions/{key}", json=SESSION)
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 200:  # there was room in the pages it had
                stored.add(key)
                assert tried < 5000
                continue
            assert "nichts ist verloren" in answer.json()["detail"]
            refused.append(key)
        ballast.unlink()
        for key in refused:  # what was typed is sent once more

            async def accepted(key: UUID = key) -> bool:
                sent = await pair.counsellor.send("PUT", f"sessions/{key}", json=SESSION)
                return bool(sent.status_code == 200)

            await eventually(accepted, 30)
        held = await rows(pair.network, STORED)
        assert {key for key, _ in held} == stored | set(refused)
        assert sum(revision != 1 for _, revision in held) == 1  # `record` corrects one
        await pair.equal(len(held), 30)
