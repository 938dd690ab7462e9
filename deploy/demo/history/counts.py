"""What the history plants, read from the data files beside this module: counts, nationalities, meetings, targets."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
OLD, NEW = "2015-2018", "2019-2022"
"""The two funding rounds of the history."""
ROUND_ENDS = {OLD: date(2018, 12, 31), NEW: date(2022, 12, 31)}


@dataclass(frozen=True, slots=True)
class Nationality:
    """First counsellings of recognition counselling of one nationality, and how many have a refugee background."""

    code: str
    firsts: dict[str, int]
    refugees: dict[str, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Meetings of one kind of one network: how many (None: by the usual size), for how many people, in which days."""

    network: str
    programme_line: str
    format: str
    meetings: int | None
    participants: int
    first: date
    last: date
    topic: str
    target_groups: tuple[str, ...]


@cache
def solution() -> dict[str, Any]:
    """The planted counts by line."""
    return tomllib.loads((FOLDER / "solution.toml").read_text(encoding="utf-8"))


@cache
def networks() -> tuple[str, ...]:
    """Networks of the history, in the order in which national margins are dealt to them."""
    return tuple(solution()["recognition"]["firsts"])


@cache
def nationalities() -> tuple[Nationality, ...]:
    """All nationalities of first counsellings."""
    return tuple(
        Nationality(
            row["code"],
            {OLD: int(row["firsts_2015_2018"]), NEW: int(row["firsts_2019_2022"])},
            {OLD: int(row["refugees_2015_2018"]), NEW: int(row["refugees_2019_2022"])},
        )
        for row in _rows("nationalities.csv")
    )


@cache
def blocks() -> tuple[Block, ...]:
    """Trainings, events and counselling processes of HSP 3 and HSP 4."""
    return tuple(
        Block(
            row["network"],
            row["programme_line"],
            row["format"],
            int(row["meetings"]) if row["meetings"] else None,
            int(row["participants"]),
            date.fromisoformat(row["first"]),
            date.fromisoformat(row["last"]),
            row["topic"],
            tuple(row["target_groups"].split()),
        )
        for row in _rows("meetings.csv")
    )


@cache
def targets() -> tuple[dict[str, Any], ...]:
    """Printed figures with the question each answers; `id` is the figure's."""
    return tuple(tomllib.loads((FOLDER / "targets.toml").read_text(encoding="utf-8"))["target"])


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))
