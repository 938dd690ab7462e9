"""Cohorts: places told by networks, steps from a network's own register, levels of contact persons."""

from typing import Any

from services.gateway.cohorts import funnels, steps_of
from services.gateway.crosstabs import Cell
from services.gateway.pages.cohorts import contact_persons
from shared.vocabulary import Programme


def run(name: str, programme: str, **more: int) -> dict[str, Any]:
    places = {"registered": 0, "accepted": 0, "waiting": 0, "max_places": 25}
    return {"run_id": name, "programme": programme, "state": "confirmed", "region": "rp"} | places | more


def test_ikke_23_who_is_at_a_step_has_done_those_before_it() -> None:
    stages = {"registered": 4, "seminar_completed": 6, "coaching_completed": 3, "selected": 1, "mandated": 2}
    found = steps_of(Programme.IKKE_MIB, stages)
    assert [step.reached for step in found] == [12, 6, 3, 2, 2]  # seminar, coaching, selected, qualified, mandated
    assert {step.people for step in found} == {16}
    assert found[0].share == 0.75
    assert steps_of(Programme.IKKE_MIB, {})[0].share is None
    assert [step.reached for step in steps_of(Programme.IKBO, {"in_training": 5, "graduated": 9})] == [14, 9]
    assert [step.reached for step in steps_of(Programme.IKO, {"documented": 2, "certified": 3})] == [5, 5, 3]


def test_a_programme_with_cohorts_has_a_funnel_and_a_sum_of_its_columns() -> None:
    runs = [
        run("a", "ikke_mib", accepted=5, registered=1),
        run("b", "ikke_mib", accepted=7),
        run("c", "iko", waiting=2),
    ]
    ikke, iko = funnels(runs, {"a": {"seminar_completed": 5}, "b": {"mandated": 1, "registered": 6}})
    assert ([cohort.people for cohort in ikke.cohorts], ikke.whole.people) == ([5, 7], 12)
    assert [step.reached for step in ikke.whole.steps] == [6, 1, 1, 1, 1]
    assert (ikke.whole.run["accepted"], ikke.whole.run["registered"], ikke.whole.run["max_places"]) == (12, 1, 50)
    assert ([cohort.people for cohort in iko.cohorts], iko.whole.run["waiting"]) == ([0], 2)


def test_at_the_centre_only_places_are_known() -> None:
    (ikke,) = funnels([run("a", "ikke_mib", accepted=5)], None)
    assert (ikke.known, ikke.steps, ikke.cohorts[0].people, ikke.cohorts[0].steps) == (False, (), None, ())


def test_ikke_24_of_each_network_the_last_month_told_counts_and_no_months_are_added() -> None:
    qualified = {("rp", "2022-08"): Cell(5, "a"), ("rp", "2022-09"): Cell(6, "b"), ("sn", "2022-07"): Cell(4, "c")}
    mandated = {("rp", "2022-08"): Cell(5, "d"), ("rp", "2022-09"): Cell(3, "e")}
    rp, sn = contact_persons(qualified, mandated)
    assert (rp["region"], rp["month"], rp["qualified"].value) == ("Rheinland-Pfalz", "2022-09", 6)
    assert (rp["mandated"].value, rp["mandated"].share) == (3, 0.5)
    assert (sn["region"], sn["month"], sn["mandated"]) == ("Sachsen", "2022-07", None)
