"""A network joins from a machine of its own: invited where the hub is, with a folder; accepted where it will run."""

from pathlib import Path

from deploy.life.archive import INVITATION, describe, empty_folder, entry_of, keep_identity
from deploy.life.changes import add
from deploy.life.hub import Refused
from deploy.life.moving import leave
from deploy.life.restoring import adopt
from deploy.local.added import enter
from deploy.local.folder_keys import publish
from deploy.local.paths import read_json
from deploy.local.processes import Site
from deploy.local.rendering import region_config_of
from deploy.local.standing import Standing
from deploy.local.state import State
from shared.topology import Network, load_topology


async def invite(site: Site, network: str, folder: Path, entry: Network | None = None) -> str:
    """Let a network in that runs or will run elsewhere. Returns what to do there.

    Done again for one that runs there, it is how its keys and its certificate are changed.
    Its keys and certificate lie in the folder and are forgotten here, but for the public key of its leaf. What signs
    its tokens and seals its data is made where it runs: the centre never has it. Raises Refused, ValueError.
    """
    if network in State.load(site.paths).seeded and network not in Standing.load(site.paths).away:
        raise Refused(f"{network} hat hier schon Daten: bitte beenden und mit `make network-move` umziehen lassen.")
    empty_folder(folder)
    await add(site, network, entry)
    region_config_of(site, network)  # names, and so makes, every key of its users
    if all(entry["iss"] != network for entry in read_json(site.paths.trust_list, {"keys": []})["keys"]):
        site.keys.folder(network)
        publish(site.paths, site.keys)
    site.keys.values.pop(f"{network}.signing", None)
    keep_identity(site, network, folder)
    describe(site, network, folder, INVITATION)
    leave(site, network)
    site.keys.save()
    there = f"`make network-accept FROM={folder.name}` und `make run REGIONS={network} DEMO=none`"
    return f"{network} ist eingeladen: {folder} enthält seine Schlüssel. Dort, wo es laufen soll: {there}."


def accept(site: Site, folder: Path, hub_url: str = "") -> str:
    """Take an invitation in where the network will run. Returns what was done; raises Refused.

    Hub and centre run elsewhere: at `hub_url`, or where the invitation says. What signs and seals its data stays.
    """
    entry, _, hub = entry_of(folder)
    if read_json(folder / "network.json", {}).get("kind") != INVITATION:
        raise Refused(f"{folder} ist eine Sicherung: bitte `make network-restore FROM={folder.name}`.")
    if (site.paths.tls / "ca.crt").exists() and not site.hub_away:
        place = site.paths.base
        raise Refused(f"In {place} liegt eine Zentrale: bitte IQ_LOCAL_DIR auf einen anderen Ordner setzen.")
    if entry.code not in load_topology():
        enter(site.paths, entry)
    adopt(site, entry.code, folder, hub_url or hub)
    return f"{entry.code} ist eingerichtet und erreicht die Zentrale unter {hub_url or hub}."
