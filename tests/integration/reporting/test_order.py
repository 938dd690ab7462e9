"""The same facts in any order, any number of times, give equal tables for the same (as_of, known_at) (design 5)."""

import os
import time
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product, zip_longest
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from services.reporting.counting import count
from services.reporting.facts import keep_on
from services.reporting.question import read_query
from shared.messaging.ingest import Received
from shared.topology import CENTRE, load_topology
from tests.integration.reporting.conftest import TODAY, Desk
from tests.support.events import body, received

SETS = 63
"""Each in an order of its own in every network: 63 times 16 are 1,008 orders."""
DAYS = (date(2019, 1, 15), date(2022, 10, 15), date(2022, 12, 1))
RECORDED = ("2019-01-10", "2022-10-10", "2022-11-20")
MONTHS = ("2018-12", "2019-01", "2022-09")
KINDS = ("group", "participation", "structure", "item")
INDICATORS = (
    "counselling_sessions&by=region,month,nationality",
    "persons_new_to_programme&by=region,round",
    "group_participants&by=region,month",
    "qualification_ends&by=region,year,result",
    "structure_units&by=region,kind",
    "transfers&by=region,state",
)
CLOCKS = tuple(f"&as_of={as_of}&known_at={known_at}" for as_of in DAYS for known_at in DAYS)
Fact = tuple[str, dict[str, Any], date]
"""Kind of event, values of its body, and the day it is received."""


def a_fact(chance: Random, kind: str, name: str, revision: int) -> Fact:
    values: dict[str, Any] = {"name": name, "revision": revision, "withdrawn": chance.random() < 0.2}
    month, ended = chance.choice(MONTHS), chance.choice((None, *MONTHS))
    told: dict[str, dict[str, Any]] = {
        "session": {
            "month": month,
            "nationality": chance.choice(("SY", "TR", "not_stated")),
            "session_type": chance.choice(("first", "follow_up")),
            "seen_before": chance.choice(("no", "this_round")),
        },
        "group": {"month": month, "participants": chance.randint(1, 9)},
        "participation": {"month_entered": "2018-12", "month_ended": ended, "result": ended and "finished"},
        "structure": {
            "code": "code",
            "name_": name,
            "valid_from": "2015-01-01",
            "kind": chance.choice(("office", "house")),
        },
        "item": {"state": chance.choice(("planned", "started", "abandoned"))},
    }
    days = (None, *RECORDED) if kind == "session" else RECORDED
    return kind, values | told[kind] | {"recorded_on": chance.choice(days)}, chance.choice(DAYS)


def some_facts(chance: Random) -> list[Fact]:
    """Up to nine revisions of a few records of all kinds, most of them sessions."""
    names = [(kind, f"{kind} {letter}") for kind in ("session", "session", "session", *KINDS) for letter in "ab"]
    keys = {(*chance.choice(names), chance.randint(1, 4)) for _ in range(9)}
    return [a_fact(chance, *key) for key in sorted(keys)]


def one_order(chance: Random, facts: list[Fact]) -> list[list[Fact]]:
    """The facts in any order with some of them repeated, cut into batches of any size."""
    told = chance.sample(facts, len(facts)) + chance.choices(facts, k=3)
    chance.shuffle(told)
    batches = []
    while told:
        size = chance.randint(1, 5)
        batches.append(told[:size])
        told = told[size:]
    return batches


async def tell(desk: Desk, orders: dict[str, list[list[Fact]]]) -> None:
    """Tell each network its facts in its order; what networks tell at once comes in one batch."""
    async with desk.sessions() as session, session.begin():
        for batch in zip_longest(*([(region, facts) for facts in order] for region, order in orders.items())):
            entries = [(region, *fact) for region, facts in filter(None, batch) for fact in facts]
            for day in DAYS:
                events = [event(region, kind, values) for region, kind, values, came in entries if came == day]
                assert await keep_on(session, events, day) == []


def event(region: str, kind: str, values: dict[str, Any]) -> Received:
    told = {key: value for key, value in values.items() if key != "name"}
    return received(kind, region, body(kind, values["name"], told, lean=True), lean=True)


async def tables(desk: Desk, regions: Iterable[str], clocks: Sequence[str]) -> dict[str, list[Any]]:
    """What each network's facts say to all questions about some days."""
    found: dict[str, list[Any]] = {region: [] for region in regions}
    async with desk.sessions() as session:
        for indicator, days in product(INDICATORS, clocks):
            counts = await count(session, read_query(f"indicator={indicator}{days}", CENTRE, TODAY))
            for region, told in found.items():
                told.append(sorted((cell.values[1:], cell.value) for cell in counts.cells if cell.values[0] == region))
    for days in clocks:
        held = await desk.ask(f"indicator=completeness&by=region,service{days}")
        for row in held["rows"]:
            found[row["region"]].append((days, row["service"], row["value"]))
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_thousand_orders_give_equal_tables(empty_desk: Desk) -> None:
    seed = int(os.environ.get("IQ_SEED") or time.time())
    print(f"seed {seed}: IQ_SEED={seed} tells the same again")
    chance = Random(seed)
    for number in range(SETS):
        facts = some_facts(chance)
        orders = {region: one_order(chance, facts) for region in load_topology()}
        await empty_desk.empty()
        await tell(empty_desk, orders)
        first, *others = (await tables(empty_desk, orders, ["", *chance.sample(CLOCKS, 5)])).values()
        assert any(first), f"seed {seed}, set {number}: nothing was counted"
        assert all(table == first for table in others), f"seed {seed}, set {number}"


async def test_a_contradiction_keeps_the_first_and_is_parked(reporting: Desk) -> None:
    first = {"event": "session", "name": "a", "month": "2022-09", "nationality": "SY"}
    assert await reporting.keep([first, first]) == []
    (parked,) = await reporting.keep([first | {"nationality": "TR"}])
    assert (parked.error.fate, parked.error.reason) == ("dead", "conflicting body for the same revision")
    answer = await reporting.ask("indicator=counselling_sessions&by=nationality")
    assert answer["rows"] == [{"nationality": "SY", "value": 1, "share": 1.0}]


async def test_a_contradiction_within_one_batch(reporting: Desk) -> None:
    bodies = [body("session", "a", {"month": "2022-09", "nationality": code}, lean=True) for code in ("SY", "TR", "SY")]
    events = [received("session", "rp", content, lean=True) for content in bodies]
    async with reporting.sessions() as session, session.begin():
        parked = await keep_on(session, events, date(2022, 10, 1))
    assert [entry.message for entry in parked] == [events[1].message]


async def test_profiles_of_persons_are_no_facts(reporting: Desk) -> None:
    event = received("person", "rp", body("person", "a", {"recorded_on": "2022-09-01"}, lean=False), lean=False)
    async with reporting.sessions() as session, session.begin():
        assert await keep_on(session, [event], date(2022, 10, 1)) == []
        assert await (await session.connection()).scalar(text("SELECT count(*) FROM fact")) == 0
