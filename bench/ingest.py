"""Ingest: events per second of our path, against a FastStream + SQLModel handler with one transaction per message.

Both take lean session events from the same nats-server into the same PostgreSQL, in turns within one run; medians.
`python -m bench.ingest [--events N] [--rounds N]` prints a table and, last, one line of JSON.
"""

import argparse
import asyncio
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import uvloop
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, StreamConfig
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.databases import copy_template, make_template
from deploy.local.postgres import Postgres
from services.reporting.facts import effective_day, keep
from services.reporting.tables import PROMOTED, BodyRow, FactRow, HoldingRow
from shared import clock
from shared.contracts.base import canonical
from shared.contracts.counselling import LeanSession
from shared.contracts.digests import record_digest
from shared.contracts.envelope import headers, parse_envelope
from shared.contracts.registry import SESSION
from shared.database import make_engine, session_factory
from shared.inbox import InboxRow
from shared.messaging import pulling
from shared.messaging.ingest import Ingest
from shared.settings import Settings
from tests.support.servers import jetstream_server, postgres_server

EVENTS, NAIVE_EVENTS, ROUNDS = 30_000, 1_500, 3
GOAL_RATE, GOAL_RATIO = 5_000, 30
STREAM, SUBJECT, DURABLE = "UP_RP", "up.rp.>", "reporting"
IN_FLIGHT = 256
Register = Callable[[NatsBroker, AsyncEngine], None]
NATIONALITIES = ("SY", "TR", "IR", "AF", "UA", "IQ", "RU", "not_stated")


def event(number: int) -> bytes:
    """A lean session."""
    content = {
        "session_id": str(uuid4()),
        "revision": 1,
        "withdrawn": False,
        "recorded_on": None,
        "month": f"{2019 + number % 4}-{1 + number % 12:02d}",
        "origin": "synthetic",
        "programme_line": "recognition_counselling",
        "session_type": "first" if number % 3 else "follow_up",
        "seen_before": "no",
        "nationality": NATIONALITIES[number % len(NATIONALITIES)],
        "refugee_background": "yes" if number % 4 else "no",
    }
    return canonical(content)


async def fill(client: Client, count: int) -> None:
    """Make the stream anew with `count` events and its consumer."""
    js = client.jetstream(publish_async_max_pending=IN_FLIGHT)
    if STREAM in [str(info.config.name) for info in await js.streams_info()]:
        await js.delete_stream(STREAM)
    await js.add_stream(StreamConfig(name=STREAM, subjects=[SUBJECT]))
    await js.add_consumer(STREAM, ConsumerConfig(durable_name=DURABLE, filter_subject=SUBJECT, max_ack_pending=5000))
    subject, instant = SESSION.name.hub_subject("rp"), datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(count):
        head = headers(uuid4(), "rp", SESSION.name, instant)
        await js.publish_async(subject, event(number), headers=head, wait_stall=30)
    await js.publish_async_completed()


def ours(broker: NatsBroker, engine: AsyncEngine) -> None:
    """Our path, as the centre runs it, with the default settings."""
    size, wait = (Settings.model_fields[name].default for name in ("batch_size", "batch_wait_seconds"))
    ingest = Ingest(session_factory(engine), STREAM, keep, "rp", "bench", lean=True)
    ingest.subscribe(broker, DURABLE, SUBJECT, size, wait)


def naive(broker: NatsBroker, engine: AsyncEngine) -> None:
    """The same effect as one writes it first: a typed message, one session and one transaction for each."""
    sessions = session_factory(engine)

    @broker.subscriber(SUBJECT, stream=JStream(STREAM, declare=False), durable=DURABLE, pull_sub=PullSub(timeout=1))
    async def handle(received: LeanSession, message: NatsMessage) -> None:
        envelope, today = parse_envelope(message.raw_message.subject, message.headers), clock.today()
        content = canonical(received.model_dump(mode="json"))
        body = json.loads(content)
        key = (envelope.region, SESSION.kind, received.session_id, received.revision)
        async with sessions() as session:
            if await session.get(InboxRow, (envelope.region, envelope.message_id)) is not None:
                return
            session.add(InboxRow(region=envelope.region, message_id=envelope.message_id, received_on=today))
            names = dict(zip(("region", "kind", "entity_id", "revision"), key, strict=True))
            session.add(
                FactRow(
                    **names,
                    withdrawn=received.withdrawn,
                    month=received.month,
                    effective_on=effective_day(received.recorded_on, received.month, today),
                    received_on=today,
                    digest=record_digest(received.session_id, received.revision, content),
                    **{name: body[name] for name in PROMOTED},
                )
            )
            session.add(BodyRow(**names, body=body))
            held = await session.get(HoldingRow, (*key[:2], today), with_for_update=True)
            held = held or HoldingRow(region=key[0], kind=key[1], day=today, records=0)
            held.records += 1
            session.add(held)
            await session.commit()


async def rate(url: str, engine: AsyncEngine, count: int, register: Register) -> float:
    """Events per second from the start of the consumer until the last one is committed."""
    async with engine.begin() as connection:
        await connection.execute(text("TRUNCATE fact, fact_body, holding, arrival, inbox, ingest_cursor"))
    broker = NatsBroker(url, logger=None)
    register(broker, engine)
    started = time.perf_counter()
    await broker.start()
    try:
        async with asyncio.timeout(300), engine.connect() as connection:
            while await connection.scalar(text("SELECT count(*) FROM fact")) != count:
                await connection.rollback()
                await asyncio.sleep(0.05)
        return count / (time.perf_counter() - started)
    finally:
        await broker.stop()


async def measure(url: str, database: str, events: int, rounds: int) -> dict[str, Any]:
    """Rates of both in turns, and the ratio of their medians."""
    engine = make_engine(database)
    client = await nats.connect(url)
    rates: dict[str, list[float]] = {"ours": [], "naive": []}
    for _ in range(rounds):
        await fill(client, NAIVE_EVENTS)
        rates["naive"].append(await rate(url, engine, NAIVE_EVENTS, naive))
        await fill(client, events)
        rates["ours"].append(await rate(url, engine, events, ours))
    await client.close()
    await engine.dispose()
    medians = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "events_per_second": round(medians["ours"]),
        "naive_events_per_second": round(medians["naive"]),
        "ratio": round(medians["ours"] / medians["naive"], 1),
        "rounds": {name: [round(value) for value in values] for name, values in rates.items()},
        "goal": {"events_per_second": GOAL_RATE, "ratio": GOAL_RATIO},
    }


def run(events: int = EVENTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure on servers of its own: PostgreSQL with durable commits, nats-server with file storage."""
    logging.getLogger("faststream").setLevel(logging.CRITICAL)
    pulling.install()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(jetstream_server(folder))
        postgres: Postgres = stack.enter_context(postgres_server(durable=True))
        copy_template(postgres, make_template(postgres, "reporting"), "bench")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(measure(server.url, postgres.url("bench"), events, rounds))


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    print(f"{'ingest':<34}{'events/s':>10}   rounds")
    for name, key in (("FastStream + SQLModel, 1 by 1", "naive_"), ("ours, batches", "")):
        each = ", ".join(map(str, result["rounds"]["naive" if key else "ours"]))
        print(f"{name:<34}{result[f'{key}events_per_second']:>10}   {each}")
    print(f"{'ratio':<34}{result['ratio']:>10}   goal {GOAL_RATIO}, and {GOAL_RATE} events/s")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    result = run(options.events, options.rounds)
    show(result)
    print(json.dumps({"ingest": result}))


if __name__ == "__main__":
    main()
