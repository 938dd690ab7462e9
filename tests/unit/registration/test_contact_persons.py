"""Contact persons: who may be one, how many a network has, and who is invited to phase three."""

from datetime import date
from typing import Any
from uuid import uuid4

from services.registration.attendance.completion import journey
from services.registration.attendance.contact_rules import check_contact_person, counted, invitations, months
from services.registration.contact_tables import ContactPersonRow

TODAY = date(2026, 11, 2)
NOTHING: dict[str, Any] = dict.fromkeys(
    ("email", "bridge", "bridge_email", "evidence", "selected_on", "qualified_on", "mandated_on", "inactive_on")
) | {"officer": False}
TRAINED = [journey([("seminar", True, True), *[("coaching", True, True)] * 3])]
WHOLE = [journey([("seminar", True, True), *[("coaching", True, True)] * 3, *[("verstetigung", True, True)] * 2])]


def fields(*journeys: Any, **values: Any) -> list[str]:
    return [one.field for one in check_contact_person(NOTHING | values, journeys, TODAY)]


def test_ikke_23_who_lacks_a_phase_is_not_qualified_unless_she_completed_it_elsewhere() -> None:
    day = date(2026, 6, 1)
    assert fields(*TRAINED, qualified_on=day) == ["qualified_on"]
    assert fields(*WHOLE, qualified_on=day) == []
    assert fields(qualified_on=day, evidence="Pilot 2014, Teilnahmeliste") == []


def test_ikke_19_only_who_completed_the_coaching_is_selected() -> None:
    assert fields(selected_on=TODAY) == ["selected_on"]
    assert fields(*TRAINED, selected_on=TODAY) == []


def test_ikke_24_there_is_no_mandate_before_the_qualification() -> None:
    day = date(2026, 6, 1)
    assert fields(*WHOLE, mandated_on=day) == ["mandated_on"]
    assert fields(*WHOLE, qualified_on=day, mandated_on=date(2026, 5, 31)) == ["mandated_on"]
    assert fields(*WHOLE, qualified_on=day, mandated_on=day) == []
    assert fields(*WHOLE, qualified_on=date(2026, 11, 3)) == ["qualified_on"]


def test_act_04_a_bridge_is_for_those_who_are_not_the_officer_themselves() -> None:
    assert fields(bridge="Beauftragte, Eine") == []
    assert fields(bridge="Beauftragte, Eine", officer=True) == ["bridge"]
    assert fields(bridge_email="mb@example.org") == ["bridge"]


def person(name: str, **values: Any) -> ContactPersonRow:
    base = {"contact_person_id": uuid4(), "carrier_id": uuid4(), "recorded_on": TODAY, "search_name": name.lower()}
    return ContactPersonRow(**base | NOTHING | {"name": name, "house": "Jobcenter am Fluss"} | values)


def test_counts_are_of_the_end_of_the_month() -> None:
    people = [
        person("Eins", qualified_on=date(2026, 3, 31)),
        person("Zwei", qualified_on=date(2026, 2, 1), mandated_on=date(2026, 4, 1)),
        person("Drei", qualified_on=date(2026, 1, 1), mandated_on=date(2026, 1, 1), inactive_on=date(2026, 4, 30)),
        person("Vier", selected_on=date(2026, 1, 1)),
    ]
    assert [counted(people, month) for month in months(date(2025, 12, 9), date(2026, 4, 1))] == [
        (0, 0),
        (1, 1),
        (2, 1),
        (3, 1),
        (2, 1),
    ]


def test_act_02_who_is_both_gets_one_invitation() -> None:
    both = person("Beispiel, Ada", officer=True, selected_on=TODAY, email="ada@example.org")
    colleague = person("Beispiel, Ben", selected_on=TODAY, bridge="BEISPIEL Ada")
    found = invitations([colleague, both])
    assert [(one.name, one.contact_person, one.officer, one.email) for one in found] == [
        ("Beispiel, Ben", True, False, None),
        ("BEISPIEL Ada", True, True, "ada@example.org"),
    ]
    assert invitations([person("Fertig", selected_on=TODAY, qualified_on=TODAY)]) == []


def test_ikke_21_the_officer_of_another_house_is_invited_beside() -> None:
    one = person("Beispiel, Ada", selected_on=TODAY, bridge="Beauftragte, Eine")
    other = person("Beauftragte, Eine", selected_on=TODAY, house="Agentur am Berg")
    assert len(invitations([one, other])) == 3
