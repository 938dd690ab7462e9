"""A network is added, changes its keys, or is revoked, while hub and other networks go on."""

import asyncio
from collections.abc import Callable

from deploy.certificates import NoAuthority
from deploy.life.hub import Refused, apply, kick, linked
from deploy.life.system import Away
from deploy.life.trial import answered, runs, try_out
from deploy.local.added import enter
from deploy.local.processes import Site
from deploy.local.rendering import write_region
from deploy.local.standing import Standing
from shared.topology import Network, load_topology

LINK_SECONDS = 15.0
OWN_KEYS = {"signing", "folder", "sealing", "sealing_before"}


async def add(
    site: Site, network: str, entry: Network | None = None, restart: Callable[[], None] = lambda: None
) -> str:
    """Let a network in: one of the topology, a revoked one, or with `entry` a new one. Returns what was done.

    Afterwards its configuration, key and certificate lie ready, and the hub answered it; where it runs here with keys
    of before, `restart` has it take up the new ones. Raises Refused, ValueError.
    """
    if network not in load_topology():
        if entry is None:
            raise Refused(f"{network} steht nicht im Verzeichnis: bitte NAME, LAND und NUMBER angeben.")
        enter(site.paths, entry)
    standing = Standing.load(site.paths)
    if network in {*standing.revoked, *standing.away}:
        standing.revoked = [code for code in standing.revoked if code != network]
        standing.away = [code for code in standing.away if code != network]
        renew(site, network)
        standing.save(site.paths)
    write_region(site, network)
    site.keys.signing(network)
    if not await apply(site):
        return f"{network} ist aufgenommen; es gilt, sobald die Zentrale läuft."
    if await runs(site, network) and not await answered(site, network):
        restart()
        await _back(site, network)
    else:
        await try_out(site, network)
    return f"{network} ist aufgenommen, und die Zentrale antwortet."


async def rotate(site: Site, network: str, restart: Callable[[], None]) -> str:
    """Give a network new keys for its leaf and all users, and a new certificate; nothing is lost meanwhile.

    The hub takes both keys until the network is back with the new one; `restart` has its broker and services take
    theirs up. Raises Refused when it does not come back: then both keys stay good, and it can be done again.
    """
    known(site, network)
    standing = Standing.load(site.paths)
    # Done again after a failure: the key that is in use is still the first one.
    standing.retiring.setdefault(network, site.keys.public(f"{network}.leaf"))
    standing.save(site.paths)
    renew(site, network)
    write_region(site, network)
    if not await apply(site):
        raise Refused("Die Zentrale läuft nicht: Schlüssel lassen sich nur wechseln, während sie läuft.")
    restart()
    await _back(site, network)
    standing.retiring.pop(network)
    standing.save(site.paths)
    await apply(site)
    await kick(site, network)  # whoever still holds the old key; the network itself is back a second later
    await _back(site, network)
    return f"{network} hat neue Schlüssel und ein neues Zertifikat; die alten gelten nicht mehr."


async def revoke(site: Site, network: str) -> str:
    """Shut a network out: its data stops at once, its link ends and stays refused. What it told so far stays."""
    _listed(network)
    standing = Standing.load(site.paths)
    if network not in standing.revoked:
        standing.revoked.append(network)
    standing.retiring.pop(network, None)
    standing.save(site.paths)
    if not await apply(site):
        return f"{network} ist ausgeschlossen; es gilt, sobald die Zentrale läuft."
    kicked = await kick(site, network)
    return f"{network} ist ausgeschlossen, {kicked} Verbindung(en) getrennt. Was es gemeldet hat, bleibt erhalten."


def known(site: Site, network: str) -> None:
    """Raises Refused unless the network is one of ours, in good standing, with its keys here."""
    standing = Standing.load(site.paths)
    _listed(network)
    if network in standing.revoked:
        raise Refused(f"{network} ist ausgeschlossen: `make network-add NETWORK={network}` nimmt es wieder auf.")
    if network in standing.away:
        raise Refused(f"{network} ist umgezogen: seine Schlüssel liegen auf der neuen Maschine.")


def _listed(network: str) -> None:
    if network not in load_topology():
        raise Refused(f"Unbekanntes Netzwerk: {network}; möglich sind {' '.join(load_topology())}.")


def renew(site: Site, network: str) -> None:
    """New broker keys and certificate; what signs its tokens and its people's sheets, and seals its data, is its own.

    Without the sealing keys confidential data would be lost: they change with `resealing` only.
    """
    for name in [name for name in site.keys.values if name.startswith(f"{network}.")]:
        if name.rpartition(".")[2] not in OWN_KEYS:
            del site.keys.values[name]
    try:
        site.authority.issue(network)
    except NoAuthority:
        raise Refused(
            f"Der Schlüssel der Zertifizierungsstelle fehlt: bitte ausführen, wo {site.paths.tls.name}/ca.pem liegt."
        ) from None


async def _back(site: Site, network: str) -> None:
    """Wait until the network's broker runs, is linked, and the hub answers it."""
    end = asyncio.get_running_loop().time() + LINK_SECONDS
    while not await _answers(site, network):
        if asyncio.get_running_loop().time() > end:
            raise Refused(
                f"{network} kommt nicht wieder: bitte {site.paths.log(f'{network}.nats')} ansehen und wiederholen."
            )
        await asyncio.sleep(0.1)


async def _answers(site: Site, network: str) -> bool:
    try:
        return await linked(site, network) and await answered(site, network)
    except Away:
        return False
