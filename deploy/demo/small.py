"""The small demo: some hundred records per network, sent as files through the import API of its gateway."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.client import Gateway, wait_until
from deploy.demo.records import as_csv, meeting_rows, session_rows
from deploy.demo.seed import account_of
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
        print(f"{network}: Demodaten sind im Netzwerk angekommen", flush=True)
    with Gateway(account_of(paths, CENTRE, Role.COORDINATION)) as centre:
        wait_until("Demodaten beim Bund gezählt", lambda: all_counted(centre, expected), COUNTED_SECONDS)
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
        send(gateway, "sessions", as_csv(sessions))
        send(gateway, "meetings", as_csv(meetings))
    return len(sessions) + len(meetings)


def send(gateway: Gateway, kind: str, content: bytes) -> None:
    """Import a file and wait until it is stored. Raises TimeoutError when rows stay rejected.

    A service may not have heard of the offices yet: then the same file is sent again, which repeats nothing.
    """
    wait_until(f"Import von {kind} ohne Fehler", lambda: _import(gateway, kind, content), IMPORT_SECONDS)


def _import(gateway: Gateway, kind: str, content: bytes) -> bool:
    """Whether all rows went in."""
    accepted = gateway.request(
        "POST",
        f"/api/v1/imports/{kind}",
        params={"strict": "1", "origin": "synthetic"},
        content=content,
        headers={"Content-Type": "text/csv"},
    )
    url = accepted.json()["status_url"]
    status: dict[str, Any] = {}

    def finished() -> bool:
        status.update(gateway.request("GET", url).json())
        return bool(status["state"] != "running")

    wait_until(f"Import von {kind}", finished, IMPORT_SECONDS)
    if status["state"] != "done" or status["rejected"]:
        print(f"{gateway.account['region']}: {status['rejected']} von {status['rows']} Zeilen abgelehnt", flush=True)
        return False
    return True


def all_counted(centre: Gateway, expected: Mapping[str, int]) -> bool:
    """Whether the centre has as many records as each network says it has, and at least the `expected` number."""
    rows: list[dict[str, Any]] = centre.request("GET", "/api/v1/coverage").json()["networks"]
    known = {row["region"]: (int(row["records"]), int(row["expected"] or 0)) for row in rows}
    counted = [known.get(network, (0, 0)) for network in expected]
    return all(records == told >= least for (records, told), least in zip(counted, expected.values(), strict=True))
