"""The full demo: the calibrated history 2015–2022 of all networks, sent through the import API (contracts §7)."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock
from typing import Any

from deploy.demo.client import Gateway, wait_until
from deploy.demo.desk import open_office
from deploy.demo.history.files import HistoryFile, files
from deploy.demo.history.rows import Carrier
from deploy.demo.seed import account_of
from deploy.demo.sending import all_counted, held, send, wait_for_the_networks
from deploy.local.paths import Paths, read_json
from deploy.local.state import State
from shared.clock import today
from shared.topology import CENTRE
from shared.vocabulary import Role

SEED = 2022
AT_ONCE = 3  # networks; more would only wait for the processor
IMPORT_SECONDS = 1800.0
COUNTED_SECONDS = 1800.0
TOLD_EVERY = 10.0
NOTING = Lock()


def load_full(paths: Paths, networks: Sequence[str]) -> None:
    """Fill the networks that are still empty and wait until the centre counted them. Raises TimeoutError.

    An interrupted load goes on with the file it was at: sent again, its rows are unchanged.
    """
    state = State.load(paths)
    if state.demo == "done":
        return
    state.demo = "loading"
    state.save(paths)
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        loads = [threads.submit(_load, paths, network) for network in networks]
        for number, load in enumerate(as_completed(loads), start=1):
            network, rows = load.result()
            minutes = (time.monotonic() - started) / 60
            print(f"{network}: {rows:,} Zeilen im Netzwerk ({number} von {len(loads)}, {minutes:.1f} min)", flush=True)
    _wait_for_the_centre(paths, networks)
    wait_for_the_networks(paths, networks, COUNTED_SECONDS)
    state = State.load(paths)
    state.demo = "done"
    state.save(paths)
    print(f"Geschichte 2015–2022 ist beim Bund gezählt ({(time.monotonic() - started) / 60:.1f} min)", flush=True)


def _load(paths: Paths, network: str) -> tuple[str, int]:
    """Send all files of a network that were not sent yet; returns it and how many rows they had."""
    carriers = {entry["code"]: entry for entry in read_json(paths.structure, {})[network]}
    given = [Carrier(code, tuple(office["code"] for office in entry["offices"])) for code, entry in carriers.items()]
    sent = {name for name in State.load(paths).loaded if name.startswith(f"{network}/")}
    rows = 0
    for file in files(network, given, SEED):
        name = f"{network}/{file.carrier or ''}/{file.name}"
        if file.rows and name not in sent:
            rows += _send(paths, file, carriers)
            _note_sent(paths, name)
    # Sessions would be counted: the figures of the history stay as printed, so nobody is counselled here.
    open_office(paths, network, next(iter(carriers.values())), today())
    return network, rows


def _note_sent(paths: Paths, name: str) -> None:
    with NOTING:
        state = State.load(paths)
        state.loaded.append(name)
        state.save(paths)


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
