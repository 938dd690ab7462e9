"""Counting: hand-written cases. Every expected table was typed from the rules, never copied from an answer."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml

from services.reporting.catalogue import load_catalogue
from tests.integration.reporting.conftest import TODAY, Desk

FILES = sorted(Path(__file__).with_name("counting").glob("*.yaml"))
CASES = [case for file in FILES for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
RECEIPT = ("received", "received_at")
each_case = pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])


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
        receipt = {key: event[key] for key in RECEIPT if key in event}
        events.append(dated({key: value for key, value in event.items() if key not in RECEIPT}) | receipt)
    return events


@each_case
async def test_counts_as_the_rules_say(empty_desk: Desk, case: dict[str, Any]) -> None:
    reporting = replace(empty_desk, network=case.get("network", "de"))
    assert await reporting.keep(told(case)) == []
    await check(reporting, case)


@each_case
async def test_counts_the_same_backwards_and_twice(empty_desk: Desk, case: dict[str, Any]) -> None:
    # A repetition is received later; like every repetition, it changes nothing.
    reporting = replace(empty_desk, network=case.get("network", "de"))
    events = told(case)
    assert await reporting.keep(reversed(events)) == []
    again = [{key: value for key, value in event.items() if key not in RECEIPT} for event in events]
    assert await reporting.keep(again) == []
    await check(reporting, case)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    assert len({case["case"] for case in CASES}) == len(CASES)


def test_every_indicator_counts_something_in_some_case() -> None:
    asked = [question for case in CASES for question in case["questions"] if question["total"] > 0]
    assert {dict(parse_qsl(question["ask"]))["indicator"] for question in asked} == load_catalogue().keys()
