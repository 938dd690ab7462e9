"""What completes a programme, and which figures attendance makes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.registration.attendance.completion import (
    MODULES,
    before_module,
    check_coaching,
    coaching_completed,
    ikbo_stage,
    ikke_stage,
    iko_stage,
    journey,
    missing_phases,
)
from services.registration.attendance.counts import HeldDate, figures_of
from services.registration.attendance.yearly import missing
from services.registration.programmes.definition import Strength
from shared.vocabulary import Programme
from shared.vocabulary.attendance import Stage

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def walked(*steps: str, missed: tuple[str, ...] = (), ahead: tuple[str, ...] = ()) -> dict:  # type: ignore[type-arg]  # of Taken
    """A journey of one who was at dates of `steps`, not at those of `missed`, and has those of `ahead` before her."""
    dates = [(step, True, True) for step in steps] + [(step, True, False) for step in missed]
    return dict(journey(dates + [(step, False, False) for step in ahead]))


def test_ikke_12_three_sessions_complete_the_coaching_and_two_do_not() -> None:
    assert not coaching_completed([walked("seminar", "coaching", "coaching", missed=("coaching",))])
    assert coaching_completed([walked("seminar", *["coaching"] * 3, missed=("coaching",))])
    assert not coaching_completed([walked(*["coaching"] * 3)])


def test_ikke_06_coaching_needs_the_seminar_of_this_run_or_an_earlier_one() -> None:
    half = walked("seminar", missed=("seminar",))
    found = check_coaching("coaching", [half])
    assert [(one.rule, one.strength) for one in found] == [("IKKE-06", Strength.HARD)]
    assert check_coaching("coaching", [walked(ahead=("coaching",)), walked("seminar", "seminar")]) == []
    assert check_coaching("seminar", [half]) == []
    assert check_coaching("coaching", [walked("seminar", ahead=("seminar",))])


def test_ikke_23_only_all_three_phases_make_a_contact_person() -> None:
    two, three = ["seminar", *["coaching"] * 3], ["seminar", *["coaching"] * 3, "verstetigung", "verstetigung"]
    assert ikke_stage([walked(*two)], selected=True, mandated=True) is Stage.SELECTED
    assert ikke_stage([walked(*three, missed=("verstetigung",))], selected=True, mandated=False) is Stage.SELECTED
    assert ikke_stage([walked(*three)], selected=False, mandated=False) is Stage.COACHING_COMPLETED
    assert ikke_stage([walked(*three)], selected=True, mandated=False) is Stage.QUALIFIED
    assert missing_phases([walked(*two)]) == ["Phase drei"]
    assert missing_phases([walked(*three)]) == []


def test_ikke_24_the_mandate_makes_her_active() -> None:
    runs = [walked("seminar"), walked(*["coaching"] * 3), walked("verstetigung", "verstetigung")]
    assert ikke_stage(runs, selected=True, mandated=True) is Stage.MANDATED
    assert ikke_stage(runs[1:], selected=True, mandated=True) is Stage.REGISTERED


def test_ikbo_07_five_modules_and_four_tasks_graduate() -> None:
    year = walked(*[module for module in MODULES for _ in range(2)])
    assert ikbo_stage(year, {1, 2, 3, 4}) is Stage.GRADUATED
    assert ikbo_stage(year, {1, 2, 4}) is Stage.IN_TRAINING
    assert ikbo_stage(walked(*MODULES[:4]), {1, 2, 3, 4}) is Stage.IN_TRAINING
    assert ikbo_stage({}, set()) is Stage.REGISTERED


def test_ikbo_03_the_next_module_names_what_is_missing_and_refuses_nothing() -> None:
    found = before_module("module_2", walked("module_1", missed=("module_1",)), set())
    assert {one.strength for one in found} == {Strength.NOTICE}
    assert [one.text for one in found] == [
        "Modul 1 ist nicht vollständig besucht.",
        "Die Praxisaufgabe nach Modul 1 fehlt.",
    ]
    assert before_module("module_2", walked("module_1"), {1}) == []
    assert before_module("module_1", {}, set()) == []


def test_iko_25_a_team_documents_then_presents_then_gets_its_certificate() -> None:
    closed = walked("closing")
    assert iko_stage(closed, documented=False, certified=True) is Stage.IN_TRAINING
    assert iko_stage(walked("seminar_1"), documented=True, certified=False) is Stage.DOCUMENTED
    assert iko_stage(closed, documented=True, certified=False) is Stage.PRESENTED
    assert iko_stage(closed, documented=True, certified=True) is Stage.CERTIFIED


def held(step: str, day: int, *people: UUID, guests: int = 0, team: UUID | None = None) -> HeldDate:
    what = {"kickoff": "event", "coaching_1": "counselling"}.get(step, "training")
    return HeldDate(uuid4(), step, what, team, START + timedelta(days=day), people, guests)


def test_numbers_count_up_within_a_step_and_people_count_once_in_the_trainings_of_a_run() -> None:
    ada, ben, cem = (uuid4() for _ in range(3))
    dates = [
        held("kickoff", 0, ada, guests=20),
        held("seminar_1", 8, ada, ben),
        held("seminar_1", 9, ben, cem),
        held("seminar_2", 90, ada, ben, cem),
    ]
    found = figures_of(dates)
    assert [(one.number, one.participants, one.new_participants) for one in found.values()] == [
        (1, 21, 21),
        (1, 2, 2),
        (2, 2, 1),
        (1, 3, 0),
    ]


def test_each_team_has_its_own_first_coaching() -> None:
    first, second = uuid4(), uuid4()
    found = figures_of([held("coaching_1", 1, uuid4(), team=first), held("coaching_1", 2, uuid4(), team=second)])
    assert [one.number for one in found.values()] == [1, 1]


@given(st.lists(st.sets(st.integers(0, 5)), max_size=6))
def test_new_people_add_up_to_all_who_ever_came(present: list[set[int]]) -> None:
    people = [uuid4() for _ in range(6)]
    dates = [held("module_1", day, *(people[one] for one in who)) for day, who in enumerate(present)]
    found = figures_of(list(reversed(dates)))
    assert sum(one.new_participants for one in found.values()) == len(set().union(*present))
    assert all(one.new_participants <= one.participants for one in found.values())


def test_ikke_26_contact_persons_meet_twice_in_a_year_after_their_qualification() -> None:
    title = missing(Programme.IKKE_MIB, 2026, [2025, 2026], [2025, 2026])
    assert title == "Vernetzungstreffen der Ansprechpersonen 2026: erst ein Tag geplant, erwartet zwei bis drei"
    assert missing(Programme.IKKE_MIB, 2026, [2025], [2026, 2026]) is None
    assert missing(Programme.IKKE_MIB, 2026, [2026], []) is None


def test_ikbo_08_ambassadors_meet_for_two_days_a_year() -> None:
    title = missing(Programme.IKBO, 2026, [2024], [])
    assert title == "Vertiefungstreffen der IKBO 2026: noch kein Tag geplant, erwartet eines mit zwei Tagen"
    assert missing(Programme.IKBO, 2026, [2024], [2026, 2026]) is None
