"""Rules of participations at the desk: what is refused, what is only said."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registration.measures.commands import EndParticipation
from services.registration.measures.rules import Days, check_desk, notices, with_days
from services.registration.participation import check_participation
from shared.vocabulary.measures import MeasureType, Phase

TODAY = date(2026, 11, 27)
LINE = "qualification"
ENTERED: dict[str, Any] = {"entered_on": date(2026, 3, 2), "form": "course", "phases": []}
ENDED = ENTERED | {"ended_on": date(2026, 9, 30), "result": "finished"}


def refused(values: dict[str, Any], *hers: Days, measure: str | None = None, line: str = LINE) -> list[str]:
    """Fields that the desk refuses."""
    return [problem.field for problem in check_desk(values, line, measure, hers, TODAY)]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        (ENTERED, []),
        (ENDED | {"success": "full_equivalence"}, []),
        (ENDED | {"success": "none"}, []),
        (ENTERED | {"success": "full_equivalence"}, ["success"]),
        (ENTERED | {"result": "finished"}, ["result"]),
        (ENDED | {"result": "dropped_out", "success": "qualification_adequate"}, ["success"]),
        (ENDED | {"result": "dropped_out", "success": "none"}, []),
        (ENDED | {"result": None}, ["result"]),
        (ENDED | {"result": None, "success": "full_equivalence"}, ["result"]),
        (ENDED | {"ended_on": date(2026, 3, 1)}, ["ended_on"]),
        (ENDED | {"ended_on": date(2026, 11, 28)}, ["ended_on"]),
    ],
)
def test_qua_02_success_is_of_somebody_who_finished_and_never_more_than_reached(
    values: dict[str, Any], fields: list[str]
) -> None:
    assert refused(values) == fields


def test_qua_03_full_equivalence_and_adequate_employment_are_one_or_the_other() -> None:
    for success in ("full_equivalence", "qualification_adequate"):
        assert refused(ENDED | {"success": success}) == []
    both = ["full_equivalence", "qualification_adequate"]
    with pytest.raises(ValidationError, match="success"):
        EndParticipation(ended_on="2026-09-30", result="finished", success=both)


@pytest.mark.parametrize(
    ("line", "day", "allowed"),
    [
        ("skilled_worker_networks", date(2018, 12, 31), False),
        ("skilled_worker_networks", date(2019, 1, 1), True),
        ("fair_integration", date(2017, 10, 31), False),
        ("fair_integration", date(2017, 11, 1), True),
        (LINE, date(2004, 12, 31), False),
        (LINE, date(2026, 11, 28), False),
        (LINE, date(2026, 11, 27), True),
    ],
)
def test_hsp_01_hsp_02_hsp_04_the_desk_and_a_file_refuse_the_same_days(line: str, day: date, *, allowed: bool) -> None:
    values = ENTERED | {"entered_on": day}
    assert (refused(values, line=line) == []) is allowed
    assert (check_participation(values, line, TODAY) == []) is allowed


@pytest.mark.parametrize(
    ("hers", "allowed"),
    [
        (Days(date(2025, 1, 7), None), False),
        (Days(date(2025, 1, 7), date(2026, 3, 2)), False),
        (Days(date(2025, 1, 7), date(2026, 3, 1)), True),
        (Days(date(2026, 4, 1), date(2026, 5, 1)), False),
    ],
)
def test_qua_04_nobody_is_in_an_offering_twice_at_once_and_may_enter_it_again(hers: Days, *, allowed: bool) -> None:
    assert refused(ENTERED, hers) == ([] if allowed else ["entered_on"])


def said(values: dict[str, Any], **offering: Any) -> list[str]:
    """What there is to look at."""
    return [notice.code for notice in notices(values, offering)]


def test_qua_05_an_individual_measure_without_its_company_is_said_and_not_refused() -> None:
    individual = ENTERED | {"form": "individual"}
    assert said(individual) == ["company_missing"]
    assert said(individual | {"company_key": "x"}) == said(ENTERED) == []
    assert refused(individual) == []


def test_an_entry_outside_the_days_of_the_offering_is_said() -> None:
    assert said(ENTERED, starts=date(2026, 3, 3)) == said(ENTERED, ends=date(2026, 3, 1)) == ["outside_offering"]
    assert said(ENTERED, starts=date(2026, 3, 2), ends=date(2026, 3, 2)) == []


def phases(*months: int) -> dict[str, Any]:
    """A participation with phases of so many months, one after the other, as a row holds them."""
    found, year, month = [], 2020, 1
    for phase, length in zip(Phase, months, strict=False):
        starts = date(year, month, 1)
        year, month = year + (month + length - 1) // 12, (month + length - 1) % 12 + 1
        found.append({"phase": phase.value, "starts": f"{starts}", "ends": f"{date(year, month, 1)}"})
    return with_days(ENTERED | {"entered_on": date(2020, 1, 1), "german_level": "b2", "phases": found})


@pytest.mark.parametrize(
    ("months", "codes"),
    [
        ((3, 3, 4, 6), []),
        ((3, 6, 8, 7), []),
        ((3, 3, 4, 5), ["unusual_length"]),
        ((3, 6, 8, 8), ["unusual_length"]),
        ((3, 3, 4), []),
    ],
)
def test_spz_01_the_phases_take_16_to_24_months(months: tuple[int, ...], codes: list[str]) -> None:
    values = phases(*months)
    assert said(values, measure="specialized") == codes
    assert refused(values, measure="specialized") == []


def test_spz_02_less_than_b2_at_admission_is_said() -> None:
    for level, codes in (("b1", ["language_below_b2"]), (None, ["language_below_b2"]), ("c1", []), ("native", [])):
        assert said(ENTERED | {"german_level": level}, measure="specialized") == codes
    assert said(ENTERED | {"german_level": "a1"}, measure="bridge") == []


def test_spz_03_phases_come_in_their_order_one_after_the_other() -> None:
    good = phases(3, 3, 4, 6)["phases"]
    start = {"entered_on": date(2020, 1, 1), "form": "course"}
    running = [*good[:2], good[2] | {"ends": None}]
    for wrong in (
        [good[1], good[0]],
        [good[0], good[0]],
        [good[0] | {"ends": None}, good[1]],
        [good[0], good[1] | {"starts": date(2020, 3, 31)}],
        [good[0] | {"ends": date(2019, 12, 31)}],
        [good[0] | {"starts": date(2026, 12, 1), "ends": None}],
    ):
        assert refused(start | {"phases": wrong}, measure="specialized") == ["phases"], wrong
    assert refused(start | {"phases": running}, measure="specialized") == []
    assert refused(start | {"phases": good}, measure=MeasureType.BRIDGE) == ["phases"]
