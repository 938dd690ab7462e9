"""Sending files through the import API of a network's gateway, and waiting until centre and network counted them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from deploy.demo.client import Gateway, wait_until
from deploy.demo.seed import account_of
from deploy.local.paths import Paths
from shared.topology import CENTRE
from shared.vocabulary import Role

REFUSED_SHOWN = 3


def send(gateway: Gateway, kind: str, content: bytes, seconds: float) -> int:
    """Import a file and wait until it is stored; returns how many rows it had.

    A service may not have heard of the offices yet: then the same file is sent again, which repeats nothing.
    Raises TimeoutError when rows stay rejected.
    """
    status: dict[str, Any] = {}

    def went_in() -> bool:
        status.update(_import(gateway, kind, content, seconds))
        return status["state"] == "done" and not status["rejected"]

    wait_until(f"Import von {kind} ohne Fehler", went_in, seconds)
    return int(status["rows"])


def _import(gateway: Gateway, kind: str, content: bytes, seconds: float) -> dict[str, Any]:
    """The state of an import when it is over."""
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

    wait_until(f"Import von {kind}", finished, seconds)
    if status["state"] != "done" or status["rejected"]:
        first = gateway.request("GET", status["errors_url"]).text.splitlines()[1 : 1 + REFUSED_SHOWN]
        told = f"{status['rejected']} von {status['rows']} Zeilen abgelehnt"
        print(f"{gateway.account['region']} {kind}: {told}: {' | '.join(first)}", flush=True)
    return status


def held(gateway: Gateway) -> dict[str, tuple[int, int]]:
    """By network, how many records the reporting behind a gateway has and how many the network says there are."""
    rows: list[dict[str, Any]] = gateway.request("GET", "/api/v1/coverage").json()["networks"]
    return {row["region"]: (int(row["records"]), int(row["expected"] or 0)) for row in rows}


def all_counted(centre: Gateway, expected: Mapping[str, int]) -> bool:
    """Whether the centre has as many records as each network says it has, and at least the `expected` number."""
    known = held(centre)
    counted = [known.get(network, (0, 0)) for network in expected]
    return all(records == told >= least for (records, told), least in zip(counted, expected.values(), strict=True))


def wait_for_the_networks(paths: Paths, networks: Sequence[str], seconds: float) -> None:
    """Wait until each network's own reporting has what the centre has: it answers what only it knows (design 13).

    Raises TimeoutError after `seconds`.
    """
    with Gateway(account_of(paths, CENTRE, Role.COORDINATION)) as centre:
        known = held(centre)
    for network in networks:
        with Gateway(account_of(paths, network, Role.COORDINATOR)) as own:
            counted = partial(_has, own, network, known[network][0])
            wait_until(f"Daten in der Auswertung von {network} gezählt", counted, seconds)


def _has(own: Gateway, network: str, records: int) -> bool:
    return held(own).get(network, (0, 0))[0] >= records
