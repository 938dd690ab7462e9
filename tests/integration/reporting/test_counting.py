"""Counting: hand-written cases. Every expected table was typed from the rules, never copied from an answer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.reporting.conftest import TODAY, Desk

CASES = yaml.safe_load(Path(__file__).with_name("counting.yaml").read_text(encoding="utf-8"))


def dated(value: Any) -> Any:
    """YAML reads days as dates; bodies carry text."""
    return json.loads(json.dumps(value, default=str))


async def check(desk: Desk, case: dict[str, Any]) -> None:
    for question in case["questions"]:
        answer = await desk.ask(question["ask"], question.get("today", TODAY))
        assert answer["rows"] == question["rows"], question["ask"]
        assert answer["total"] == question["total"], question["ask"]
        for field, expected in question.get("passport", {}).items():
            assert answer["passport"][field] == expected, f"{question['ask']}: {field}"


def told(case: dict[str, Any]) -> list[dict[str, Any]]:
    events = []
    for event in case["events"]:
        day = event.get("received", TODAY)
        events.append(dated({key: value for key, value in event.items() if key != "received"}) | {"received": day})
    return events


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
async def test_counts_as_the_rules_say(desk: Callable[[str], Desk], case: dict[str, Any]) -> None:
    reporting = desk(case.get("network", "de"))
    await reporting.keep(told(case))
    await check(reporting, case)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
async def test_counts_the_same_backwards_and_twice(desk: Callable[[str], Desk], case: dict[str, Any]) -> None:
    # A repetition is received later; like every repetition, it changes nothing.
    reporting = desk(case.get("network", "de"))
    events = told(case)
    assert await reporting.keep(reversed(events)) == []
    assert await reporting.keep([event | {"received": TODAY} for event in events]) == []
    await check(reporting, case)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 20
    assert len({case["case"] for case in CASES}) == len(CASES)
