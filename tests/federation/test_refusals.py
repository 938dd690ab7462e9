"""A wrong key, an expired certificate, a confirmation of another stream, a claim of another's source, on real servers.

Each gives one clear line with the network and a remedy, and is counted.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.errors import Error as NatsError
from prometheus_client import REGISTRY

from deploy.certificates import Authority
from deploy.links import Watch
from deploy.local.nats import write_config
from deploy.local.rendering import region_config_of
from services.counselling.app import create_app as create_counselling
from services.reporting.app import create_app as create_reporting
from shared.vocabulary import Role
from tests.conftest import MakeDatabase, MakeFederation
from tests.support.apps import serving
from tests.support.events import body, message
from tests.support.federation import Federation
from tests.support.recording import recording, rows
from tests.support.repairing import SESSION
from tests.support.waiting import eventually, wait_for

pytestmark = pytest.mark.timeout(60)
KEY = "00000000-0000-4000-8000-000000000001"


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def lines(caplog: pytest.LogCaptureFixture, text: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if text in record.getMessage()]


def wrong_key(federation: Federation, config: dict[str, Any], _folder: Path) -> None:
    config["leafnodes"]["remotes"][0]["nkey"] = federation.keys.seed("rp.other")


def expired(federation: Federation, _config: dict[str, Any], _folder: Path) -> None:
    federation.site.authority.issue("rp", until=datetime.now(UTC) - timedelta(minutes=1))


def of_another_authority(_federation: Federation, config: dict[str, Any], folder: Path) -> None:
    other = Authority(folder / "other").issue("rp")
    config["leafnodes"]["remotes"][0]["tls"] |= {"cert_file": other.certificate, "key_file": other.key}


def of_another_hub(_federation: Federation, config: dict[str, Any], folder: Path) -> None:
    other = Authority(folder / "other").issue("rp")
    config["leafnodes"]["remotes"][0]["tls"] |= {"ca_file": other.authority}


@pytest.mark.parametrize(
    ("spoil", "side", "reason", "words"),
    [
        (wrong_key, "network", "key_refused", "link of rp refused: the hub does not know its key"),
        (wrong_key, "hub", "key_refused", "link of unknown (127.0.0.1:"),
        (expired, "network", "certificate_expired", "link of rp refused: a certificate has expired"),
        (expired, "hub", "certificate_expired", "link of rp refused: a certificate has expired"),
        (of_another_authority, "hub", "certificate_refused", "link of rp refused: the certificate is not of"),
        (of_another_hub, "network", "certificate_refused", "link of rp refused: the certificate is not of"),
    ],
)
def test_a_refused_link_is_told_once_with_network_and_remedy_and_counted_each_time(
    make_federation: MakeFederation,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Federation, dict[str, Any], Path], None],
    side: str,
    reason: str,
    words: str,
) -> None:
    federation = make_federation("rp")
    server, config = federation.regions["rp"], region_config_of(federation.site, "rp")
    certificate = Path(federation.site.authority.files("rp").certificate)
    watch = Watch("rp", server.log, certificate) if side == "network" else Watch("", federation.hub.log)
    watch.look()
    server.stop()
    spoil(federation, config, tmp_path)
    write_config(federation.site.broker("rp"), config)
    labels = {"network": "unknown" if "unknown" in words else "rp", "side": side, "reason": reason}
    before = counted("iq_link_refused_total", **labels)
    server.start()

    def counts() -> bool:
        watch.look()
        return counted("iq_link_refused_total", **labels) >= before + 2

    with caplog.at_level(logging.ERROR, logger="deploy.links"):
        wait_for(counts)
    (line,) = lines(caplog, "refused: ")
    assert words in line
    assert f"`make network-rotate NETWORK={'rp' if labels['network'] == 'rp' else '…'}`" in line


def test_a_link_in_order_is_not_told(make_federation: MakeFederation, caplog: pytest.LogCaptureFixture) -> None:
    federation = make_federation("rp")
    certificate = Path(federation.site.authority.files("rp").certificate)
    watches = [Watch("rp", federation.regions["rp"].log, certificate), Watch("", federation.hub.log)]
    for watch in watches:
        watch.position = 0  # from the beginning, the hub's end included
    federation.hub.kill()
    federation.hub.start()
    wait_for(lambda: federation.regions["rp"].log.read_text().count("Leafnode connection created") >= 2)
    for watch in watches:
        watch.look()
    assert lines(caplog, "refused") == []


async def test_a_confirmation_of_another_stream_is_not_believed(
    make_federation: MakeFederation, database: MakeDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    federation = make_federation("rp")
    admin = await federation.connect("de", "admin")
    await admin.jetstream().delete_stream("UP_RP")  # somebody made another stream in its place
    await admin.jetstream().add_stream(name="UP_SOMETHING", subjects=["up.rp.>"])
    labels = {"network": "rp", "service": "counselling", "reason": "wrong_stream"}
    before = counted("iq_refused_total", **labels)
    app = create_counselling(federation.settings("rp", database("counselling")))
    pending = "SELECT 1 FROM outbox WHERE destination = 'up' AND delivered_at IS NULL"
    async with recording(app, Role.COUNSELLOR) as counsellor:
        await counsellor.put(f"sessions/{KEY}", SESSION)
        await eventually(lambda: counted("iq_refused_total", **labels) >= before + 2)
        assert len(await rows(app, pending)) == 1
        (line,) = lines(caplog, "relay up of rp")
        assert "confirmed by stream UP_SOMETHING, not UP_RP: kept; provision and reload" in line
        await admin.jetstream().delete_stream("UP_SOMETHING")
        federation.provision()

        async def delivered() -> bool:
            return not await rows(app, pending)

        await eventually(delivered)
        assert (await admin.jetstream().stream_info("UP_RP")).state.messages == 1
    await admin.close()


async def test_a_network_that_claims_anothers_source_is_parked_told_and_counted(
    make_federation: MakeFederation, database: MakeDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    federation = make_federation("rp")
    labels = {"network": "rp", "service": "reporting", "reason": "foreign_source"}
    before = counted("iq_refused_total", **labels)
    app = create_reporting(federation.settings("de", database("reporting"), batch_wait_seconds=0.02))
    uplink = await federation.connect("rp", "counselling.uplink")
    event = message("session", "sn", body("session", "a", {"month": "2022-09"}, lean=True), lean=True)
    async with serving(app, app.state.settings.port):

        async def sent() -> bool:
            subject = event.subject.replace("up.sn.", "up.")
            try:
                return b"UP_RP" in (await uplink.request(subject, event.data, 1, headers=event.headers)).data
            except NatsError:  # the leaf may still be connecting
                return False

        await eventually(sent)
        await eventually(lambda: rows(app, "SELECT 1 FROM parked WHERE stream = 'UP_RP' AND fate = 'dead'"))
        assert await rows(app, "SELECT 1 FROM fact") == []
    assert counted("iq_refused_total", **labels) == before + 1
    (line,) = lines(caplog, "claim another source")
    assert "1 messages of rp" in line
    assert "`make network-revoke`" in line
    await uplink.close()
