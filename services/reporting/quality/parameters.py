"""The rules as data: sentence, source and parameters of each, and what they look at, read from `rules.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.vocabulary.quality import FindingRule


@dataclass(frozen=True)
class RuleSheet:
    """A rule: how its numbers are written (`unit`), its German sentence, where it comes from, its parameters."""

    rule: FindingRule
    unit: str
    sentence: str
    source: str
    parameters: Mapping[str, float]


@dataclass(frozen=True)
class Watched:
    """An indicator a rule looks at: by a dimension (none: as a whole), of the records that fulfil the filters."""

    indicator: str
    dimension: str = ""
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RuleBook:
    """All rules, and what they look at: series of months, rankings by funding round, fields that may be missing."""

    sheets: Mapping[FindingRule, RuleSheet]
    series: tuple[Watched, ...]
    rankings: tuple[Watched, ...]
    fields: tuple[Watched, ...]

    def of(self, rule: FindingRule) -> Mapping[str, float]:
        """Parameters of a rule."""
        return self.sheets[rule].parameters


@cache
def load_rules() -> RuleBook:
    """The rules of this version. Raises KeyError when one is not described."""
    found = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    sheets = {rule: RuleSheet(rule=rule, **found[rule.value]) for rule in FindingRule}
    rankings = found["rankings"]
    fields = found["fields"]
    return RuleBook(
        sheets,
        tuple(Watched(one["indicator"], one.get("by", "")) for one in found["series"]),
        tuple(Watched(one["indicator"], one["dimension"], tuple(one.get("filters", {}).items())) for one in rankings),
        tuple(Watched(fields["indicator"], name) for name in fields["names"]),
    )
