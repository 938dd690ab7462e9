"""A network comes back from its backup, or moves to a new machine: on real servers, with nothing lost or doubled."""

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import sql

from deploy.life.archive import back_up
from deploy.life.hub import Refused
from deploy.life.moving import move
from deploy.life.resealing import reseal
from deploy.life.restoring import restore
from deploy.local.checks import take_lock
from deploy.local.databases import copy_template, database_name, make_template
from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json, write_json, write_private
from deploy.local.postgres import Postgres
from deploy.local.processes import REGION_SERVICES, Site
from deploy.local.rendering import write_region
from deploy.local.standing import Standing
from services.counselling.sensitive.commands import Content
from services.counselling.sensitive.seal import sealed, unsealed
from services.reporting.app import create_app as create_reporting
from shared.database import ROLE, grant
from shared.vocabulary import Role
from tests.conftest import MakeDatabase, MakeFederation
from tests.support.federation import Federation
from tests.support.recording import recording, rows
from tests.support.repairing import SESSION, Pair
from tests.support.servers import nats_from
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(120)
LATER = "sessions/00000000-0000-4000-8000-00000000000a"


@pytest.fixture
def site_databases(postgres: Postgres) -> Iterator[Postgres]:
    """PostgreSQL with the databases of rp, named as in a local run."""
    for service in REGION_SERVICES:
        copy_template(postgres, make_template(postgres, service), database_name("rp", service))
    yield postgres
    with postgres.connect() as connection:
        for service in REGION_SERVICES:
            name = sql.Identifier(database_name("rp", service))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@pytest.fixture
def federation(make_federation: MakeFederation, site_databases: Postgres) -> Federation:
    """Hub and rp, whose records lie in our PostgreSQL."""
    made = make_federation("rp")
    made.site = Site(made.site.paths, made.site.ports, made.site.keys, site_databases)
    return made


@pytest.fixture
def pair(federation: Federation, database: MakeDatabase) -> Pair:
    url = federation.site.postgres.url(database_name("rp", "counselling"), ROLE)
    return Pair(federation, url, database("reporting"))


async def regional(federation: Federation, count: int) -> None:
    """Run the network's own reporting until it has so many sessions."""
    url = federation.site.postgres.url(database_name("rp", "reporting"), ROLE)
    app = create_reporting(federation.settings("rp", url, batch_wait_seconds=0.02))
    async with recording(app, Role.COORDINATOR):

        async def there() -> bool:
            return (await rows(app, "SELECT count(DISTINCT entity_id) FROM fact"))[0][0] == count

        await eventually(there)


def put_back(site: Site, folder: Path) -> None:
    """Restore, and give the services their rights as the next start does."""
    restore(site, folder)
    for service in REGION_SERVICES:
        grant(site.postgres.url(database_name("rp", service)), ROLE)


async def test_a_restored_network_goes_on_and_both_sides_know_what_it_lost(
    federation: Federation, pair: Pair, tmp_path: Path
) -> None:
    folder, periods = tmp_path / "backup", federation.site.paths.retention("rp")
    write_private(periods, '[persons]\nkeep = "6 years"\n')
    async with pair.centre_running():
        async with pair.network_running():
            await pair.record(4)
            done = await asyncio.to_thread(back_up, federation.site, "rp", folder)
            assert done.startswith(f"rp ist gesichert in {folder}.")
            await pair.counsellor.put(LATER, SESSION)
            await pair.equal(5)
        await regional(federation, 5)
        # The machine is lost: an older state, an empty stream.
        federation.regions["rp"].stop()
        periods.unlink()
        await asyncio.to_thread(put_back, federation.site, folder)
        assert "6 years" in periods.read_text(), "else persons would be kept for longer, or go too early"
        federation.regions["rp"].start()
        federation.provision()
        async with pair.network_running():
            await pair.compared(lambda state: state["ahead_total"] == 1 and not state["buckets"], 30)
            assert len(await pair.held()) == 5, "the centre drops nothing"
            assert len(await rows(pair.network, "SELECT 1 FROM counselling_session")) == 4

            async def told() -> bool:
                return not await rows(pair.network, "SELECT 1 FROM outbox WHERE delivered_at IS NULL")

            await eventually(told)
        # Reporting was empty when it was backed up: what was published before comes again.
        await regional(federation, 4)


