"""The full demo: the calibrated history 2015–2022 of all networks, sent through the import API (contracts §7)."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from deploy.demo.client import Gateway, wait_until
from deploy.demo.history.files import HistoryFile, files
from deploy.demo.history.rows import Carrier
from deploy.demo.seed import account_of
from deploy.demo.sending import all_counted, held, send
from deploy.local.paths import Paths, read_json
from deploy.local.state import State
from shared.topology import CENTRE
from shared.vocabulary import Role

SEED = 2022
AT_ONCE = 3  # networks; more would only wait for the processor
IMPORT_SECONDS = 1800.0
COUNTED_SECONDS = 1800.0
TOLD_EVERY = 10.0
RECORDS = ("sessions", "groups", "companies", "meetings", "participations", "items")


def load_full(paths: Paths, networks: Sequence[str]) -> None:
    """Fill the networks that are still empty and wait until the centre counted them. Raises TimeoutError.

    A network whose load was interrupted is sent again as a whole: what is there already is unchanged.
    """
    state = State.load(paths)
    state.demo = "loading" if state.demo != "done" else "done"
    state.save(paths)
    if state.demo == "done":
        return
    todo = [network for network in networks if network not in state.loaded]
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for number, (network, rows) in enumerate(threads.map(lambda code: (code, _load(paths, code)), todo), start=1):
            minutes = (time.monotonic() - started) / 60
            print(f"{network}: {rows:,} Zeilen im Netzwerk ({number} von {len(todo)}, {minutes:.1f} min)", flush=True)
            state = State.load(paths)
            state.loaded.append(network)
            state.save(paths)
    _wait_for_the_centre(paths, networks)
    state = State.load(paths)
    state.demo = "done"
    state.save(paths)
    print(f"Geschichte 2015–2022 ist beim Bund gezählt ({(time.monotonic() - started) / 60:.1f} min)", flush=True)


def _load(paths: Paths, network: str) -> int:
    """Send all files of a network; returns how many rows they had."""
    carriers = {entry["code"]: entry for entry in read_json(paths.structure, {})[network]}
    given = [Carrier(code, tuple(office["code"] for office in entry["offices"])) for code, entry in carriers.items()]
    return sum(_send(paths, file, carriers) for file in files(network, given, SEED) if file.rows)


def _send(paths: Paths, file: HistoryFile, carriers: dict[str, dict[str, Any]]) -> int:
    if file.carrier is None:
        account = account_of(paths, file.network, Role.COORDINATOR)
    else:
        account = account_of(paths, file.network, Role.ADMIN, carriers[file.carrier]["id"])
    with Gateway(account) as gateway:
        return send(gateway, file.kind, file.content(), IMPORT_SECONDS)


def _wait_for_the_centre(paths: Paths, networks: Sequence[str]) -> None:
    told = 0.0
    with Gateway(account_of(paths, CENTRE, Role.COORDINATION)) as centre:

        def counted() -> bool:
            nonlocal told
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                known = held(centre).values()
                print(
                    f"beim Bund: {sum(r for r, _ in known):,} von {sum(e for _, e in known):,} Datensätzen", flush=True
                )
            return all_counted(centre, dict.fromkeys(networks, 1))

        wait_until("Geschichte beim Bund gezählt", counted, COUNTED_SECONDS)
