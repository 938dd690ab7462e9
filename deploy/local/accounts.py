"""The demo's carriers with their offices, and the accounts of a local run (contracts §2).

Ids and passwords are random, made once and kept: a later start with more networks only adds to them.
"""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from deploy.local.paths import Paths, read_json, write_json
from deploy.local.ports import Ports
from shared.topology import CENTRE, load_topology
from shared.vocabulary import ProgrammeLine, Role

Account = dict[str, Any]
Structure = dict[str, list[dict[str, Any]]]

CARRIERS = (
    ("a", "Träger für Arbeit und Bildung {land}"),
    ("b", "Migrationsverbund {land}"),
)
OFFICES = ("Beratungsstelle Mitte", "Beratungsstelle Umland")
LINES = [line for line in ProgrammeLine if line is not ProgrammeLine.MIGRATION_SERVICE]
CARRIER_ROLES = (
    (Role.COUNSELLOR, "beratung"),
    (Role.COUNSELLOR, "umland"),
    (Role.TRAINER, "bildung"),
    (Role.ADMIN, "verwaltung"),
)
# GP-06: the groups that rate proposals for Good Practice.
JURY_GROUPS = ("bmas", "mut_iq", "networks", "specialist_units")


def make_structure(known: Structure, networks: Sequence[str]) -> Structure:
    """Carriers of each network with ids of their Teilprojekte and offices; known ones stay as they are."""
    return known | {code: [_carrier(code, *entry) for entry in CARRIERS] for code in networks if code not in known}


def _carrier(network: str, letter: str, name: str) -> dict[str, Any]:
    code = f"{network}-{letter}"
    offices = [
        {"id": str(uuid4()), "code": f"{code}-{number}", "name": office}
        for number, office in enumerate(OFFICES, start=1)
    ]
    return {
        "id": str(uuid4()),
        "code": code,
        "name": name.format(land=load_topology()[network].land),
        "migrant_organisation": False,  # 22 are printed, none in hb and rp: the history brings them
        "projects": {line.value: str(uuid4()) for line in LINES},
        "offices": offices,
    }


def make_accounts(known: Sequence[Account], structure: Structure, ports: Ports) -> list[Account]:
    """All accounts of the centre and of the networks in `structure`; known passwords stay."""
    passwords = {(account["region"], account["username"]): account["password"] for account in known}
    accounts = [*_central(structure)]
    for network, carriers in structure.items():
        accounts += _regional(network, carriers)
    return [
        {
            "gateway": ports.url(account["region"], "gateway"),
            **account,
            "password": passwords.get((account["region"], account["username"])) or secrets.token_urlsafe(12),
        }
        for account in accounts
    ]


def _account(region: str, role: Role, username: str, **more: str | None) -> Account:
    found = {"region": region, "role": role.value, "username": username, "carrier_id": None, "office_id": None}
    return found | more


def _regional(network: str, carriers: list[dict[str, Any]]) -> Iterator[Account]:
    for (letter, _), carrier in zip(CARRIERS, carriers, strict=True):
        for role, name in CARRIER_ROLES:
            place = 1 if name == "umland" else 0  # a colleague in the second office: cases are handed over
            office = carrier["offices"][place]["id"] if role is Role.COUNSELLOR else None
            yield _account(network, role, f"{name}-{letter}", carrier_id=carrier["id"], office_id=office)
    yield _account(network, Role.COORDINATOR, "koordination")


def _central(structure: Structure) -> Iterator[Account]:
    yield _account(CENTRE, Role.COORDINATION, "mut-iq")
    yield _account(CENTRE, Role.READER, "lesen")
    yield _account(CENTRE, Role.OPERATIONS, "betrieb")
    first = next(iter(structure), None)
    for group in JURY_GROUPS:
        network = first if group == "networks" else None
        yield _account(CENTRE, Role.JURY, f"jury-{group}".replace("_", "-"), group=group, network=network)


def ensure_accounts(paths: Paths, networks: Sequence[str], ports: Ports) -> list[Account]:
    """Write structure and accounts for `networks` and return the accounts of everyone."""
    structure = make_structure(read_json(paths.structure, {}), networks)
    write_json(paths.structure, structure)
    accounts = make_accounts(read_json(paths.accounts, []), structure, ports)
    write_json(paths.accounts, accounts)
    return accounts
