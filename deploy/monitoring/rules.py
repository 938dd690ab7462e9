"""The rules of `rules.yaml` as data."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("rules.yaml")
Rule = dict[str, Any]


@cache
def rules() -> tuple[Rule, ...]:
    """All of them, in the order in which they stand; to be read only."""
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(rule for group in document["groups"] for rule in group["rules"])


def alerts() -> dict[str, Rule]:
    """Alerting rules by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> dict[str, str]:
    """Expressions of recorded series by name."""
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}
