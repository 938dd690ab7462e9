"""The kinds of items as data: their fields, their states and steps, and which part of the public sheet a field is."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared import vocabulary as v
from shared.vocabulary import ItemKind, Programme, TargetGroup
from shared.vocabulary.items import AzavState, CourseContent

DATA = Path(__file__).parent / "kinds.toml"
COLUMNS = ("round", "area", "delivery", "route", "offering", "run")
"""Fields that every kind may have and figures count by: columns of the row, everything else is in its `details`."""
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ItemField:
    """A field of a kind; see `kinds.toml`."""

    name: str
    label: str
    kind: str
    options: str = ""
    hint: str = ""
    longest: int = 200
    needed: str = ""
    part: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Step:
    """A change of state; some need a reason."""

    before: str
    after: str
    reason: bool = False


@dataclass(frozen=True)
class ItemType:
    """A kind of item: title, fields, states it may begin with, and steps between states."""

    kind: ItemKind
    title: str
    fields: tuple[ItemField, ...]
    first: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def public(self) -> bool:
        """Whether anything of it may become public."""
        return any(one.part for one in self.fields)

    def step(self, before: str, after: str) -> Step | None:
        """The step from a state to another, or None."""
        return next((one for one in self.steps if (one.before, one.after) == (before, after)), None)


@cache
def kinds() -> Mapping[str, ItemType]:
    """All kinds by code."""
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {name: _type(ItemKind(name), data) for name, data in found.items()}


def _type(kind: ItemKind, data: Mapping[str, Any]) -> ItemType:
    fields = tuple(ItemField(**one) for one in data["fields"])
    steps = tuple(Step(one["from"], one["to"], one.get("reason", False)) for one in data["steps"])
    return ItemType(kind, data["title"], fields, tuple(data["first"]), steps)


def _terms(*terms: v.Term) -> Options:
    return tuple((str(term), term.de) for term in terms)


@cache
def vocabularies() -> Mapping[str, Options]:
    """Options (code, German label) of the fields that are chosen, by the name of their vocabulary."""
    rounds = tuple((f"{first}-{last}", f"{first}–{last}") for first, last in v.FUNDING_ROUNDS)
    return {
        "round": rounds,
        "area": _terms(*v.Area),
        "delivery": _terms(*v.Delivery),
        "route": _terms(*v.Route),
        "azav": _terms(*AzavState),
        "content": _terms(*CourseContent),
        "yes_no": _terms(v.YesNo.YES, v.YesNo.NO),
        "opening": _terms(Programme.IKO, Programme.IKBO),
        "house": _terms(TargetGroup.EMPLOYMENT_AGENCY, TargetGroup.JOB_CENTRE, TargetGroup.OTHER),
        "topic": _terms(*v.Topic),
        "line": _terms(*(one for one in v.ProgrammeLine if one is not v.ProgrammeLine.MIGRATION_SERVICE)),
    }
