"""Faults of messages: nonsense, versions nobody knows yet, and everything once more in another order."""

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from nats.aio.client import Client
from nats.errors import Error as NatsError
from psycopg.rows import dict_row

from chaos.fault import Fault, Missed
from chaos.federation import Federation
from chaos.oracle import Oracle
from chaos.store_faults import OfStream, uplink_stream
from deploy.local.databases import database_name
from shared.contracts.envelope import EventName, headers, month_instant

SESSION = EventName("counselling", "session_recorded")
TRIES, PAUSE = 40, 0.5
REPEATED = 200
Message = tuple[str, bytes, dict[str, str]]


def event(network: str, name: EventName, body: bytes, **changed: str) -> Message:
    """A message as the relay sends it, with headers of ours, or wrong ones."""
    told = headers(uuid4(), network, name, month_instant(datetime(2026, 10, 1, tzinfo=UTC).date()))
    return name.uplink_subject(), body, told | {key.replace("_", "-"): value for key, value in changed.items()}


def nonsense(network: str) -> Iterator[Message]:
    """Messages that no version can take in."""
    good = {"session_id": str(uuid4()), "revision": 1, "withdrawn": False, "recorded_on": None, "month": "2026-10"}
    wrong: list[Any] = [[], "text", None, {}, good, good | {"revision": "eins"}, {"session_id": "\x00"}]
    bodies = [b"", b"\xff\xfe\x00", b'{"session_id": ', b"[" * 50_000, b'{"x": "' + b"x" * 200_000 + b'"}']
    for body in [*bodies, *(json.dumps(entry).encode() for entry in wrong)]:
        yield event(network, SESSION, body)
    other = "sn" if network != "sn" else "rp"
    yield event(network, SESSION, b"{}", ce_source=f"/de/{other}/counselling")
    yield event(network, SESSION, b"{}", ce_type="iq.counselling.group_held.v1")
    yield event(network, SESSION, b"{}", **{f"bomb_{number}": "x" * 100 for number in range(200)})


def unknown(network: str) -> Iterator[Message]:
    """Messages that a later version may know."""
    for name in (EventName("counselling", "session_recorded", 2), EventName("counselling", "moon_seen")):
        yield event(network, name, b'{"session_id": "x"}')


async def confirmed(client: Client, message: Message) -> bool:
    """Whether the hub has stored a message."""
    subject, body, told = message
    try:
        answer = json.loads((await client.request(subject, body, 2, headers=told)).data)
    except (NatsError, TimeoutError, OSError):
        return False
    return "seq" in answer


async def send(federation: Federation, network: str, messages: list[Message]) -> int:
    """Send messages through a network's leaf, each until the hub has it; how many it has. Raises Missed for none."""
    done = 0
    for _ in range(TRIES):
        try:
            async with federation.client(network, f"{network}.counselling.uplink") as client:
                while done < len(messages) and await confirmed(client, messages[done]):
                    done += 1
        except (NatsError, TimeoutError, OSError):
            pass
        if done == len(messages):
            return done
        await asyncio.sleep(PAUSE)
    if not done:
        raise Missed
    return done


class Poison(Fault):
    """Bytes, wrong types, deep and large JSON, NUL, bad UTF-8, a bomb of headers, another network's name."""

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Send one of each."""
        oracle.dead += await send(federation, self.network, list(nonsense(self.network)))


class NewerVersion(Fault):
    """A network was upgraded before the centre: events of a newer major and of a kind not known yet."""

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Send one of each."""
        oracle.later += await send(federation, self.network, list(unknown(self.network)))


class Repeated(OfStream):
    """Delivered messages come once more, shuffled, after the hub has forgotten their ids."""

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Shorten the hub's memory and send what was delivered again."""
        messages = await asyncio.to_thread(self._delivered, federation)
        if not messages:
            raise Missed
        await super().strike(federation, oracle)
        await asyncio.sleep(0.3)
        await send(federation, self.network, messages)

    def _delivered(self, federation: Federation) -> list[Message]:
        name = database_name(self.network, "counselling")
        with federation.site.postgres.connect(name) as connection:
            cursor: psycopg.Cursor[Any] = connection.cursor(row_factory=dict_row)
            query = "SELECT subject, body, headers FROM outbox WHERE destination = 'up' AND delivered_at IS NOT NULL"
            rows = cursor.execute(f"{query} ORDER BY md5(message_id::text) LIMIT {REPEATED}").fetchall()
        random.Random(len(rows)).shuffle(rows)
        return [(row["subject"], bytes(row["body"]), row["headers"]) for row in rows]

    async def change(self, hub: Client) -> None:
        """Remember ids for a tenth of a second."""
        js = hub.jetstream(timeout=3)
        info = await js.stream_info(uplink_stream(self.network))
        info.config.duplicate_window = 0.1
        await js.update_stream(info.config)
