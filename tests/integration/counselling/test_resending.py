"""Wanted buckets sent again from the tables: newest state, lean, bounded, ever more seldom where it does not help."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from services.counselling.publishing import RECORDS, row_messages
from services.counselling.tables import SessionRow
from shared import clock
from shared.contracts.counselling import LeanSession
from shared.contracts.wanted import BucketsWanted
from shared.database import make_engine, session_factory
from shared.messaging.runtime import Messaging
from shared.repair import resending
from shared.repair.resending import Resending
from shared.settings import Settings
from tests.conftest import MakeDatabase
from tests.support.clock import clock_at

CARRIER = UUID("00000000-0000-4000-8000-00000000000c")


def session(key: int, **values: Any) -> SessionRow:
    """A session whose bucket is the first byte of its id."""
    common: dict[str, Any] = {
        "session_id": UUID(bytes=bytes([key]) + bytes(15)),
        "carrier_id": CARRIER,
        "revision": 3,
        "recorded_on": date(2026, 6, 9),
        "first_recorded_on": date(2026, 5, 4),
        "date": date(2026, 5, 4),
        "origin": "entered",
        "programme_line": "recognition_counselling",
        "session_type": "first",
        "seen_before": "no",
        "person_key": "r:CANARY-Schluessel",
        "nationality": "SY",
        "refugee_background": "no",
        "gender": "female",
        "age_group": "30_54",
        "has_degree": "yes",
        "withdrawn_reason": "CANARY-Grund",
    }
    return SessionRow(**common | values)


class Desk:
    """The downlink of counselling on its database; nothing is connected to a broker."""

    def __init__(self, url: str) -> None:
        values: dict[str, Any] = {"env": "test", "network": "rp", "database_url": url}
        settings = Settings(**values, signing_key=SecretStr("k" * 40), nats_url="nats://127.0.0.1:1")
        self.engine = make_engine(url)
        self.sessions = session_factory(self.engine)
        self.downlink = Resending(self.sessions, Messaging(settings, "counselling"), RECORDS, row_messages)

    async def save(self, *rows: SessionRow) -> None:
        async with self.sessions() as found, found.begin():
            found.add_all(rows)

    async def hear(self, *buckets: int, **more: Any) -> None:
        """The centre's state arrives."""
        kind = {"held": 0, "buckets": buckets, **more}
        told = BucketsWanted(compared_at=clock.now(), kinds={"session_recorded": kind})
        await self.downlink.take_in(told.model_dump_json().encode())

    async def taken(self) -> list[dict[str, Any]]:
        """What waits for the hub, delivered by this."""
        statement = text("UPDATE outbox SET delivered_at = now() WHERE delivered_at IS NULL RETURNING *")
        async with self.sessions() as found, found.begin():
            return [dict(row) for row in (await (await found.connection()).execute(statement)).mappings()]


@pytest.fixture
async def desk(database: MakeDatabase) -> AsyncIterator[Desk]:
    desk = Desk(database("counselling"))
    yield desk
    await desk.engine.dispose()


async def test_the_newest_lean_state_goes_up_under_a_fresh_id(desk: Desk) -> None:
    await desk.save(session(7), session(8), session(9, programme_line="migration_service"))
    await desk.hear(7, 9)
    (row,) = await desk.taken()
    body = json.loads(row["body"])
    assert body.keys() == LeanSession.model_fields.keys()
    assert (row["destination"], row["revision"], body["recorded_on"]) == ("up", 3, "2026-06-09")
    assert row["headers"]["ce-time"] == "2026-06-01T00:00:00Z"
    assert (clock.now() - row["created_at"]).total_seconds() < 60
    assert b"CANARY" not in row["body"]
    told = await desk.downlink.answer(b'{"kind": "session_recorded", "bucket": 7}')
    assert told.records == [(row["entity_id"], 3, row["digest"])]
    assert (await desk.downlink.answer(b'{"kind": "moon_seen", "bucket": 7}')).records is None


async def test_what_sending_does_not_heal_is_sent_ever_more_seldom(desk: Desk) -> None:
    await desk.save(session(7))
    start, sent = clock.now(), []
    for second in range(0, 3600, 30):
        with clock_at(start + timedelta(seconds=second)):
            await desk.hear(7)
        if await desk.taken():
            sent.append(second)
    assert sent == [0, 60, 180, 420, 900, 1860]
    await desk.hear()  # healed: forgotten, so that the next difference is mended at once
    await desk.hear(7)
    assert len(await desk.taken()) == 1


async def test_a_wave_is_bounded_and_waits_for_the_one_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resending, "WAVE", 100)
    rows = [session(bucket) for bucket in range(200)]
    await desk.save(*rows)
    await desk.hear(*range(200))
    await desk.hear(*range(200))  # not delivered yet
    first = {row["entity_id"] for row in await desk.taken()}
    await desk.hear(*range(200))
    second = {row["entity_id"] for row in await desk.taken()}
    assert (len(first), len(second), len(first | second)) == (100, 100, 200)


async def test_a_record_the_centre_is_ahead_with_takes_its_number_and_is_not_sent(desk: Desk) -> None:
    await desk.save(session(7), session(7 + 1))
    ahead = [{"id": UUID(bytes=bytes([7]) + bytes(15)), "revision": 9, "month": "2026-05"}]
    await desk.hear(7, 8, ahead=ahead, ahead_total=1)
    assert [row["entity_id"].bytes[0] for row in await desk.taken()] == [8]
    async with desk.sessions() as found:
        assert (await found.get(SessionRow, ahead[0]["id"])).revision == 9
    assert (await desk.downlink.answer(b'{"kind": "session_recorded", "bucket": 7}')).records == []


async def test_what_is_no_state_is_refused(desk: Desk) -> None:
    for body in (
        b"",
        b"[]",
        b'{"compared_at": "2026-11-26T10:42:00Z", "kinds": {"session_recorded": {"buckets": [256]}}}',
    ):
        with pytest.raises(ValidationError):
            await desk.downlink.take_in(body)
