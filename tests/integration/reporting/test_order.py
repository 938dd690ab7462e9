"""The same facts in any order, any number of times, give equal tables for the same (as_of, known_at) (design 5)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.reporting.facts import keep_on
from tests.integration.reporting.conftest import Desk
from tests.support.events import body, received

MONTHS = ("2018-12", "2019-01", "2022-09")
DAYS = (date(2019, 1, 15), date(2022, 10, 15), date(2022, 12, 1))
QUESTIONS = ["indicator=persons_new_to_programme&by=round"] + [
    f"indicator=counselling_sessions&by=month,nationality&as_of={as_of}&known_at={known_at}"
    for as_of in DAYS
    for known_at in DAYS
]
REVISION = st.fixed_dictionaries(
    {
        "withdrawn": st.booleans(),
        "month": st.sampled_from(MONTHS),
        "recorded_on": st.sampled_from([None, "2019-01-10", "2022-10-10", "2022-11-20"]),
        "nationality": st.sampled_from(["SY", "TR", "not_stated"]),
        "session_type": st.sampled_from(["first", "follow_up"]),
        "seen_before": st.sampled_from(["no", "this_round"]),
        "day": st.sampled_from(DAYS),
    }
)
FACTS = st.dictionaries(st.tuples(st.sampled_from("abc"), st.integers(1, 4)), REVISION, min_size=1, max_size=9)


async def tell(desk: Desk, facts: list[tuple[tuple[str, int], dict[str, Any]]]) -> list[dict[str, Any]]:
    async with desk.sessions() as session, session.begin():
        await (await session.connection()).execute(text("TRUNCATE fact, fact_body, holding"))
    for (name, revision), fact in facts:
        values = {key: value for key, value in fact.items() if key != "day"} | {"revision": revision}
        await desk.keep([{"event": "session", "name": name, "received": fact["day"], **values}])
    return [await desk.ask(question) for question in QUESTIONS]


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS, data=st.data())
async def test_equal_tables(reporting: Desk, facts: dict[Any, Any], data: st.DataObject) -> None:
    told = sorted(facts.items())
    repeated = told + data.draw(st.lists(st.sampled_from(told), max_size=4))
    expected = await tell(reporting, told)
    assert await tell(reporting, data.draw(st.permutations(repeated))) == expected


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
