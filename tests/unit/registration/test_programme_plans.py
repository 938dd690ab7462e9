"""Each rule that a plan touches, with its strength: one plan in order, and what each change of it brings up."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.programmes.definition import Definition, Finding, Strength, definitions
from services.registration.programmes.plan import MEASURES, Frame, PlannedDate, blocking, check_plan
from shared.clock import BERLIN
from shared.vocabulary import Programme

HARD, OVERRIDE, NOTICE = Strength
TEAM = uuid4()
Planned = dict[str, list[Any]]


def on(step: str, day: str, hours: float = 7.5, team: UUID | None = None) -> PlannedDate:
    starts = datetime.combine(date.fromisoformat(day), datetime.min.time().replace(hour=9), tzinfo=BERLIN)
    return PlannedDate(step, starts, starts + timedelta(hours=hours), team)


def dates_of(planned: Planned, team: UUID | None = None, hours: float = 4) -> list[PlannedDate]:
    return [on(step, day, hours, team) for step, days in planned.items() for day in days]


IKKE: Planned = {
    "management_talks": ["2027-01-11"],
    "seminar": ["2027-02-15", "2027-02-16"],
    "coaching": ["2027-04-12", "2027-05-31", "2027-07-19"],
    "verstetigung": ["2027-09-06", "2027-09-27"],
    "network": ["2028-02-10", "2028-09-14"],
}
IKBO: Planned = {
    "module_1": ["2027-01-18", "2027-01-19"],
    "module_2": ["2027-04-12", "2027-04-13"],
    "module_3": ["2027-06-21", "2027-06-22"],
    "module_4": ["2027-09-20", "2027-09-21"],
    "module_5": ["2027-12-06", "2027-12-07"],
}
IKO: Planned = {
    "kickoff": ["2027-03-04"],
    "seminar_1": ["2027-09-13", "2027-09-14"],
    "seminar_2": ["2028-01-17", "2028-01-18"],
    "closing": ["2028-05-11"],
}
HOUSE: Planned = {
    "coaching_1": ["2027-09-20"],
    "coaching_2": ["2027-10-18", "2027-11-22"],
    "coaching_3": ["2028-03-06"],
}
SPECIALIZED: Planned = {
    "phase_1": ["2027-01-04"],
    "phase_2": ["2027-04-05"],
    "phase_3": ["2027-08-09"],
    "phase_4": ["2028-02-07"],
}
FRAMES = {
    Programme.IKKE_MIB: Frame((4, 25), date(2027, 1, 11), process="IKÖ im Jobcenter"),
    Programme.IKBO: Frame((1, 20), date(2027, 1, 18)),
    Programme.IKO: Frame((3, 8), date(2027, 3, 4), teams=(TEAM,)),
    Programme.SPECIALIZED: Frame((1, 20), date(2027, 1, 4), date(2028, 8, 4)),
}
PLANS = {
    Programme.IKKE_MIB: dates_of(IKKE),
    Programme.IKBO: dates_of(IKBO, hours=7.5),
    Programme.IKO: [*dates_of(IKO, hours=7.5), *dates_of(HOUSE, TEAM)],
    Programme.SPECIALIZED: dates_of(SPECIALIZED),
}


def definition(programme: Programme) -> Definition:
    return definitions()[programme]


def found(programme: Programme, dates: Iterable[PlannedDate], **frame: Any) -> list[Finding]:
    return check_plan(definition(programme), dates, replace(FRAMES[programme], **frame))


def rules(findings: Iterable[Finding]) -> set[tuple[str, Strength, bool]]:
    return {(one.rule, one.strength, one.open) for one in findings}


def changed(programme: Programme, step: str, days: list[str], hours: float = 4) -> list[PlannedDate]:
    """The plan in order with other dates of one step."""
    kept = [one for one in PLANS[programme] if one.step != step]
    team = next((one.team for one in PLANS[programme] if one.step == step), None)
    return [*kept, *(on(step, day, hours, team) for day in days)]


def test_a_plan_in_order_touches_no_rule() -> None:
    assert found(Programme.IKKE_MIB, PLANS[Programme.IKKE_MIB]) == []
    assert found(Programme.IKO, PLANS[Programme.IKO]) == []
    assert found(Programme.SPECIALIZED, PLANS[Programme.SPECIALIZED]) == []


CHANGES = [
    ("IKKE-01", HARD, False, Programme.IKKE_MIB, "seminar", ["2027-05-03"]),
    ("IKKE-01", HARD, True, Programme.IKKE_MIB, "seminar", []),
    ("IKKE-02", HARD, True, Programme.IKKE_MIB, "seminar", []),
    ("IKKE-02", HARD, False, Programme.IKKE_MIB, "seminar", ["2027-02-15", "2027-02-16", "2027-02-17"]),
    ("IKKE-08", HARD, True, Programme.IKKE_MIB, "coaching", ["2027-04-12", "2027-05-31"]),
    ("IKKE-09", HARD, False, Programme.IKKE_MIB, "coaching", ["2026-04-12", "2026-05-31", "2027-07-19"]),
    ("IKKE-10", NOTICE, False, Programme.IKKE_MIB, "coaching", ["2027-04-12", "2027-05-20", "2027-07-08"]),
    ("IKKE-10", NOTICE, False, Programme.IKKE_MIB, "coaching", ["2027-03-12", "2027-05-09", "2027-07-01"]),
    ("IKKE-20", HARD, True, Programme.IKKE_MIB, "verstetigung", ["2027-09-06"]),
    ("IKKE-20", HARD, False, Programme.IKKE_MIB, "verstetigung", ["2027-09-06", "2027-09-27", "2027-10-18"]),
    ("IKKE-20", NOTICE, False, Programme.IKKE_MIB, "verstetigung", ["2027-09-06", "2027-09-19"]),
    ("IKKE-20", NOTICE, False, Programme.IKKE_MIB, "verstetigung", ["2027-09-06", "2027-10-05"]),
    ("IKKE-26", NOTICE, True, Programme.IKKE_MIB, "network", ["2028-02-10"]),
    ("IKKE-26", NOTICE, False, Programme.IKKE_MIB, "network", [f"2028-0{month}-10" for month in (2, 4, 6, 8)]),
    ("IKKE-29", HARD, True, Programme.IKKE_MIB, "management_talks", []),
    ("IKBO-01", HARD, True, Programme.IKBO, "module_3", ["2027-06-21"]),
    ("IKBO-01", HARD, False, Programme.IKBO, "module_3", ["2027-06-21", "2027-06-22", "2027-06-23"]),
    ("IKBO-01", NOTICE, False, Programme.IKBO, "module_5", ["2027-10-04", "2027-10-05"]),
    ("IKBO-02", HARD, False, Programme.IKBO, "module_2", ["2027-07-12", "2027-07-13"]),
    ("IKO-13", HARD, True, Programme.IKO, "kickoff", []),
    ("IKO-13", HARD, False, Programme.IKO, "kickoff", ["2027-03-04", "2027-03-12"]),
    ("IKO-17", HARD, True, Programme.IKO, "coaching_2", []),
    (
        "IKO-17",
        HARD,
        False,
        Programme.IKO,
        "coaching_2",
        [f"2027-1{month}-{day}" for month in "01" for day in (18, 22, 25)],
    ),
    ("IKO-18", NOTICE, True, Programme.IKO, "coaching_2", ["2027-10-18"]),
    ("IKO-18", HARD, False, Programme.IKO, "coaching_3", ["2027-12-06"]),
    ("IKO-19", HARD, True, Programme.IKO, "seminar_1", ["2027-09-13"]),
    ("IKO-19", HARD, False, Programme.IKO, "seminar_2", ["2028-01-17", "2028-01-18", "2028-01-19"]),
    ("IKO-26", HARD, True, Programme.IKO, "closing", []),
    ("SPZ-01", HARD, True, Programme.SPECIALIZED, "phase_3", []),
    ("SPZ-01", NOTICE, False, Programme.SPECIALIZED, "phase_2", ["2027-06-07"]),
]


@pytest.mark.parametrize(
    ("rule", "strength", "still_open", "programme", "step", "days"),
    CHANGES,
    ids=[f"{one[0]}-{one[4]}" for one in CHANGES],
)
def test_a_changed_step_touches_its_rule(
    rule: str, strength: Strength, still_open: bool, programme: Programme, step: str, days: list[str]
) -> None:
    findings = found(programme, changed(programme, step, days))
    assert (rule, strength, still_open) in rules(findings)
    assert all(one.text and one.remedy and "{" not in one.text for one in findings)


@pytest.mark.parametrize(
    ("programme", "step", "days"),
    [
        (Programme.IKKE_MIB, "seminar", ["2027-02-15"]),  # IKKE-02
        (Programme.IKKE_MIB, "coaching", ["2027-04-12", "2027-05-24", "2027-07-19"]),  # IKKE-10: 42 and 56 days
        (Programme.IKKE_MIB, "verstetigung", ["2027-09-06", "2027-09-20"]),  # IKKE-20: 14 days
        (Programme.IKKE_MIB, "verstetigung", ["2027-09-06", "2027-10-04"]),  # IKKE-20: 28 days
        (Programme.IKO, "coaching_2", ["2027-10-18", "2027-11-22", "2027-12-06", "2027-12-13"]),  # IKO-17: six
    ],
)
def test_the_ends_of_a_range_lie_within_it(programme: Programme, step: str, days: list[str]) -> None:
    assert found(programme, changed(programme, step, days)) == []


def test_ikke_09_a_session_is_half_a_day_long() -> None:
    days = IKKE["coaching"]
    assert rules(found(Programme.IKKE_MIB, changed(Programme.IKKE_MIB, "coaching", days, hours=5))) == set()
    longer = found(Programme.IKKE_MIB, changed(Programme.IKKE_MIB, "coaching", days, hours=5.5))
    assert rules(longer) == {("IKKE-09", HARD, False)}


def test_ikke_11_four_sessions_six_to_eight_weeks_apart_lie_within_twelve_months() -> None:
    for weeks, span in ((6, 18), (8, 24)):
        days = [f"{date(2027, 3, 1) + timedelta(weeks=weeks * place)}" for place in range(4)]
        plan = [one for one in changed(Programme.IKKE_MIB, "coaching", days) if one.step != "verstetigung"]
        assert (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days == 7 * span
        assert not {"IKKE-09", "IKKE-10"} & {one.rule for one in found(Programme.IKKE_MIB, plan)}


@pytest.mark.parametrize(
    ("step", "count", "expected"),
    [
        ("seminar", 19, {("IKKE-03", NOTICE)}),
        ("seminar", 20, set()),
        ("seminar", 25, set()),
        ("seminar", 26, {("IKKE-03", NOTICE)}),
        ("coaching", 3, {("IKKE-07", OVERRIDE), ("IKKE-07", NOTICE)}),
        ("coaching", 4, {("IKKE-07", NOTICE)}),
        ("coaching", 5, set()),
        ("coaching", 10, set()),
        ("coaching", 11, {("IKKE-07", NOTICE)}),
        ("coaching", 12, {("IKKE-07", NOTICE)}),
        ("coaching", 13, {("IKKE-07", OVERRIDE), ("IKKE-07", NOTICE)}),
    ],
)
def test_sizes_of_groups_warn_or_need_a_reason(step: str, count: int, expected: set[tuple[str, Strength]]) -> None:
    findings = found(Programme.IKKE_MIB, PLANS[Programme.IKKE_MIB], people={step: count})
    assert {(one.rule, one.strength) for one in findings} == expected


def test_ikke_31_a_run_belongs_to_a_process_of_intercultural_opening() -> None:
    findings = found(Programme.IKKE_MIB, PLANS[Programme.IKKE_MIB], process=None)
    assert rules(findings) == {("IKKE-31", HARD, False)}
    assert [one.rule for one in blocking(findings, ())] == ["IKKE-31"]


def test_ikbo_09_a_new_run_waits_for_the_reason_that_there_is_demand() -> None:
    findings = found(Programme.IKBO, PLANS[Programme.IKBO])
    assert rules(findings) == {("IKBO-09", OVERRIDE, False)}
    assert [one.rule for one in blocking(findings, ())] == ["IKBO-09"]
    assert blocking(findings, {"IKBO-09"}) == []


def test_iko_06_a_deadline_before_the_kickoff_is_pointed_out() -> None:
    """The first run's own: a kick-off in July 2020 in place of March, a deadline of 15 April that was not moved."""
    late = datetime(2020, 4, 15, 23, 59, tzinfo=BERLIN)
    planned = [on("kickoff", "2020-07-14")]
    assert ("IKO-06", NOTICE, False) in rules(found(Programme.IKO, planned, deadline=late))
    assert "IKO-06" not in {one.rule for one in found(Programme.IKO, [on("kickoff", "2020-03-04")], deadline=late)}


