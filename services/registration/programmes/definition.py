"""What every programme is made of: a size, steps in order, and findings that name the rule they come from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from shared.vocabulary import MeetingFormat, Programme, ProgrammeLine

DATA = Path(__file__).parent / "data"


class Strength(StrEnum):
    """How strong a rule is: it refuses, it needs an override with a reason, or it only points something out."""

    HARD = "hard"
    OVERRIDE = "override"
    NOTICE = "notice"


@dataclass(frozen=True)
class Finding:
    """A rule that a plan or a registration touches: its id, how strong it is, and what is wrong and what helps.

    `where` names the step, the meeting or the field it is about.
    """

    rule: str
    strength: Strength
    text: str
    remedy: str
    where: str | None = None


@dataclass(frozen=True)
class Span:
    """From `least` to `most`, inclusive; without `most` there is no upper end."""

    least: int
    most: int | None = None

    def __contains__(self, number: object) -> bool:
        """Whether a number lies within."""
        return isinstance(number, int) and self.least <= number and (self.most is None or number <= self.most)


@dataclass(frozen=True)
class Step:
    """A step of a programme, held on `dates` days; `per_team` once for every accepted registration.

    `gap_days`: days between one date and the next, `half_day`: each is half a day, `after`: steps that come before it.
    """

    code: str
    title: str
    format: MeetingFormat
    dates: Span
    per_team: bool = False
    half_day: bool = False
    gap_days: Span | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A programme: who registers (a team of a house, or a person), sizes, and its steps in order.

    `places` counts registrations, of `unit` team houses; `team` counts the people of one registration.
    """

    programme: Programme
    title: str
    programme_line: ProgrammeLine
    unit: str
    places: Span
    team: Span
    steps: tuple[Step, ...]

    def step(self, code: str) -> Step | None:
        """A step by its code, or None."""
        return next((step for step in self.steps if step.code == code), None)


@cache
def definitions() -> Mapping[Programme, Definition]:
    """All programmes that are described, by code."""
    found = [_definition(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(DATA.glob("*.toml"))]
    return {one.programme: one for one in found}


def _span(values: list[int] | None) -> Span | None:
    return Span(*values) if values else None


def _definition(data: Mapping[str, Any]) -> Definition:
    steps = tuple(
        Step(
            code=one["code"],
            title=one["title"],
            format=MeetingFormat(one["format"]),
            dates=Span(*one["dates"]),
            per_team=one.get("per_team", False),
            half_day=one.get("half_day", False),
            gap_days=_span(one.get("gap_days")),
            after=tuple(one.get("after", ())),
        )
        for one in data["steps"]
    )
    line = ProgrammeLine(data["programme_line"])
    sizes = Span(*data["places"]), Span(*data["team"])
    return Definition(Programme(data["programme"]), data["title"], line, data["unit"], *sizes, steps)
