"""A network joins from a folder of its own, and gets new keys there: on real servers."""

import json
import stat
from pathlib import Path

import pytest

from deploy.life.archive import BACKUP, describe
from deploy.life.changes import OWN_KEYS
from deploy.life.hub import Refused
from deploy.life.inviting import accept, invite
from deploy.life.restoring import restore
from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json
from deploy.local.processes import Site
from deploy.local.standing import Standing
from deploy.local.state import State
from tests.conftest import MakeFederation
from tests.support.federation import Federation
from tests.support.telling import stored, tell
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def federation(make_federation: MakeFederation) -> Federation:
    """The centre with rp; sn will come from elsewhere."""
    return make_federation("rp")


@pytest.fixture
def elsewhere(federation: Federation, tmp_path: Path) -> Site:
    """Another machine: nothing but an empty folder."""
    paths = Paths(tmp_path / "elsewhere")
    return Site(paths, federation.site.ports, Keys.load(paths), federation.site.postgres)


def started(federation: Federation, there: Site) -> Federation:
    """The network's broker, with the keys that lie there."""
    run = Federation(there, federation.hub)
    run.join("sn")
    federation.regions["sn"] = run.regions["sn"]
    return run


async def heard(run: Federation, name: str) -> None:
    """Wait until the hub confirms a message of the network."""
    client = await run.connect("sn", "counselling.uplink")
    await eventually(lambda: tell(client, name))
    await client.close()


async def test_the_centre_keeps_no_secret_of_whom_it_invites(federation: Federation, tmp_path: Path) -> None:
    centre, folder = federation.site, tmp_path / "invitation"
    assert (await invite(centre, "sn", folder)).startswith("sn ist eingeladen: ")
    left = {name: value[0] for name, value in centre.keys.values.items() if name.startswith("sn.")}
    assert left == {"sn.leaf": "U"}, "a public key, no seed"
    assert Standing.load(centre.paths).away == ["sn"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    given = {name.rpartition(".")[2] for name in read_json(folder / "keys.json", {})}
    assert given & OWN_KEYS == {"folder"}, "what signs and seals is made there"


async def test_an_invited_network_is_heard_and_new_keys_end_the_old(
    federation: Federation, elsewhere: Site, tmp_path: Path
) -> None:
    centre = federation.site
    await invite(centre, "sn", tmp_path / "invitation")
    assert accept(elsewhere, tmp_path / "invitation").endswith(f"erreicht die Zentrale unter {centre.hub_url('sn')}.")
    assert elsewhere.everyone(["sn"]) == ["sn"], "the centre does not run there"
    elsewhere.keys.signing("sn")
    elsewhere.keys.save()
    await heard(started(federation, elsewhere), "first")
    first = dict(elsewhere.keys.values)
    # Again, for new keys: the old ones are refused, what is its own stays.
    federation.regions["sn"].stop()
    await invite(centre, "sn", tmp_path / "new")
    federation.regions["sn"].start()
    log = federation.regions["sn"].log
    await eventually(lambda: "Authorization Violation" in log.read_text())
    federation.regions["sn"].stop()
    accept(elsewhere, tmp_path / "new")
    kept = {name for name, value in elsewhere.keys.values.items() if value == first.get(name)}
    assert kept == {"sn.folder", "sn.signing", "sn.uplink", "sn.services"}, "the last two are this test's"
    await heard(started(federation, elsewhere), "second")
    assert await stored(federation, "sn") == 2


async def test_what_does_not_fit_is_refused_with_the_way_that_does(
    federation: Federation, elsewhere: Site, tmp_path: Path
) -> None:
    centre, folder, backup = federation.site, tmp_path / "invitation", tmp_path / "backup"
    State(seeded=["sn"]).save(centre.paths)
    with pytest.raises(Refused, match="sn hat hier schon Daten: bitte beenden und mit `make network-move`"):
        await invite(centre, "sn", folder)
    State().save(centre.paths)
    await invite(centre, "sn", folder)
    with pytest.raises(Refused, match="ist nicht leer"):
        await invite(centre, "sn", folder)
    with pytest.raises(Refused, match="ist eine Einladung: bitte `make network-accept FROM=invitation`"):
        restore(elsewhere, folder)
    with pytest.raises(Refused, match="liegt eine Zentrale"):
        accept(centre, folder)
    backup.mkdir()
    describe(centre, "rp", backup, BACKUP)
    with pytest.raises(Refused, match="ist eine Sicherung: bitte `make network-restore FROM=backup`"):
        accept(elsewhere, backup)
    before = json.loads((backup / "network.json").read_text())
    del before["kind"]
    (backup / "network.json").write_text(json.dumps(before))
    with pytest.raises(Refused, match="ist eine Sicherung"):
        accept(elsewhere, backup)
    assert not elsewhere.paths.base.exists()
