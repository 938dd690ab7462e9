"""What a heartbeat says of the outbox, also where clocks were wrong."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared import clock, outbox
from shared.database import make_engine, session_factory
from shared.repair.heartbeats import measure
from tests.conftest import MakeDatabase


@pytest.mark.parametrize(("ahead", "age"), [(timedelta(hours=-1), 3600), (timedelta(days=2), 0)])
async def test_a_message_from_a_clock_that_was_ahead_is_no_age(
    database: MakeDatabase, ahead: timedelta, age: int
) -> None:
    engine = make_engine(database("counselling"))
    row = {
        "message_id": uuid4(), "destination": "up", "subject": "up.x", "headers": {}, "body": b"{}", "kind": "x",
        "entity_id": uuid4(), "revision": 1, "digest": 0, "created_at": clock.now() + ahead,
    }  # fmt: skip
    async with session_factory(engine)() as session, session.begin():
        await outbox.append(session, [row])
        beat = await measure(session, {})
    assert (beat.outbox_depth, beat.oldest_undelivered_seconds - age) == (1, pytest.approx(0, abs=60))
    await engine.dispose()
