"""Vocabularies, rounds, age groups, networks and nationalities."""

from datetime import date

import pytest

from shared.nationalities import nationality_labels
from shared.topology import load_topology
from shared.vocabulary import AgeGroup, ProgrammeLine, age_group, funding_round


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-12-31", "2015-2018"),
        ("2019-01-01", "2019-2022"),
        ("2022-12-31", "2019-2022"),
        ("2023-01-01", "2023-2028"),
    ],
)
def test_the_round_follows_from_the_date(day: str, expected: str) -> None:
    assert funding_round(date.fromisoformat(day)) == expected


def test_a_day_before_the_programme_has_no_round() -> None:
    with pytest.raises(ValueError, match="no funding round"):
        funding_round(date(2004, 12, 31))


@pytest.mark.parametrize(
    ("born", "expected"),
    [(None, "not_stated"), (2009, "under_18"), (2008, "18_29"), (1997, "18_29"), (1996, "30_54"), (1971, "55_plus")],
)
def test_age_group_is_year_of_session_minus_birth_year(born: int | None, expected: str) -> None:
    assert age_group(date(2026, 1, 1), born) == AgeGroup(expected)


def test_a_term_carries_its_labels() -> None:
    assert ProgrammeLine("fair_integration").de == "Faire Integration"
    assert str(ProgrammeLine.FAIR_INTEGRATION) == "fair_integration"


def test_there_are_sixteen_networks_with_distinct_state_numbers() -> None:
    networks = load_topology()
    assert sorted(network.ags for network in networks.values()) == list(range(1, 17))
    assert networks["rp"].land == "Rheinland-Pfalz"


def test_nationalities_hold_the_iso_codes_kosovo_and_three_words_in_german_order() -> None:
    labels = nationality_labels()
    assert len(labels) == 253
    assert (labels["SY"], labels["XK"], labels["stateless"]) == ("Syrien", "Kosovo", "staatenlos")
    codes = list(labels)
    assert codes.index("EG") < codes.index("AL")  # Ägypten sorts as Agypten, before Albanien
    assert codes[-3:] == ["stateless", "unclear", "not_stated"]
