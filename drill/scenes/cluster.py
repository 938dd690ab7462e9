"""A stream on three servers of which one is gone: three brokers beside the federation, whose own hub is one server."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import nats

from deploy.local.children import die_with_parent
from deploy.local.paths import ROOT
from deploy.local.ports import HOST
from drill.scenes.stage import RP, Scene, Stage
from tests.support.servers import NatsServer, free_port, nats_from

NAMES = ("one", "two", "three")
STREAM = "DRILL"


def three_servers_lose_one(stage: Stage) -> None:
    """Start three with a stream on all, watch its leader as a broker of rp, and stop another one."""
    servers, monitors = three_servers(Path(tempfile.mkdtemp(prefix="iq-cluster-")))
    leader = asyncio.run(lead(servers[0].url))
    environment = os.environ | {"IQ_NETWORK": "rp", "IQ_METRICS_PORT": str(stage.beside)}
    word = f"broker:http://{HOST}:{monitors[NAMES.index(leader)]}"
    watch = subprocess.Popen(
        [sys.executable, "-m", "deploy.watch", word],
        cwd=ROOT,
        env=environment,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - one call of libc, no lock is taken
    )
    other = servers[(NAMES.index(leader) + 1) % len(servers)]
    stage.notes["cluster"] = (servers, other, watch)
    other.stop()


def three_servers(folder: Path) -> tuple[list[NatsServer], list[int]]:
    """Three servers of one cluster, and their monitoring ports."""
    ports, routes, monitors = ([free_port() for _ in NAMES] for _ in range(3))
    servers = []
    for name, port, route, monitor in zip(NAMES, ports, routes, monitors, strict=True):
        config: dict[str, Any] = {
            "server_name": name,
            "listen": f"{HOST}:{port}",
            "http": f"{HOST}:{monitor}",
            "jetstream": {"store_dir": str(folder / name)},
            "cluster": {"name": "drill", "listen": f"{HOST}:{route}", "routes": [f"nats://{HOST}:{p}" for p in routes]},
        }
        file = folder / f"{name}.conf"
        file.write_text(json.dumps(config), encoding="utf-8")
        servers.append(nats_from(file, port))
    for server in servers:
        server.start()
    return servers, monitors


async def lead(url: str) -> str:
    """Make the stream on all three as soon as they have agreed, and tell which leads it."""
    client = await nats.connect(url)
    try:
        while True:
            try:
                made = await client.jetstream().add_stream(name=STREAM, subjects=["drill"], num_replicas=len(NAMES))
            except (nats.errors.Error, TimeoutError):  # they have not agreed who leads
                await asyncio.sleep(0.5)
                continue
            if made.cluster and made.cluster.leader:
                return str(made.cluster.leader)
            await asyncio.sleep(0.5)
    finally:
        await client.close()


def the_third_comes_back(stage: Stage) -> None:
    """Start it again; the watch stays until all copies are current."""
    _servers, other, watch = stage.notes["cluster"]
    other.start()
    current = f'iq_broker_replicas_current{{network="rp",stream="{STREAM}"}} {len(NAMES)}.0'
    while current not in httpx2.get(f"http://{HOST}:{stage.beside}/metrics", trust_env=False).text:
        asyncio.run(asyncio.sleep(0.5))
    asyncio.run(asyncio.sleep(5))  # until it was scraped
    end(stage.notes.pop("cluster")[0], watch)


def end(servers: Sequence[NatsServer], watch: subprocess.Popen[bytes]) -> None:
    """End all of them."""
    watch.terminate()
    watch.wait(20)
    for server in servers:
        server.stop()


SCENES = (
    Scene(
        "ReplicasNotCurrent",
        "of three brokers beside, with a stream on all, one stopped",
        three_servers_lose_one,
        the_third_comes_back,
        RP | {"stream": STREAM},
    ),
)
