"""What of the situations after a participation ESF+ counts: the last within 28 days, whatever else was recorded."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.leaving import Situation, check_situations, counted, situations, too_late
from services.registration.measures.rules import notices
from services.registration.participation import check_participation
from shared.vocabulary import ExitStatus

ENDED, TODAY = date(2026, 6, 30), date(2026, 11, 27)
DAYS = st.integers(-20, 100)


def at(status: ExitStatus | str, day: int) -> Situation:
    """A situation so many days after the end."""
    return Situation(str(status), ENDED + timedelta(days=day))


FOUND = st.lists(st.builds(at, st.sampled_from(ExitStatus), DAYS), max_size=6)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        # The two examples of the Commission: searching and then employed; employed and then out of work again.
        ([at("job_searching", 0), at("employed", 20)], "employed"),
        ([at("employed", 0), at("job_searching", 27)], "job_searching"),
        ([at("employed", 28)], "employed"),
        ([at("employed", 29)], None),
        ([at("job_searching", 5), at("employed", 29)], "job_searching"),
        ([at("employed", 5), at("neither", 6)], "neither"),
        ([at("employed", -1)], None),
    ],
)
def test_the_last_situation_within_28_days_counts(found: list[Situation], expected: str | None) -> None:
    assert counted(found, ENDED) == expected
    assert counted(found[::-1], ENDED) == expected


@given(FOUND)
def test_without_an_end_nothing_counts(found: list[Situation]) -> None:
    assert counted(found, None) is None


@given(FOUND, st.sampled_from(ExitStatus), st.integers(29, 400))
def test_what_comes_after_the_window_changes_nothing(found: list[Situation], status: ExitStatus, day: int) -> None:
    assert counted([*found, at(status, day)], ENDED) == counted(found, ENDED)


@given(FOUND, st.sampled_from(ExitStatus))
def test_a_later_situation_within_the_window_wins(found: list[Situation], status: ExitStatus) -> None:
    earlier = [one for one in found if one.on < ENDED + timedelta(days=28)]
    assert counted([*earlier, at(status, 28)], ENDED) == status


@given(FOUND)
def test_what_counts_was_recorded_and_is_not_too_late(found: list[Situation]) -> None:
    status = counted(found, ENDED)
    late = too_late(found, ENDED)
    within = [one for one in found if one.on >= ENDED and one not in late]
    assert (status is None) is (not within)
    assert status is None or str(status) in {one.status for one in within}


def refused(*found: Situation, ended: date | None = ENDED) -> list[str]:
    """What is said of the first situation that does not fit."""
    return [problem.problem for problem in check_situations(found, ended, TODAY)]


def test_what_does_not_fit_is_refused_and_what_is_late_is_kept() -> None:
    assert refused(at("employed", 0), at("job_searching", 90)) == []
    assert refused(at("employed", -1)) == ["Der 29.06.2026 liegt vor dem Ende am 30.06.2026."]
    assert refused(Situation("employed", date(2026, 11, 28))) == ["Der 28.11.2026 liegt in der Zukunft."]
    assert refused(at("employed", 3), at("job_searching", 3)) == [
        "Für den 03.07.2026 stehen zwei Angaben zum Verbleib da."
    ]
    assert refused(at("employed", 3), ended=None) == ["Der Verbleib gehört zum Ende der Teilnahme, dessen Datum fehlt."]


def said(**values: Any) -> list[str]:
    """What there is to look at in a participation that has ended."""
    entry = {"entered_on": date(2026, 3, 2), "form": "course", "ended_on": ENDED, "result": "finished"} | values
    assert check_participation(entry, "qualification", TODAY) == []
    return [notice.code for notice in notices(entry, {})]


def test_what_esf_does_not_count_is_said() -> None:
    late = [{"status": "employed", "on": "2026-07-29"}]
    assert said(employment_status="inactive", after_exit=late) == ["esf_too_late"]
    assert said(after_exit=[{"status": "employed", "on": "2026-07-28"}]) == ["esf_status_missing"]
    assert said(education_level="isced_3_4") == ["esf_status_missing"]
    assert said(employment_status="employed", education_level="isced_3_4") == said() == []


def test_situations_are_read_as_rows_and_commands_hold_them() -> None:
    expected = [Situation("employed", date(2026, 7, 1))]
    assert situations([{"status": "employed", "on": "2026-07-01"}]) == expected
    assert situations([{"status": "employed", "on": date(2026, 7, 1)}]) == expected