def test_a_backup_is_for_its_owner_only_and_holds_no_other_network(federation: Federation, tmp_path: Path) -> None:
    folder, paths = tmp_path / "backup", federation.site.paths
    federation.keys.seed("sn.leaf")
    write_json(paths.accounts, [{"region": "rp", "username": "a"}, {"region": "sn", "username": "b"}])
    back_up(federation.site, "rp", folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {name.partition(".")[0] for name in read_json(folder / "keys.json", {})} == {"rp"}
    assert read_json(folder / "accounts.json", []) == [{"region": "rp", "username": "a"}]
    assert '"sn"' not in json.dumps(read_json(folder / "network.json", {}))
    with pytest.raises(Refused, match="ist nicht leer"):
        back_up(federation.site, "rp", folder)
    with pytest.raises(Refused, match="Unbekanntes Netzwerk: xx"):
        back_up(federation.site, "xx", tmp_path / "other")


def test_a_backup_sealed_by_a_key_of_before_is_sealed_by_todays(federation: Federation, tmp_path: Path) -> None:
    site, folder, case = federation.site, tmp_path / "backup", uuid4()
    old, content = site.keys.sealing("rp"), Content(asylum_note="CANARY")
    name = database_name("rp", "counselling")

    def stored() -> str:
        with site.postgres.connect(name) as connection:
            ((text,),) = connection.execute("SELECT content FROM sensitive_record").fetchall()
            return str(text)

    with site.postgres.connect(name) as connection:
        row = (case, uuid4(), sealed(content, old, case), "2026-11-20", 1, "hash of nothing")
        columns = "case_id, carrier_id, content, recorded_on, revision, place_hash"
        connection.execute(f"INSERT INTO sensitive_record ({columns}) VALUES (%s, %s, %s, %s, %s, %s)", row)
    back_up(site, "rp", folder)
    assert "1 vertrauliche Angaben und 0 Entwürfe" in reseal(site, "rp")
    (new,) = Keys.load(site.paths).sealing("rp")
    assert new not in old
    assert unsealed(stored(), [new], case) == content
    assert "Neu verschlüsselt: 1 vertrauliche Angaben" in restore(site, folder)
    assert unsealed(stored(), [new], case) == content
    # Sealed by a key that is lost: it says so, keeps both keys, and leaves what is there.
    with site.postgres.connect(name) as connection:
        connection.execute("UPDATE sensitive_record SET content = %s", (sealed(content, ["a lost key"], case),))
    lost = stored()
    with pytest.raises(Refused, match="1 vertrauliche Angaben öffnet keiner der Schlüssel"):
        reseal(site, "rp")
    assert stored() == lost
    assert Keys.load(site.paths).sealing("rp")[1] == new


def test_what_is_no_backup_or_a_broken_one_leaves_what_is_there(federation: Federation, tmp_path: Path) -> None:
    site, folder = federation.site, tmp_path / "backup"
    with pytest.raises(Refused, match="ist keine vollständige Sicherung"):
        restore(site, tmp_path)
    back_up(site, "rp", folder)
    dump = folder / "registration.dump"
    dump.write_bytes(dump.read_bytes()[:2000])
    with pytest.raises(Refused, match="pg_restore ist gescheitert"):
        restore(site, folder)
    with site.postgres.connect(database_name("rp", "registration")) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


async def test_a_moved_network_goes_on_at_its_new_place_and_the_old_one_is_refused(
    federation: Federation, pair: Pair, tmp_path: Path
) -> None:
    folder, old = tmp_path / "moving", federation.site
    async with pair.centre_running():
        async with pair.network_running():
            await pair.record(3)
        write_json(old.paths.processes, [{"name": "rp.counselling", "pid": 1, "port": 2}])
        with take_lock(old.paths), pytest.raises(Refused, match="rp läuft noch: bitte erst beenden"):
            await move(old, "rp", folder)
        await move(old, "rp", folder)
        log = federation.regions["rp"].log
        await eventually(lambda: "Authorization Violation" in log.read_text())
        left = {name: value[0] for name, value in old.keys.values.items() if name.startswith("rp.")}
        assert left == {"rp.leaf": "U"}, "a public key, no seed"
        assert Standing.load(old.paths).away == ["rp"]
        federation.regions["rp"].stop()
        # The new machine has nothing but the backup.
        paths = Paths(tmp_path / "new")
        new = Site(paths, old.ports, Keys.load(paths), old.postgres)
        await asyncio.to_thread(put_back, new, folder)
        assert Standing.load(paths).hub == old.hub_url("rp") == new.hub_url("rp")
        write_region(new, "rp")
        broker = new.broker("rp")
        federation.regions["rp"] = nats_from(broker.config, broker.port)
        federation.regions["rp"].start()
        federation.keys.values |= {name: seed for name, seed in new.keys.values.items() if name != "rp.leaf"}
        federation.provision()
        async with pair.network_running():
            await pair.counsellor.put(LATER, SESSION)
            await pair.equal(4)