@pytest.mark.parametrize(("places", "expected"), [((3, 8), set()), ((2, 8), {"IKO-07"}), ((3, 9), {"IKO-07"})])
def test_iko_07_other_sizes_of_a_run_need_a_reason(places: tuple[int, int], expected: set[str]) -> None:
    findings = found(Programme.IKO, PLANS[Programme.IKO], places=places)
    assert {one.rule for one in findings if one.strength is OVERRIDE} == expected


@pytest.mark.parametrize(
    ("ends", "expected"), [("2028-05-04", set()), ("2028-04-04", {"SPZ-01"}), ("2029-03-05", {"SPZ-01"})]
)
def test_spz_01_the_phases_together_last_16_to_24_months(ends: str, expected: set[str]) -> None:
    findings = found(Programme.SPECIALIZED, PLANS[Programme.SPECIALIZED], ends_on=date.fromisoformat(ends))
    assert {one.rule for one in findings if one.strength is OVERRIDE} == expected


def test_spz_01_the_spans_of_the_phases_add_up_to_the_whole() -> None:
    limits = definition(Programme.SPECIALIZED).limits
    phases = [one.span for one in limits if one.counts == "months"]
    whole = next(one.span for one in limits if one.counts == "run_months")
    assert sum(one.most or 0 for one in phases[1:]) + 3 == whole.most == 24
    assert sum(one.least for one in phases[1:]) + 3 == whole.least == 16


def test_what_is_still_to_come_is_said_and_stands_against_completing_a_run() -> None:
    findings = found(Programme.IKKE_MIB, changed(Programme.IKKE_MIB, "coaching", ["2027-04-12"]))
    assert [(one.rule, one.open) for one in blocking(findings, ())] == [("IKKE-08", True)]


def test_every_number_of_a_programme_names_its_rule_and_every_step_it_counts_exists() -> None:
    for one in definitions().values():
        codes = {step.code for step in one.steps}
        assert all(set(step.after) <= codes for step in one.steps)
        assert all(step.stage is None or step.stage in one.stages for step in one.steps)
        for limit in one.limits:
            assert limit.counts in MEASURES
            assert set(limit.steps) <= codes
            assert limit.rule.partition("-")[0] in ("IKKE", "IKBO", "IKO", "SPZ")
    assert set(definitions()) == set(Programme)
