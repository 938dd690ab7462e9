"""Order, outcome and stages of a recognition procedure, typed by hand from the rules (REC)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from services.counselling.procedures.deadlines import deadlines, months_after
from services.counselling.procedures.rules import advanced, check_specialist, check_stand, next_states
from services.counselling.procedures.stages import check_kept, check_stage, offered, qualification_proposed
from shared.vocabulary import ProcedureOutcome

TODAY = date(2026, 11, 26)
PHARMACIST, PHYSICIAN, NURSE, ELECTRICIAN = "81804", "81404", "8130", "26212"


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass
class Stored:
    """A stored procedure."""

    state: str = "oriented"
    outcome: str | None = None
    since: date = date(2026, 3, 2)
    kind: str = "recognition"
    reference_occupation: str | None = ELECTRICIAN
    specialized: bool = False
    announced_on: date | None = None
    reached: list[dict[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        entry = {"state": self.state, "outcome": self.outcome, "since": self.since.isoformat()}
        self.reached = self.reached or [entry]


@dataclass
class Stage:
    """A stage of it."""

    kind: str
    on: date
    state: str = "reached"


def wanted(state: str, since: str = "2026-05-04", **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": "recognition",
        "reference_occupation": ELECTRICIAN,
        "land": None,
        "announced_on": None,
    }
    return values | {"state": state, "since": day(since), "outcome": None, "correction": False} | more


def problems(values: dict[str, Any], stored: Stored | None = None) -> list[str]:
    return [problem.field for problem in check_stand(values, stored, "recognition_counselling", TODAY)]


def test_rec_01_accompaniment_begins_with_orientation_and_may_begin_anywhere() -> None:
    assert next_states(None)[0] == "oriented"
    for state in ("oriented", "counselled", "application_prepared", "application_filed", "under_assessment"):
        assert problems(wanted(state)) == []
    assert next_states(Stored("under_assessment")) == ["notice", "closed"]
    assert next_states(Stored("closed", "full")) == []


def test_a_procedure_goes_on_and_does_not_go_back_but_by_correction() -> None:
    stored = Stored("application_filed")
    assert problems(wanted("under_assessment"), stored) == []
    assert problems(wanted("notice", outcome="full"), stored) == []  # the assessment was not told to us
    assert problems(wanted("counselled"), stored) == ["state"]
    assert problems(wanted("counselled", "2026-01-08", correction=True), stored) == []
    assert problems(wanted("under_assessment", "2026-03-01"), stored) == ["since"]
    assert problems(wanted("under_assessment", "2026-11-27"), stored) == ["since"]
    assert problems(wanted("under_assessment", "1999-11-27"), stored) == ["since"]
    assert problems(wanted("under_assessment", announced_on=day("0027-01-04")), stored) == ["announced_on"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (wanted("notice"), ["outcome"]),
        (wanted("under_assessment", outcome="full"), ["outcome"]),
        (wanted("notice", outcome="none"), []),
        (wanted("closed"), []),  # given up
    ],
)
def test_there_is_an_outcome_from_the_notice_on(values: dict[str, Any], field: list[str]) -> None:
    assert problems(values) == field


def test_what_was_reached_is_kept_in_its_order_and_corrected() -> None:
    stored = Stored("application_filed")
    stored.reached = advanced(wanted("notice", "2026-06-01", outcome="partial"), stored)
    stored.state, stored.outcome, stored.since = "notice", "partial", day("2026-06-01")
    again = advanced(wanted("notice", "2026-10-01", outcome="full"), stored)
    assert [(one["state"], one["outcome"]) for one in again] == [
        ("application_filed", None),
        ("notice", "partial"),
        ("notice", "full"),
    ]
    assert advanced(wanted("closed", "2026-10-05"), stored)[-1]["outcome"] == "partial"
    wrong = advanced(wanted("application_filed", "2026-04-01", correction=True), stored)
    assert [(one["state"], one["since"]) for one in wrong] == [
        ("application_filed", "2026-04-01"),
    ]


def test_rec_03_after_a_partial_notice_qualification_counselling_is_proposed() -> None:
    partial = Stored("notice", "partial", day("2026-10-05"))
    assert qualification_proposed(partial, [])
    assert [(one.kind, one.due) for one in deadlines(partial, [])] == [("qualification", day("2026-10-05"))]
    for state, still in (("planned", False), ("reached", False), ("declined", False), ("failed", True)):
        assert qualification_proposed(partial, [Stage("qualification_counselling", TODAY, state)]) is still
    assert not qualification_proposed(Stored("notice", "full"), [])
    assert not qualification_proposed(Stored("closed", "partial"), [])


def test_rec_04_a_partial_notice_goes_on_and_no_word_calls_it_failure() -> None:
    partial = Stored("notice", "partial")
    assert next_states(partial) == ["notice", "closed"]
    assert next_states(Stored("notice", "none")) == ["closed"]
    told = " ".join([ProcedureOutcome.PARTIAL.de, *(one.title for one in deadlines(partial, []))])
    assert not [word for word in ("abgelehnt", "nicht", "gescheitert", "Misserfolg") if word in told]


def test_rec_02_an_application_in_a_health_occupation_names_the_land_of_intended_work() -> None:
    assert problems(wanted("application_filed", reference_occupation=NURSE)) == ["land"]
    assert problems(wanted("application_filed", reference_occupation=NURSE, land="sl")) == []
    assert problems(wanted("application_prepared", reference_occupation=NURSE)) == []
    assert problems(wanted("application_filed")) == []


def test_rec_05_of_a_pharmacist_the_knowledge_examination_comes_before_the_licence() -> None:
    pharmacist = Stored(reference_occupation=PHARMACIST)
    licence = Stage("licence", day("2026-09-01"))
    (problem,) = check_stage(licence, pharmacist, [], TODAY)
    assert "Kenntnisprüfung" in problem.problem
    for state, on, fits in (
        ("reached", "2026-08-01", True),
        ("failed", "2026-08-01", False),
        ("reached", "2026-09-02", False),
    ):
        examination = Stage("knowledge_examination", day(on), state)
        assert (check_stage(licence, pharmacist, [examination], TODAY) == []) is fits, (state, on)


def test_rec_06_of_a_doctor_in_specialized_examinations_come_before_licences() -> None:
    doctor = Stored(reference_occupation=PHYSICIAN, specialized=True)
    work, licence = Stage("temporary_licence", day("2026-06-01")), Stage("licence", day("2026-09-01"))
    language, german = Stage("language_examination", day("2026-05-01")), Stage("language_c1", day("2026-04-01"))
    knowledge = Stage("knowledge_examination", day("2026-08-01"))
    assert "Fachsprachprüfung" in check_stage(work, doctor, [], TODAY)[0].problem
    assert check_stage(work, doctor, [language], TODAY) == []
    assert "Sprachnachweis C1" in check_stage(licence, doctor, [language, knowledge], TODAY)[0].problem
    assert "Kenntnisprüfung" in check_stage(licence, doctor, [language, german], TODAY)[0].problem
    assert check_stage(licence, doctor, [german, knowledge], TODAY) == []
    # Outside the programme the authority may decide by the papers alone.
    assert check_stage(licence, Stored(reference_occupation=PHYSICIAN), [], TODAY) == []
    assert [one.field for one in check_kept(doctor, [work])] == ["reference_occupation"]


def test_rec_07_recognition_as_a_specialist_is_a_procedure_of_its_own() -> None:
    specialist = wanted("application_filed", kind="specialist", reference_occupation=PHYSICIAN, land="rp")
    assert [one.field for one in check_specialist(specialist, licensed=False)] == ["state"]
    assert check_specialist(specialist, licensed=True) == []
    assert check_specialist(specialist | {"state": "counselled"}, licensed=False) == []
    assert problems(specialist) == []
    assert problems(specialist | {"reference_occupation": PHARMACIST}) == ["reference_occupation"]
    assert "specialist" not in offered("recognition", PHYSICIAN)


def test_stages_are_those_of_the_occupation_and_results_are_of_the_past() -> None:
    assert "licence" not in offered("recognition", NURSE)
    assert offered("recognition", ELECTRICIAN)[0] == "qualification_counselling"
    assert check_stage(Stage("licence", TODAY), Stored(), [], TODAY)[0].field == "kind"
    tomorrow = day("2026-11-27")
    assert check_stage(Stage("measure", tomorrow), Stored(), [], TODAY)[0].field == "on"
    assert check_stage(Stage("measure", tomorrow, "planned"), Stored(), [], TODAY) == []
    assert check_stage(Stage("measure", day("9999-12-31"), "planned"), Stored(), [], TODAY)[0].field == "on"


def test_the_announced_day_counts_and_three_months_are_a_hint_only() -> None:
    announced = Stored("under_assessment", announced_on=day("2026-07-01"))
    assert [(one.kind, one.due, one.hint) for one in deadlines(announced, [])] == [
        ("announced", day("2026-07-01"), False)
    ]
    waiting = Stored("under_assessment", since=day("2026-11-30"))
    assert [(one.due, one.hint) for one in deadlines(waiting, [])] == [(day("2027-02-28"), True)]
    assert "nur ein Hinweis" in deadlines(waiting, [])[0].title
    assert deadlines(Stored("application_filed"), []) == []
    planned = [Stage("measure", day("2027-01-04"), "planned"), Stage("measure", day("2026-01-04"))]
    assert [one.title for one in deadlines(Stored("notice", "full"), planned)] == [
        "Geplant: Anpassungs- oder Ausgleichsmaßnahme"
    ]


@pytest.mark.parametrize(("start", "months", "end"), [("2026-01-31", 1, "2026-02-28"), ("2026-10-15", 3, "2027-01-15")])
def test_months_end_where_the_calendar_does(start: str, months: int, end: str) -> None:
    assert months_after(day(start), months) == day(end)
