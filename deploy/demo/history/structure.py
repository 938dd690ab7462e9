"""Structure that the seed does not make: migrant organisations and one more carrier of each network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from deploy.demo.history.counts import solution
from shared.topology import load_topology

SINCE, MIGRANT_ORGANISATIONS_SINCE = date(2015, 1, 1), date(2019, 1, 1)
LINES = ("recognition_counselling", "qualification", "intercultural", "skilled_worker_networks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the structure register; its code is its name for the import too."""

    kind: str
    code: str
    name: str
    valid_from: date = SINCE
    parent: str = ""
    programme_line: str = ""
    migrant_organisation: bool = False


def structure(network: str) -> list[Unit]:
    """Units of a network beside the seeded ones, parents first."""
    return [*_other_carrier(network), *_migrant_organisations(network)]


def _other_carrier(network: str) -> Iterator[Unit]:
    code, name = f"{network}-weitere", f"Weiterer Träger {load_topology()[network].land} (Demo)"
    project = f"{code}-beratung"
    yield Unit(kind="carrier", code=code, name=name)
    yield Unit(
        kind="sub_project",
        code=project,
        name=f"Anerkennungsberatung – {name}",
        parent=code,
        programme_line="recognition_counselling",
    )
    yield Unit(kind="office", code=f"{code}-1", name=f"Beratungsstelle Nord, {name}", parent=project)


def _migrant_organisations(network: str) -> Iterator[Unit]:
    counts = solution()["migrant_organisations"].get(network, {"organisations": 0, "projects": 0})
    land = load_topology()[network].land
    carriers = [f"{network}-mo-{number}" for number in range(1, counts["organisations"] + 1)]
    for number, code in enumerate(carriers, start=1):
        yield Unit(
            kind="carrier",
            code=code,
            name=f"Migrantenorganisation {number} {land} (Demo)",
            valid_from=MIGRANT_ORGANISATIONS_SINCE,
            migrant_organisation=True,
        )
    for number in range(counts["projects"]):
        yield Unit(
            kind="sub_project",
            code=f"{network}-mo-p{number + 1}",
            name=f"Teilprojekt {number + 1} einer Migrantenorganisation {land} (Demo)",
            valid_from=MIGRANT_ORGANISATIONS_SINCE,
            parent=carriers[number % len(carriers)],
            programme_line=LINES[number % len(LINES)],
            migrant_organisation=True,
        )
