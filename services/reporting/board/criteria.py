"""The criteria of the board as data: what is asked, and what each step of the scale means in words (GP-01 to GP-05)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "criteria.toml"
SCALE = (1, 2, 3, 4)
"""Steps of every criterion, from not met to fully met."""


@dataclass(frozen=True)
class Criterion:
    """A criterion: code, title, the question that is answered, an anchor for each step, the rule it comes from."""

    code: str
    title: str
    question: str
    anchors: tuple[str, ...]
    rule: str


@cache
def criteria() -> Mapping[str, Criterion]:
    """All criteria by code, in the order in which they are rated. Raises ValueError where a step has no anchor."""
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))
    made = {code: Criterion(code=code, **entry | {"anchors": tuple(entry["anchors"])}) for code, entry in found.items()}
    if wrong := [code for code, one in made.items() if len(one.anchors) != len(SCALE)]:
        raise ValueError(f"a criterion has an anchor for each step of the scale: {wrong}")
    return made
