"""The import files of a network in sending order; the only entrance for a loader."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, Protocol, TypeVar

from deploy.demo.history.changes import change
from deploy.demo.history.checks import check_records, check_sessions, check_solution, check_structure
from deploy.demo.history.counts import networks
from deploy.demo.history.fair_integration import fair_integration
from deploy.demo.history.groups import groups
from deploy.demo.history.items import items
from deploy.demo.history.meetings import meetings
from deploy.demo.history.people import CARRIERS
from deploy.demo.history.qualification import qualification
from deploy.demo.history.recognition import recognition
from deploy.demo.history.rows import (
    Carrier,
    Row,
    group_row,
    item_row,
    meeting_row,
    offering_rows,
    participation_row,
    session_row,
    structure_row,
)
from deploy.demo.history.structure import structure

Record = TypeVar("Record", bound="Owned")
ToRow = Callable[[Record, str, Carrier], Row]


class Owned(Protocol):
    """A record of one of the carriers."""

    @property
    def carrier(self) -> int:
        """Which of them."""

    @property
    def recorded_on(self) -> date:
        """Old lists are in the order of recording."""


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file of one kind, of one carrier (None: of the network, sent by its coordinator)."""

    network: str
    carrier: str | None
    kind: str
    name: str
    rows: Sequence[Row]

    def content(self) -> bytes:
        """CSV as the import takes it: UTF-8, `;`, codes as headers and values."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, delimiter=";", lineterminator="\n")
        writer.writerow(self.rows[0])
        writer.writerows(row.values() for row in self.rows)
        return lines.getvalue().encode()


def files(network: str, carriers: Sequence[Carrier], seed: int) -> Iterator[HistoryFile]:
    """All files of a network, kind after kind in the order of the import, later files of a kind after earlier ones.

    `carriers` are the two that the seed made, with their offices. Raises ValueError when they are not two, for a
    network without a history, and when what was laid out breaks a rule (`checks`).
    """
    if network not in networks() or len(carriers) != CARRIERS:
        raise ValueError(f"{network}: no history, or not {CARRIERS} carriers but {len(carriers)}")
    check_solution()
    units = structure(network)
    check_structure(units, [code for carrier in carriers for code in (carrier.code, *carrier.offices)])
    yield HistoryFile(network, None, "structure", "structure.csv", [structure_row(unit) for unit in units])
    for carrier in carriers:
        yield HistoryFile(network, carrier.code, "offerings", "offerings.csv", list(offering_rows(carrier)))
    yield from _sessions(network, carriers, seed)
    plain: list[tuple[str, str, Sequence[Any], ToRow[Any]]] = [
        ("groups", "g", groups(network, seed), group_row),
        ("meetings", "m", meetings(network, seed), meeting_row),
        ("participations", "t", qualification(network, seed), participation_row),
    ]
    for kind, letter, records, to_row in plain:
        check_records(kind, records)
        for carrier, mine in _by_carrier(carriers, records):
            named = zip(mine, _names(carrier, letter), strict=False)
            yield HistoryFile(
                network, carrier.code, kind, f"{kind}.csv", [to_row(record, name, carrier) for record, name in named]
            )
    yield from _items(network, carriers, seed)


def _by_carrier(carriers: Sequence[Carrier], records: Sequence[Record]) -> Iterator[tuple[Carrier, list[Record]]]:
    for number, carrier in enumerate(carriers):
        mine = [record for record in records if record.carrier == number]
        yield carrier, sorted(mine, key=lambda record: record.recorded_on)


def _names(carrier: Carrier, letter: str) -> Iterator[str]:
    """Names of the records of a carrier in its old list."""
    return (f"{carrier.code}-{letter}{number}" for number in count(1))


def _sessions(network: str, carriers: Sequence[Carrier], seed: int) -> Iterator[HistoryFile]:
    sessions = change(network, seed, recognition(network, seed)) + fair_integration(network, seed)
    check_sessions(network, sessions)
    for carrier, mine in _by_carrier(carriers, sessions):
        named = list(zip(mine, _names(carrier, "s"), strict=False))
        rows = [session_row(session, name, carrier, changed=False) for session, name in named]
        yield HistoryFile(network, carrier.code, "sessions", "sessions.csv", rows)
        later = [session_row(session, name, carrier, changed=True) for session, name in named if session.changed_on]
        yield HistoryFile(network, carrier.code, "sessions", "sessions.2.csv", later)


def _items(network: str, carriers: Sequence[Carrier], seed: int) -> Iterator[HistoryFile]:
    mine = [item for item in items(seed) if item.network == network]
    for number, carrier in enumerate(carriers):
        for file in sorted({item.file for item in mine}):
            rows = [item_row(item, carrier) for item in mine if (item.carrier, item.file) == (number, file)]
            if rows:
                name = "items.csv" if file == 1 else f"items.{file}.csv"
                yield HistoryFile(network, carrier.code, "items", name, rows)
