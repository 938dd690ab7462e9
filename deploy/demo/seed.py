"""Seeds the structure of the demo: carriers, their Teilprojekte and offices, put by each network's coordinator."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from deploy.demo.client import Gateway
from deploy.local.paths import Paths, read_json
from deploy.local.state import State
from shared.vocabulary import ProgrammeLine, Role

AT_ONCE = 4
VALID_FROM = "2015-01-01"
OFFICE_LINES = (ProgrammeLine.RECOGNITION_COUNSELLING, ProgrammeLine.FAIR_INTEGRATION)


def account_of(paths: Paths, network: str, role: Role, carrier_id: str | None = None) -> dict[str, Any]:
    """The account of a role in a network (of one carrier, if given)."""
    accounts: list[dict[str, Any]] = read_json(paths.accounts, [])
    return next(
        account
        for account in accounts
        if account["region"] == network and account["role"] == role.value
        if carrier_id is None or account["carrier_id"] == carrier_id
    )


def units(carrier: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, body) of a carrier, its Teilprojekte and its offices, parents first."""
    yield carrier["id"], _unit("carrier", carrier["code"], carrier["name"], carrier)
    for line in ProgrammeLine:
        if project := carrier["projects"].get(line.value):
            code = f"{carrier['code']}-{line.value.replace('_', '-')}"
            body = _unit("sub_project", code, f"{line.de} – {carrier['name']}", carrier)
            yield project, body | {"parent_id": carrier["id"], "programme_line": line.value}
    for office, line in zip(carrier["offices"], OFFICE_LINES, strict=True):
        body = _unit("office", office["code"], f"{office['name']}, {carrier['name']}", carrier)
        yield office["id"], body | {"parent_id": carrier["projects"][line.value]}


def _unit(kind: str, code: str, name: str, carrier: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "code": code,
        "name": name,
        "carrier_is_migrant_organisation": carrier["migrant_organisation"],
        "valid_from": VALID_FROM,
    }


def seed_structure(paths: Paths, networks: Sequence[str]) -> None:
    """Put the structure of networks where it is not yet; putting it again would change nothing."""
    structure, state = read_json(paths.structure, {}), State.load(paths)
    todo = [network for network in networks if network not in state.seeded]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda network: _seed(paths, network, structure[network]), todo))
    state.seeded += todo
    state.save(paths)


def _seed(paths: Paths, network: str, carriers: Sequence[dict[str, Any]]) -> None:
    with Gateway(account_of(paths, network, Role.COORDINATOR)) as gateway:
        for carrier in carriers:
            for structure_id, body in units(carrier):
                gateway.request("PUT", f"/api/v1/structure/{structure_id}", json=body)
