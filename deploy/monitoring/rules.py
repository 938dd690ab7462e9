"""The rules of `alerting/*.yaml` as data."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILES = tuple(sorted(Path(__file__).with_name("alerting").glob("*.yaml")))
Rule = dict[str, Any]
Group = dict[str, Any]


@cache
def groups() -> tuple[Group, ...]:
    """All groups, file by file; to be read only."""
    documents = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES]
    return tuple(group for document in documents for group in document["groups"])


def rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they stand; to be read only."""
    return tuple(rule for group in groups() for rule in group["rules"])


def alerting() -> tuple[Rule, ...]:
    """Alerting rules; an alert of two severities is two."""
    return tuple(rule for rule in rules() if "alert" in rule)


def alerts() -> dict[str, Rule]:
    """Alerting rules by name; of an alert with two severities the first."""
    return {rule["alert"]: rule for rule in reversed(alerting())}


def recorded() -> dict[str, str]:
    """Expressions of recorded series by name."""
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}
