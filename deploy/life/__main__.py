"""`python -m deploy.life COMMAND`: one command for each step in the life of a network (docs/life-of-a-network.md)."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from deploy.life.archive import back_up
from deploy.life.changes import add, revoke, rotate
from deploy.life.hub import Refused
from deploy.life.inviting import accept, invite
from deploy.life.keeping import run_rules
from deploy.life.moving import move
from deploy.life.resealing import reseal
from deploy.life.restoring import restore
from deploy.local.added import use_topology
from deploy.local.checks import make_site, take_lock, what_runs
from deploy.local.joining import ask_to_join
from deploy.local.paths import Paths
from deploy.local.processes import Site
from deploy.local.supervisor import StartError
from shared.topology import CENTRE, Network, load_topology


def main() -> None:
    """Do one step; a refusal is one sentence and exit code 1."""
    options = _options()
    use_topology(Paths.from_environment())
    try:
        site = make_site(list(load_topology()))
        keeping = options.command == "retention"
        print(run_rules(site, options.network, applied=options.apply) if keeping else _do(site, options))
    except (Refused, StartError, ValueError, FileNotFoundError) as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)


def _do(site: Site, options: argparse.Namespace) -> str:
    if options.command in {"accept", "restore"}:
        take_in = accept if options.command == "accept" else restore
        with _stopped(site):
            return take_in(site, options.folder, options.hub)
    network = options.network
    steps: dict[str, Callable[[], str]] = {
        "add": lambda: _add(site, options),
        "rotate": lambda: asyncio.run(rotate(site, network, partial(restart, site, network))),
        "reseal": lambda: reseal(site, network),
        "revoke": lambda: asyncio.run(revoke(site, network)),
        "backup": lambda: back_up(site, network, options.folder),
        "invite": lambda: _invite(site, options),
        "move": lambda: asyncio.run(move(site, network, options.folder)),
    }
    return steps[options.command]()


def _add(site: Site, options: argparse.Namespace) -> str:
    known = options.network in load_topology()
    again = partial(restart, site, options.network)
    done = asyncio.run(add(site, options.network, _entry(options), again))
    if not known:
        restart(site, CENTRE)  # it learns of its networks when it starts
    ask_to_join(site.paths, options.network)
    return done


def _invite(site: Site, options: argparse.Namespace) -> str:
    known = options.network in load_topology()
    done = asyncio.run(invite(site, options.network, options.folder, _entry(options)))
    if not known:
        restart(site, CENTRE)  # it learns of its networks when it starts
    return done


def restart(site: Site, network: str) -> None:
    """End the processes of a network or the centre; their supervisor starts them again with what is new."""
    rows = what_runs(site.paths)
    names = {row["pid"] for row in rows if row["name"].startswith(f"{network}.") and row["name"] != "de.nats"}
    for pid in names:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


@contextlib.contextmanager
def _stopped(site: Site) -> Iterator[None]:
    """Raises StartError while a federation runs from here."""
    lock = take_lock(site.paths)
    try:
        yield
    finally:
        lock.close()


def _entry(options: argparse.Namespace) -> Network | None:
    if not (options.name and options.land and options.number):
        return None
    return Network(options.network, options.name, options.land, options.number, date.today())  # noqa: DTZ011 - the operator's day


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.life", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("add", "let a network in"),
        ("invite", "let a network in that will run on another machine"),
        ("rotate", "new keys and a new certificate"),
        ("reseal", "seal confidential data and drafts anew under a new key"),
        ("revoke", "shut a network out"),
        ("backup", "write a backup"),
        ("move", "back up for a new machine and end the keys of here"),
        ("retention", "what is due by the retention rules, and with --apply let it go"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("network")
        if name in {"backup", "invite", "move"}:
            command.add_argument("folder", type=Path)
        if name == "retention":
            command.add_argument("--apply", action="store_true")
        if name in {"add", "invite"}:
            for option in ("--name", "--land"):
                command.add_argument(option, default="")
            command.add_argument("--number", type=int, default=0)
    for name, text in (("restore", "take a backup in"), ("accept", "take an invitation in")):
        command = commands.add_parser(name, help=text)
        command.add_argument("folder", type=Path)
        command.add_argument("--hub", default="", help="where leaves reach the hub, if not where it was")
    return parser.parse_args()


if __name__ == "__main__":
    main()
