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

    `where` names the step, the meeting or the field it is about; `open`: something is still to come, nothing is wrong.
    """

    rule: str
    strength: Strength
    text: str
    remedy: str
    where: str | None = None
    open: bool = False


@dataclass(frozen=True)
class Span:
    """From `least` to `most`, inclusive; without `most` there is no upper end."""

    least: int
    most: int | None = None

    def __contains__(self, number: object) -> bool:
        """Whether a number lies within."""
        return isinstance(number, int) and self.least <= number and (self.most is None or number <= self.most)


@dataclass(frozen=True)
class Limit:
    """A number that a plan keeps: its rule, what is counted (`plan.MEASURES`) in which steps, how strong it is.

    `text` and `remedy` are what is said when the number lies outside; `{value}` in them is the number.
    """

    rule: str
    strength: Strength
    counts: str
    steps: tuple[str, ...]
    span: Span
    text: str
    remedy: str


@dataclass(frozen=True)
class Content:
    """What belongs into a step by a rule of the programme; shown where the step is planned, nothing is refused."""

    rule: str
    text: str


@dataclass(frozen=True)
class Step:
    """A step of a programme, held on `dates` days; `per_team` once for every accepted registration.

    `gap_days`: days between one date and the next (without: one day after the other), `half_day`: each is half a day,
    `after`: steps that come before it. `lead_days` is how long after them the planner proposes it; `stage` is how far
    somebody is who takes part in it.
    """

    code: str
    title: str
    format: MeetingFormat
    dates: Span
    per_team: bool = False
    half_day: bool = False
    gap_days: Span | None = None
    after: tuple[str, ...] = ()
    lead_days: int = 0
    stage: str | None = None
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A programme: who registers (a team of a house, or a person), sizes, and its steps in order.

    `places` counts registrations, of `unit` team houses; `team` counts the people of one registration. Without a
    `programme_line` each run says its own. `order` is the rule of the order of the steps, `stages` those of a
    participant in order, `limits` the numbers that a plan keeps; `contents` are what belongs into the whole run.
    """

    programme: Programme
    title: str
    programme_line: ProgrammeLine | None
    unit: str
    places: Span
    team: Span
    steps: tuple[Step, ...]
    order: str | None = None
    stages: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    contents: tuple[Content, ...] = ()

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


def _contents(data: Mapping[str, Any]) -> tuple[Content, ...]:
    return tuple(Content(**one) for one in data.get("contents", ()))


def _step(one: Mapping[str, Any]) -> Step:
    return Step(
        code=one["code"],
        title=one["title"],
        format=MeetingFormat(one["format"]),
        dates=Span(*one["dates"]),
        per_team=one.get("per_team", False),
        half_day=one.get("half_day", False),
        gap_days=_span(one.get("gap_days")),
        after=tuple(one.get("after", ())),
        lead_days=one.get("lead_days", 0),
        stage=one.get("stage"),
        contents=_contents(one),
    )


def _limit(one: Mapping[str, Any]) -> Limit:
    read = {"strength": Strength(one["strength"]), "steps": tuple(one.get("steps", ())), "span": Span(*one["span"])}
    return Limit(**(dict(one) | read))


def _definition(data: Mapping[str, Any]) -> Definition:
    return Definition(
        programme=Programme(data["programme"]),
        title=data["title"],
        programme_line=ProgrammeLine(data["programme_line"]) if "programme_line" in data else None,
        unit=data["unit"],
        places=Span(*data["places"]),
        team=Span(*data["team"]),
        steps=tuple(_step(one) for one in data["steps"]),
        order=data.get("order"),
        stages=tuple(data.get("stages", ())),
        limits=tuple(_limit(one) for one in data.get("limits", ())),
        contents=_contents(data),
    )
