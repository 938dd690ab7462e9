"""The watch on volumes, brokers, databases, backups and certificates: asked of real ones."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import nats
import psycopg
import pytest
from nats.js.api import ConsumerConfig
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from deploy.certificates import Authority
from deploy.local.paths import ROOT
from deploy.local.ports import HOST
from deploy.local.postgres import Postgres
from deploy.watch.backups import Backups
from deploy.watch.brokers import BrokerWatch
from deploy.watch.certificates import Certificates
from deploy.watch.databases import DatabaseWatch, plain_url
from deploy.watch.measures import MEASURES
from tests.support.servers import NatsServer, free_port, nats_from
from tests.support.waiting import wait_for

END = datetime(2027, 5, 1, 12, tzinfo=UTC)


def told(collector: Collector) -> dict[tuple[str, ...], float]:
    """Readings by name and labels; each is of the network and declared in the table of measures."""
    table = {measure.name: ("network", *measure.labels) for measure in MEASURES}
    samples = [sample for family in collector.collect() for sample in family.samples]
    for sample in samples:
        assert tuple(sample.labels) == table[sample.name]
        assert sample.labels["network"] == "rp"
    return {(sample.name, *list(sample.labels.values())[1:]): sample.value for sample in samples}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NatsServer, str]]:
    """A broker of its own with its monitoring address: the test stops it."""
    folder, port, monitor = tmp_path_factory.mktemp("watched"), free_port(), free_port()
    config = folder / "nats.conf"
    store = f'{{ store_dir: "{folder / "store"}", max_file_store: 1000000 }}'
    config.write_text(f'listen: "{HOST}:{port}"\nhttp: "{HOST}:{monitor}"\njetstream {store}\n')
    server = nats_from(config, port)
    server.start()
    yield server, f"http://{HOST}:{monitor}"
    server.stop()


async def test_a_broker_tells_of_its_streams_and_consumers_and_is_down_when_it_does_not_answer(
    broker: tuple[NatsServer, str],
) -> None:
    server, url = broker
    watch = BrokerWatch("rp", url)
    client = await nats.connect(server.url)
    js = client.jetstream()
    await js.add_stream(name="UP", subjects=["up.>"])
    await js.add_consumer("UP", ConsumerConfig(durable_name="centre"))
    for _ in range(3):
        await js.publish("up.x", b"content")
    await (await js.pull_subscribe_bind("centre", "UP")).fetch(1)
    now = told(watch)
    await client.close()
    assert now["iq_broker_up",] == now["iq_broker_connections",] == 1
    assert now["iq_broker_stream_messages", "UP"] == 3
    assert now["iq_broker_consumer_pending", "UP", "centre"] == 2
    assert now["iq_broker_consumer_unacked", "UP", "centre"] == 1
    assert now["iq_broker_replicas", "UP"] == now["iq_broker_replicas_current", "UP"] == 1
    assert 0 < now["iq_broker_store_bytes",] < now["iq_broker_store_max_bytes",] == 1_000_000
    assert now["iq_broker_messages_total", "in"] >= 6
    assert {name for name, *_ in now} == {one.name for one in MEASURES if one.name.startswith("iq_broker_")}
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    assert told(watch) == {("iq_broker_up",): 0}
    server.process.send_signal(signal.SIGCONT)
    assert told(watch)["iq_broker_up",] == 1
    server.stop()
    assert told(watch) == {("iq_broker_up",): 0}


def test_databases_tell_of_sessions_and_of_those_that_let_nobody_in(postgres: Postgres) -> None:
    watch = DatabaseWatch("rp", plain_url(postgres.url("postgres")), ["watched", "gone"])
    with postgres.connect() as admin:
        admin.execute("CREATE DATABASE watched")
    try:
        with psycopg.connect(plain_url(postgres.url("watched"))) as session:
            session.execute("SELECT 1")
            now = told(watch)
        assert now["iq_database_up", "watched"] == 1
        assert now["iq_database_up", "gone"] == 0
        assert now["iq_database_connections", "watched", "idle in transaction"] == 1
        assert 0 < now["iq_database_oldest_transaction_seconds", "watched"] < 60
        assert now["iq_database_connections_max",] == postgres.connections
        assert now["iq_database_size_bytes", "watched"] > 1_000_000
        assert not any(name.startswith("iq_database_wal") for name, *_ in now)  # it does not archive
        with postgres.connect() as admin:
            admin.execute("ALTER DATABASE watched ALLOW_CONNECTIONS false")
        assert told(watch)["iq_database_up", "watched"] == 0
    finally:
        with postgres.connect() as admin:
            admin.execute("DROP DATABASE watched WITH (FORCE)")


def test_a_server_that_does_not_answer_has_no_database_up(tmp_path: Path) -> None:
    watch = DatabaseWatch("rp", f"postgresql://nobody@/any?host={tmp_path}", ["one", "two"])
    assert told(watch) == {("iq_database_up", "one"): 0, ("iq_database_up", "two"): 0}


def test_backups_tell_what_they_noted_and_never_where_nothing_is_noted(tmp_path: Path) -> None:
    watch = Backups("rp", tmp_path / "backups")
    assert told(watch) == {}
    watch.folder.mkdir()
    never = {("iq_backup_timestamp_seconds", kind): 0.0 for kind in ("base", "dump", "drill")}
    assert told(watch) == never
    file = watch.folder / "backups.json"
    file.write_text(json.dumps({"base": 1_790_000_000}))
    assert told(watch) == never | {("iq_backup_timestamp_seconds", "base"): 1_790_000_000}
    file.write_text('{"base": 17900')
    assert told(watch) == never


def test_certificates_tell_their_end_and_one_that_cannot_be_read_has_ended(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue("rp", until=END)
    ends = told(Certificates("rp", [Path(own.certificate), Path(own.authority), tmp_path / "gone.crt"]))
    assert ends["iq_certificate_expires_timestamp_seconds", "rp"] == END.timestamp()
    assert ends["iq_certificate_expires_timestamp_seconds", "gone"] == 0
    assert ends["iq_certificate_expires_timestamp_seconds", "ca"] > END.timestamp()
    (tmp_path / "half.pem").write_text(Path(own.certificate).read_text()[:300])
    folder = told(Certificates("rp", [tmp_path]))
    assert folder == {key: value for key, value in ends.items() if "gone" not in key} | {
        ("iq_certificate_expires_timestamp_seconds", "half"): 0
    }


def test_the_process_serves_what_its_words_name_and_ends_when_asked(tmp_path: Path) -> None:
    port, certificate = free_port(), Authority(tmp_path).issue("rp", until=END).certificate
    environment = os.environ | {"IQ_NETWORK": "rp", "IQ_HOST": HOST, "IQ_METRICS_PORT": str(port)}
    words = [f"volume:broker={tmp_path}", f"certificates:{certificate}"]
    process = subprocess.Popen([sys.executable, "-m", "deploy.watch", *words], cwd=ROOT, env=environment)

    def answer() -> str:
        try:
            return httpx2.get(f"http://{HOST}:{port}/metrics", trust_env=False).text
        except httpx2.TransportError:
            return ""

    try:
        samples = [sample for family in text_string_to_metric_families(wait_for(answer)) for sample in family.samples]
        values = {sample.name: sample.value for sample in samples}
        usage = shutil.disk_usage(tmp_path)
        assert abs(values["iq_volume_used_bytes"] - usage.used) < usage.total / 50
        assert abs(values["iq_volume_free_bytes"] - usage.free) < usage.total / 50
        assert values["iq_certificate_expires_timestamp_seconds"] == END.timestamp()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
