"""A process that is told to end: it drains, cuts nobody off, and ends with 0, also without broker and database.

`make rolling` does this with every service.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import nats
import pytest

from deploy.local.ports import HOST
from deploy.local.postgres import Postgres
from deploy.streams import region_plan
from tests.conftest import MakeDatabase
from tests.integration.reporting.test_ingest import provision
from tests.integration.test_database_away import close
from tests.support.servers import NatsServer, free_port, jetstream_server
from tests.support.waiting import wait_for

GRACE_SECONDS = 30.0
DRAIN_SECONDS = 3.0
SMALL = f"""
import asyncio, sys
from fastapi import FastAPI
from shared.serving import LEAVING, serve
from shared.settings import Settings
app = FastAPI()
app.state.settings = Settings.model_construct(network="rp")
@app.get("/")
async def answer(seconds: float = 0):
    await asyncio.sleep(seconds)
@app.get("/lasting")
async def last():
    await LEAVING.wait()
serve([(app, "{HOST}", int(sys.argv[1]))], drain={DRAIN_SECONDS})
"""


def ended(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> tuple[int, float]:
    """Exit code of a process that is asked to end, and after how many seconds."""
    began = time.monotonic()
    process.send_signal(number)
    return process.wait(GRACE_SECONDS), time.monotonic() - began


def started(told: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Counselling as a process."""
    environment = os.environ | {f"IQ_{name}": value for name, value in told.items()}
    return subprocess.Popen([sys.executable, "-m", "services.counselling"], env=environment)


def stand(server: NatsServer, number: int) -> None:
    """Have a server stand still or go on: connections stay, answers do not come."""
    assert server.process is not None
    server.process.send_signal(number)


def answers(address: str) -> bool:
    try:
        return httpx2.get(address, trust_env=False).is_success
    except httpx2.TransportError:
        return False


@pytest.fixture
def small() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A small application, served as every service is."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SMALL, str(port)], cwd=Path(__file__).parents[2])
    try:
        wait_for(lambda: answers(f"http://{HOST}:{port}/"))
        yield f"http://{HOST}:{port}", process
    finally:
        process.kill()
        process.wait()


def test_who_keeps_a_connection_is_served_and_sent_elsewhere_before_the_end(
    small: tuple[str, "subprocess.Popen[bytes]"],
) -> None:
    address, process = small
    with httpx2.Client(base_url=address, trust_env=False) as client:
        assert "connection" not in client.get("/").headers
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert client.get("/", params={"seconds": DRAIN_SECONDS / 2}).is_success
        last = client.get("/")
        assert (last.status_code, last.headers["connection"]) == (200, "close")
        # Who comes anew is still taken in, and finishes what was begun before the end.
        assert client.get("/", params={"seconds": DRAIN_SECONDS}).is_success
    assert process.wait(GRACE_SECONDS) == 0
    assert time.monotonic() - began > DRAIN_SECONDS


def test_what_lasts_hears_that_the_process_is_told_to_end(small: tuple[str, "subprocess.Popen[bytes]"]) -> None:
    address, process = small
    with ThreadPoolExecutor() as beside:
        lasting = beside.submit(httpx2.get, f"{address}/lasting", trust_env=False)
        time.sleep(0.5)
        assert not lasting.done()
        code, seconds = ended(process)
        assert lasting.result().is_success
    assert code == 0
    assert seconds < DRAIN_SECONDS + 3  # ten more if it were waited for


def test_at_the_terminal_it_ends_at_once(small: tuple[str, "subprocess.Popen[bytes]"]) -> None:
    code, seconds = ended(small[1], signal.SIGINT)
    assert code == 0
    assert seconds < DRAIN_SECONDS


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[NatsServer]:
    """A broker that may stand still."""
    with jetstream_server(tmp_path) as server:
        yield server


@pytest.mark.timeout(120)
async def test_a_service_ends_with_0_while_the_broker_stands_still_and_the_database_is_away(
    own_broker: NatsServer, database: MakeDatabase, postgres: Postgres
) -> None:
    url, port = database("counselling"), free_port()
    broker = await nats.connect(own_broker.url)
    await provision(broker, region_plan("rp"))
    await broker.close()
    told = {
        "ENV": "test", "NETWORK": "rp", "DATABASE_URL": url, "SIGNING_KEY": "k" * 40, "NATS_URL": own_broker.url,
        "PORT": str(port), "DRAIN_SECONDS": "0.5", "HEARTBEAT_SECONDS": "0.2",
    }  # fmt: skip
    process = started(told)
    try:
        wait_for(lambda: answers(f"http://{HOST}:{port}/healthz"), 40)
        stand(own_broker, signal.SIGSTOP)
        close(postgres, url, opened=False)
        await asyncio.sleep(1.0)  # all that runs beside the API meets it
        assert process.poll() is None
        code, seconds = ended(process)
    finally:
        process.kill()
        process.wait()
        close(postgres, url, opened=True)
        stand(own_broker, signal.SIGCONT)
    assert code == 0
    assert seconds < GRACE_SECONDS
