"""Write the import files of the history into a folder: `python -m deploy.demo.history OUT --seed N`."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deploy.demo.history.counts import networks
from deploy.demo.history.files import files
from deploy.demo.history.rows import Carrier
from deploy.local.accounts import make_structure

SEED = 2022


def carriers_of(structure: Iterable[dict[str, Any]]) -> list[Carrier]:
    """The carriers of a network as a local run's structure names them."""
    return [Carrier(entry["code"], tuple(office["code"] for office in entry["offices"])) for entry in structure]


def write(folder: Path, network: str, seed: int) -> int:
    """Write the files of a network; returns how many rows they have."""
    total = 0
    for file in files(network, carriers_of(make_structure({}, [network])[network]), seed):
        place = folder / network / (file.carrier or "") / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content())
        total += len(file.rows)
    return total


def main() -> None:
    """Write the networks asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder of the files, one folder per network and carrier")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--networks", nargs="+", default=networks(), choices=networks())
    arguments = parser.parse_args()
    for network in arguments.networks:
        print(f"{network}: {write(arguments.out, network, arguments.seed)} Zeilen", flush=True)


if __name__ == "__main__":
    main()
