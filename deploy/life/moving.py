"""A network moves to a new machine: backed up here, with new keys for there; those of here end at once."""

from pathlib import Path

from deploy.life.archive import back_up, keep_identity
from deploy.life.changes import known, renew
from deploy.life.hub import Refused, apply, kick
from deploy.local.checks import what_runs
from deploy.local.processes import Site
from deploy.local.rendering import region_config_of
from deploy.local.standing import Standing


async def move(site: Site, network: str, folder: Path) -> str:
    """Back a stopped network up for a new machine, where `restore` takes it in. Returns what to do there.

    Here only the public key of its new leaf stays: whoever starts it here again is refused by the hub. Raises Refused
    while its services run, as what they record would be lost.
    """
    known(site, network)
    if any(row["name"].startswith(f"{network}.") for row in what_runs(site.paths)):
        raise Refused(f"{network} läuft noch: bitte erst beenden, damit nach der Sicherung nichts mehr erfasst wird.")
    done = back_up(site, network, folder)
    renew(site, network)
    region_config_of(site, network)  # names, and so makes, every key of its users
    keep_identity(site, network, folder)
    leave(site, network)
    if await apply(site):
        await kick(site, network)
    there = f"`make network-restore FROM={folder.name}` und `make run REGIONS={network} DEMO=none`"
    return f"{done} Auf der neuen Maschine: {there}. Hier gelten seine Schlüssel nicht mehr."


def leave(site: Site, network: str) -> None:
    """Forget the secrets of a network that lives elsewhere from now on."""
    public = site.keys.public(f"{network}.leaf")
    for name in [name for name in site.keys.values if name.startswith(f"{network}.")]:
        del site.keys.values[name]
    site.keys.values[f"{network}.leaf"] = public
    Path(site.authority.files(network).certificate).unlink(missing_ok=True)
    standing = Standing.load(site.paths)
    standing.away.append(network)
    standing.save(site.paths)
