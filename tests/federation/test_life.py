"""A network is added, gets new keys, is revoked: on real servers, while the others go on."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from deploy.life.changes import add, revoke, rotate
from deploy.life.hub import Refused, account
from deploy.life.system import system
from deploy.local.nats import Broker
from deploy.local.standing import Standing
from shared.topology import CENTRE, Network, load_topology
from tests.conftest import MakeFederation
from tests.support.federation import Federation
from tests.support.servers import nats_from
from tests.support.telling import stored, tell, telling
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(60)
NEW = Network("xx", "IQ Netzwerk Neuland", "Neuland", 17, date(2026, 12, 1))


@pytest.fixture(autouse=True)
def own_topology(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test adds to the topology goes with it."""
    monkeypatch.setenv("IQ_TOPOLOGY", "")
    monkeypatch.delenv("IQ_TOPOLOGY")
    yield
    monkeypatch.undo()
    load_topology.cache_clear()


def restarting(federation: Federation, network: str) -> None:
    """What a supervisor does with a network's broker."""
    federation.regions[network].stop()
    federation.regions[network].start()


async def leaves(federation: Federation, network: str) -> list[int]:
    async with system(federation.site, CENTRE) as hub:
        return [leaf.number for leaf in await hub.leaves(account(network))]


def copied(federation: Federation, network: str, folder: Path) -> Broker:
    """A broker with the configuration a network has now, as somebody who stole it would start it."""
    mine = federation.site.broker(network)
    other = Broker(network, federation.site.ports.broker(f"{network}.copy"), folder)
    folder.mkdir()
    text = mine.config.read_text().replace(f":{mine.port}", f":{other.port}").replace(str(mine.folder), str(folder))
    text = text.replace(f":{mine.monitor}", f":{federation.site.ports.broker(f'{network}.copy.monitor')}")
    certificate = folder / "old.pem"
    shutil.copyfile(federation.site.authority.files(network).certificate, certificate)
    other.config.write_text(text.replace(federation.site.authority.files(network).certificate, str(certificate)))
    return other


async def test_a_network_joins_at_run_time_and_no_link_of_others_drops(make_federation: MakeFederation) -> None:
    federation = make_federation("rp")
    await eventually(lambda: leaves(federation, "rp"))
    before = await leaves(federation, "rp")
    async with telling(federation, "rp") as told:
        assert await add(federation.site, "xx", NEW) == "xx ist aufgenommen, und die Zentrale antwortet."
        assert list(load_topology())[-1] == "xx"
        federation.join("xx")
        client = await federation.connect("xx", "counselling.uplink")
        await eventually(lambda: tell(client, "first"))
        await client.close()
    assert await leaves(federation, "rp") == before
    assert told.silences <= 1  # one may be under way when subscriptions are made anew
    assert await stored(federation, "rp") == len(told.ids)
    assert await stored(federation, "xx") == 1, "the probe is not stored"


async def test_who_is_not_in_the_topology_needs_an_entry_and_a_free_code(make_federation: MakeFederation) -> None:
    site = make_federation("rp").site
    with pytest.raises(Refused, match="bitte NAME, LAND und NUMBER angeben"):
        await add(site, "xx")
    for entry in (Network("de", "x", "x", 20, date(2026, 1, 1)), Network("x-y", "x", "x", 20, date(2026, 1, 1))):
        with pytest.raises(ValueError, match="ist kein freies Kürzel"):
            await add(site, entry.code, entry)
    with pytest.raises(ValueError, match="Die Nummer 7 ist nicht frei"):
        await add(site, "yy", Network("yy", "x", "x", 7, date(2026, 1, 1)))


async def test_new_keys_lose_nothing_and_the_old_ones_are_dead(make_federation: MakeFederation, tmp_path: Path) -> None:
    federation = make_federation("rp", "sn")
    stolen = copied(federation, "rp", tmp_path / "stolen")
    sealing = {"rp.sealing": "a key", "rp.sealing_before": "the one before"}  # without them data would be lost
    federation.keys.values |= sealing
    before = {name: seed for name, seed in federation.keys.values.items() if name.startswith("rp.")}
    async with telling(federation, "rp") as told, telling(federation, "sn") as neighbour:
        await eventually(lambda: len(told.ids) > 20)
        await rotate(federation.site, "rp", lambda: restarting(federation, "rp"))
        count = len(told.ids)
        await eventually(lambda: len(told.ids) > count + 20)
    assert await stored(federation, "rp") == len(set(told.ids))
    assert neighbour.silences <= 1
    kept = {name for name, seed in before.items() if federation.keys.values.get(name) == seed}
    assert kept == {"rp.signing", "rp.folder", *sealing} & before.keys()
    assert Standing.load(federation.site.paths).retiring == {}
    thief = nats_from(stolen.config, stolen.port)
    thief.start()
    try:
        await eventually(lambda: "Authorization Violation" in thief.log.read_text())
        assert len(await leaves(federation, "rp")) == 1
    finally:
        thief.stop()


async def test_a_network_that_does_not_come_back_keeps_both_keys(make_federation: MakeFederation) -> None:
    federation = make_federation("rp")
    await eventually(lambda: leaves(federation, "rp"))
    old = federation.keys.public("rp.leaf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deploy.life.changes.LINK_SECONDS", 1.0)
        with pytest.raises(Refused, match="rp kommt nicht wieder"):
            await rotate(federation.site, "rp", lambda: None)
    assert Standing.load(federation.site.paths).retiring == {"rp": old}
    assert await leaves(federation, "rp"), "the old link still stands"
    await rotate(federation.site, "rp", lambda: restarting(federation, "rp"))
    assert Standing.load(federation.site.paths).retiring == {}


async def test_revoked_data_stops_at_once_the_link_is_kicked_and_stays_refused(
    make_federation: MakeFederation,
) -> None:
    federation = make_federation("rp", "sn")
    client = await federation.connect("rp", "counselling.uplink")
    await eventually(lambda: tell(client, "before"))
    async with telling(federation, "sn") as neighbour:
        done = await revoke(federation.site, "rp")
        assert not await tell(client, "after")
        assert await leaves(federation, "rp") == []
        await eventually(lambda: "Authorization Violation" in federation.regions["rp"].log.read_text())
        assert await leaves(federation, "rp") == []
    assert done.startswith("rp ist ausgeschlossen, 1 Verbindung(en) getrennt.")
    assert neighbour.silences <= 1
    assert await stored(federation, "rp") == 1, "what it told before stays"
    with pytest.raises(Refused, match="rp ist ausgeschlossen: `make network-add NETWORK=rp`"):
        await rotate(federation.site, "rp", lambda: None)
    # Let in again with a new key.
    await client.close()
    await add(federation.site, "rp", restart=lambda: restarting(federation, "rp"))
    client = await federation.connect("rp", "counselling.uplink")
    await eventually(lambda: tell(client, "again"))
    assert await stored(federation, "rp") == 2
    await client.close()
