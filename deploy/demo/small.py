"""The small demo: some hundred records per network, sent as files through the import API of its gateway, and a desk."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.client import Gateway, wait_until
from deploy.demo.desk import fill_desk
from deploy.demo.records import as_csv, meeting_rows, session_rows
from deploy.demo.seed import account_of
from deploy.demo.sending import all_counted, send, wait_for_the_networks
from deploy.local.paths import Paths, read_json
from deploy.local.state import State
from shared.topology import CENTRE
from shared.vocabulary import Role

SESSIONS, MEETINGS = 200, 20  # per carrier; each network has two
IMPORT_SECONDS = 120.0
COUNTED_SECONDS = 180.0


def load_small(paths: Paths, networks: Sequence[str]) -> None:
    """Fill the networks that are still empty and wait until the centre counted them. Raises TimeoutError."""
    state = State.load(paths)
    todo = [network for network in networks if network not in state.loaded]
    if not todo:
        return
    state.demo = "loading"
    state.save(paths)
    today = datetime.now(ZoneInfo("Europe/Berlin")).date()
    structure = read_json(paths.structure, {})
    expected = dict.fromkeys(networks, 1)
    for network in todo:
        expected[network] = sum(_load_carrier(paths, network, carrier, today) for carrier in structure[network])
        fill_desk(paths, network, structure[network][0], today, IMPORT_SECONDS)
        print(f"{network}: Demodaten sind im Netzwerk angekommen", flush=True)
    with Gateway(account_of(paths, CENTRE, Role.COORDINATION)) as centre:
        wait_until("Demodaten beim Bund gezählt", lambda: all_counted(centre, expected), COUNTED_SECONDS)
    wait_for_the_networks(paths, networks, COUNTED_SECONDS)
    state = State.load(paths)
    state.demo, state.loaded = "done", [*state.loaded, *todo]
    state.save(paths)
    print("Demodaten sind beim Bund gezählt", flush=True)


def _load_carrier(paths: Paths, network: str, carrier: dict[str, Any], today: date) -> int:
    """Send the records of a carrier; returns how many."""
    code, offices = carrier["code"], [office["code"] for office in carrier["offices"]]
    with Gateway(account_of(paths, network, Role.ADMIN, carrier["id"])) as gateway:
        sessions = session_rows(code, offices, SESSIONS, today)
        meetings = meeting_rows(code, offices, MEETINGS, today)
        send(gateway, "sessions", as_csv(sessions), IMPORT_SECONDS)
        send(gateway, "meetings", as_csv(meetings), IMPORT_SECONDS)
    return len(sessions) + len(meetings)
