"""Comparing: figures that a reader of IQ konkret 3/2022 is tempted to compare or add, and what must be said.

The passports are typed as those figures would have them; the verdicts follow from the rules named beside them.
"""

from itertools import combinations
from typing import Any

import pytest

from services.reporting.catalogue import load_catalogue, load_units
from services.reporting.compare import Passport, Verdict, compare

ROUND_ONE, ROUND_TWO = ("2015-01", "2018-12"), ("2019-01", "2022-09")
Case = tuple[Passport, Passport, bool, tuple[str, ...]]


def figure(
    indicator: str,
    period: tuple[str | None, str | None] = ROUND_TWO,
    as_of: str = "2022-10-15",
    *,
    unit: str = "",
    coverage: tuple[int, int, int, int] = (16, 16, 1000, 1000),
    **more: Any,
) -> Passport:
    """A passport; `unit` of figures that this catalogue does not have, `more` are filters and other entries."""
    known = load_catalogue().get(indicator)
    entries = {name: more.pop(name) for name in ("version", "status", "method", "known_at") if name in more}
    return {
        "indicator": indicator,
        "title": known.title_de if known else indicator,
        "version": 1,
        "unit": known.unit if known else unit,
        "period": dict(zip(("from", "to"), period, strict=True)),
        "filters": {name: value.split(",") for name, value in more.items()},
        "as_of": as_of,
        "known_at": "2022-11-30",
        "coverage": dict(zip(("networks", "answered", "records", "expected"), coverage, strict=True)),
        "status": "working",
        "method": "Arbeitsstand",
    } | entries


def verdict(a: Passport, b: Passport) -> Verdict:
    return compare(a, b, load_units())


def first(**more: Any) -> Passport:
    return figure("first_counsellings", **more)


def persons(**more: Any) -> Passport:
    return figure("persons_new_to_programme", **more)


YES, NO = True, False
FINDINGS: dict[str, Case] = {
    # Skilled-worker networks: 17,532 / 16,650 / 1,390 without their labels, against the boxes of bb (775) and mv (670).
    "participants of counselling are no counsellings of companies (MON-15, TRN-08)": (
        figure("skilled_worker_participants", format="counselling"),
        figure("company_counsellings", programme_line="skilled_worker_networks", region="bb"),
        NO,
        ("Teilnehmende", "Unternehmensberatungen", "nie umgerechnet"),
    ),
    "counsellings of companies are no companies (TRN-08)": (
        figure("company_counsellings"),
        figure("companies_counselled"),
        NO,
        ("Unternehmensberatungen", "Unternehmen"),
    ),
    "two parts of skilled-worker networks, told by their events": (
        figure("skilled_worker_participants", format="training"),
        figure("skilled_worker_participants", format="event"),
        YES,
        ("vergleichbar", "gleiche Einheit"),
    ),
    # Iran: 1,984 of 2015-2018 are doubtful, and its two periods invite a comparison by persons.
    "Iran in two rounds (MON-04)": (
        first(period=ROUND_ONE, as_of="2019-01-15", nationality="IR"),
        first(nationality="IR"),
        YES,
        ("nur als Erstberatungen", "nicht als Personen", "Förderrunde"),
    ),
    "Iran and Poland in one round": (
        first(period=ROUND_ONE, nationality="IR"),
        first(period=ROUND_ONE, nationality="PL"),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    # 194,568 and 181,175: the printed footnote.
    "first counsellings of two rounds (MON-04)": (
        first(period=ROUND_ONE, as_of="2019-01-15"),
        first(),
        YES,
        ("nur als Erstberatungen", "nicht als Personen", "noch einmal als Erstberatung"),
    ),
    "persons of two rounds (MON-04)": (
        persons(period=ROUND_ONE),
        persons(),
        NO,
        ("Personen", "Förderrunden", "addiert"),
    ),
    "first counsellings are no persons, not even in one round (CNS-04, MON-08)": (
        first(),
        persons(),
        NO,
        ("Erstberatungen", "Personen"),
    ),
    # 58,988 mixes 34,965 sessions and 3,681 referrals with 20,342 people in groups.
    "the total of Faire Integration and persons": (
        figure("fair_integration_total"),
        persons(programme_line="fair_integration"),
        NO,
        ("Beratungen und Teilnehmende", "Personen"),
    ),
    "the total of Faire Integration and its individual counselling": (
        figure("fair_integration_total"),
        figure("fair_integration_individual"),
        NO,
        ("Beratungen und Teilnehmende", "zählt", "Beratungen;"),
    ),
    "sessions and people in groups of Faire Integration": (
        figure("fair_integration_individual"),
        figure("fair_integration_group_participants"),
        NO,
        ("Beratungen", "Teilnehmende"),
    ),
    "individual counselling and referrals of Faire Integration (A10)": (
        figure("fair_integration_individual"),
        figure("fair_integration_referrals"),
        NO,
        ("Beratungen", "Verweise"),
    ),
    "individual counselling and all sessions of the line have one unit and two meanings": (
        figure("fair_integration_individual"),
        figure("counselling_sessions", programme_line="fair_integration"),
        NO,
        ("verschieden abgegrenzt", "dieselbe Einheit"),
    ),
    # bw: 38,910 as persons and as counsellings; mv: 670 as companies and as counsellings.
    "bw, persons and counsellings (MON-08)": (
        persons(region="bw"),
        figure("counselling_sessions", region="bw"),
        NO,
        ("Personen", "Beratungen"),
    ),
    "mv, companies and counsellings (TRN-08)": (
        figure("companies_counselled", region="mv"),
        figure("company_counsellings", region="mv"),
        NO,
        ("Unternehmen", "Unternehmensberatungen"),
    ),
    # Occasions and occupations were printed in pairs whose order is lost.
    "occasions are no sessions (MON-07)": (
        figure("fair_integration_occasions", occasion="pay"),
        figure("fair_integration_individual"),
        NO,
        ("Nennungen", "Beratungen"),
    ),
    "one occasion in first and follow-up counselling": (
        figure("fair_integration_occasions", occasion="pay", session_type="first"),
        figure("fair_integration_occasions", occasion="pay", session_type="follow_up"),
        YES,
        ("vergleichbar",),
    ),
    "physicians among the entries of two rounds": (
        figure("qualification_entries", period=("2015-01", "2018-12"), occupation_group="physician"),
        figure("qualification_entries", period=("2019-01", "2022-11"), occupation_group="physician"),
        YES,
        ("vergleichbar", "vollständige Meldungen"),
    ),
    # Regional boxes: other units, other Stichtage, other periods, in rp rates of a year.
    "he prints contacts, be persons": (
        figure("contacts_he", unit="contacts"),
        persons(region="be"),
        NO,
        ("contacts", "Personen"),
    ),
    "two networks of one period at two Stichtage (MON-01)": (
        first(region="be", as_of="2022-10-15"),
        first(region="bb", as_of="2022-07-07"),
        NO,
        ("Stichtage", "2022-10-15", "2022-07-07"),
    ),
    "two networks to June and to September (MON-01)": (
        first(region="be", period=("2019-01", "2022-09")),
        first(region="bb", period=("2019-01", "2022-06")),
        NO,
        ("Zeiträume", "2019-01 bis 2022-09", "2019-01 bis 2022-06"),
    ),
    "two networks of one period and Stichtag (MON-01)": (
        first(region="be"),
        first(region="bb"),
        YES,
        ("vergleichbar",),
    ),
    "a yearly rate of rp and a total (MON-09)": (
        figure("counselled_rp", unit="persons_per_year", region="rp"),
        persons(region="rp"),
        NO,
        ("persons_per_year", "Personen"),
    ),
    # Offices of Faire Integration started between 2017-11-01 and 2018-07-01, in rp and st later.
    "two networks in the first months of Faire Integration (MON-12)": (
        figure("fair_integration_individual", period=("2018-01", "2018-06"), region="rp"),
        figure("fair_integration_individual", period=("2018-01", "2018-06"), region="hh"),
        YES,
        ("mit Vorbehalt", "01.11.2017", "01.07.2018"),
    ),
    "two networks over all of Faire Integration (MON-12)": (
        figure("fair_integration_individual", period=(None, None), region="st"),
        figure("fair_integration_individual", period=(None, None), region="sn"),
        YES,
        ("mit Vorbehalt", "01.11.2017"),
    ),
    "two networks in later months of Faire Integration": (
        figure("fair_integration_individual", period=("2021-01", "2021-06"), region="rp"),
        figure("fair_integration_individual", period=("2021-01", "2021-06"), region="hh"),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    "one network in its first months and a year later": (
        figure("fair_integration_individual", period=("2018-01", "2018-06"), region="hh"),
        figure("fair_integration_individual", period=("2019-01", "2019-06"), region="hh"),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    # Small things: shares of Hamburg (95 and 4.5), sets and topics of cards, 50 Jour fixe, UE a week.
    "individual measures and courses of Hamburg are counts, whatever their shares add up to (QUA-05)": (
        figure("qualification_entries", region="hh", form="individual"),
        figure("qualification_entries", region="hh", form="course"),
        YES,
        ("vergleichbar",),
    ),
    "sets of cards and their topics": (
        figure("card_sets", unit="sets"),
        figure("card_topics", unit="topics"),
        NO,
        ("sets", "topics"),
    ),
    "a Jour fixe is a meeting, not its people (MOE-04)": (
        figure("meetings_held", programme_line="migrant_economy"),
        figure("intercultural_participants"),
        NO,
        ("Schulungen, Veranstaltungen", "Teilnehmende"),
    ),
    "teaching units and months": (
        figure("apo_units", unit="teaching_units"),
        figure("apo_months", unit="months"),
        NO,
        ("teaching_units", "months"),
    ),
    # The round is called the fifth and the second: it is known by its years, as a filter or as a period.
    "a round as a filter and as a period is the same round (HSP-04)": (
        first(period=(None, None), round="2019-2022"),
        first(period=("2019-01", "2022-12")),
        YES,
        ("derselbe Ausschnitt",),
    ),
}
TRAPS: dict[str, Case] = {
    # Rounds may be asked for as filters, and periods too.
    "persons of two rounds, as filters (MON-04)": (
        persons(period=(None, None), round="2015-2018"),
        persons(period=(None, None), round="2019-2022"),
        NO,
        ("Personen", "Förderrunden"),
    ),
    "persons of two years on both sides of a border (MON-04)": (
        persons(period=(None, None), year="2018"),
        persons(period=(None, None), year="2019"),
        NO,
        ("Personen", "Förderrunden"),
    ),
    "persons of one round and of two (MON-04)": (
        persons(period=("2018-07", "2018-12")),
        persons(period=("2019-01", "2023-06")),
        NO,
        ("Personen", "Förderrunden"),
    ),
    "persons of two years of one round": (
        persons(period=("2019-01", "2019-12")),
        persons(period=("2020-01", "2020-12")),
        YES,
        ("vergleichbar",),
    ),
    "persons of two networks over two rounds each": (
        persons(period=("2015-01", "2022-09"), region="be"),
        persons(period=("2015-01", "2022-09"), region="bb"),
        YES,
        ("vergleichbar",),
    ),
    "first counsellings of two years of one round": (
        first(period=("2019-01", "2019-12")),
        first(period=("2020-01", "2020-12")),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    "first counsellings of two rounds, as filters (MON-04)": (
        first(period=(None, None), round="2015-2018"),
        first(period=(None, None), round="2019-2022"),
        YES,
        ("nur als Erstberatungen", "nicht als Personen"),
    ),
    "follow-ups of two rounds": (
        figure("follow_up_counsellings", period=ROUND_ONE),
        figure("follow_up_counsellings"),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    # Periods.
    "one period within the other": (
        first(period=("2021-01", "2021-12")),
        first(period=("2021-03", "2021-06")),
        NO,
        ("Zeiträume", "überschneiden", "2021-01 bis 2021-12", "2021-03 bis 2021-06"),
    ),
    "periods with one month in common": (
        first(period=("2021-01", "2021-06")),
        first(period=("2021-06", "2021-12")),
        NO,
        ("überschneiden",),
    ),
    "periods beside one another": (
        first(period=("2021-01", "2021-06")),
        first(period=("2021-07", "2021-12")),
        YES,
        ("vergleichbar",),
    ),
    "everything and a year": (
        first(period=(None, None)),
        first(period=("2021-01", "2021-12")),
        NO,
        ("von Anfang an bis heute", "2021-01 bis 2021-12"),
    ),
    "from a month on and up to a later one": (
        first(period=("2021-01", None)),
        first(period=(None, "2021-06")),
        NO,
        ("2021-01 bis heute", "von Anfang an bis 2021-06"),
    ),
    "from a month on and up to the one before": (
        first(period=("2021-01", None)),
        first(period=(None, "2020-12")),
        YES,
        ("nur als Erstberatungen",),
    ),
    "a year as a filter and the next as a period": (
        first(period=(None, None), year="2020"),
        first(period=("2021-01", "2021-12")),
        YES,
        ("vergleichbar",),
    ),
    "a year as a filter and one of its quarters": (
        first(period=(None, None), year="2021"),
        first(period=(None, None), quarter="2021-Q3"),
        NO,
        ("2021-01 bis 2021-12", "2021-07 bis 2021-09"),
    ),
    "two years as a filter and as a period": (
        first(period=(None, None), year="2021,2020"),
        first(period=("2020-01", "2021-12")),
        YES,
        ("derselbe Ausschnitt",),
    ),
    "a period cut by a filter": (
        first(period=("2021-01", "2022-12"), year="2021"),
        first(period=("2022-01", "2022-06")),
        YES,
        ("vergleichbar",),
    ),
    "months with gaps between them": (
        first(period=(None, None), month="2021-01,2021-05"),
        first(period=(None, None), month="2021-03,2021-05"),
        NO,
        ("überschneiden",),
    ),
    # Of participations the round is that of the entry: those of the old one end in the new one, too.
    "successes of the old round and successes of a later year (QUA-01)": (
        figure("qualification_successes", period=(None, None), round="2015-2018"),
        figure("qualification_successes", period=("2019-01", "2019-12")),
        NO,
        ("überschneiden", "Förderrunde 2015-2018"),
    ),
    "successes of two rounds over one period (t06)": (
        figure("qualification_successes", period=("2015-01", "2022-11"), round="2015-2018"),
        figure("qualification_successes", period=("2015-01", "2022-11"), round="2019-2022"),
        YES,
        ("vergleichbar",),
    ),
    "successes of one round to two months": (
        figure("qualification_successes", period=("2015-01", "2018-12"), round="2015-2018"),
        figure("qualification_successes", period=("2015-01", "2022-11"), round="2015-2018"),
        NO,
        ("überschneiden",),
    ),
    "successes are no entries, though the unit is one (MON-19)": (
        figure("qualification_successes"),
        figure("qualification_entries"),
        NO,
        ("verschieden abgegrenzt", "dieselbe Einheit"),
    ),
    "sheets of two rounds (GP-11)": (
        figure("good_practice_sheets", period=(None, None), round="2015-2018"),
        figure("good_practice_sheets", period=(None, None), round="2019-2022"),
        YES,
        ("vergleichbar",),
    ),
    # Coverage.
    "a network that did not answer": (
        first(),
        first(period=ROUND_ONE, coverage=(16, 15, 1000, 1000)),
        NO,
        ("15 von 16 Netzwerken", "unvollständig"),
    ),
    "records that are missing": (
        first(coverage=(16, 16, 12481, 12500), as_of="2022-10-15"),
        first(period=ROUND_ONE),
        NO,
        ("12481 von 12500 Datensätzen", "2022-10-15", "unvollständig"),
    ),
    "records missing of both": (
        first(region="sn", coverage=(1, 1, 9, 10)),
        first(region="rp", coverage=(1, 1, 8, 10)),
        NO,
        ("von 10 Datensätzen", "unvollständig"),
    ),
    "an incomplete figure is not even compared with itself": (
        first(coverage=(16, 16, 9, 10)),
        first(coverage=(16, 16, 10, 10), as_of="2022-10-16"),
        NO,
        ("9 von 10 Datensätzen",),
    ),
    # Versions and methods.
    "two versions of an indicator": (first(), first(version=2, period=ROUND_ONE), NO, ("Fassung 1", "Fassung 2")),
    "exact and protected (design 12)": (
        first(),
        first(status="edition", method="gerundet"),
        NO,
        ("Arbeitsstand", "Veröffentlichung", "Rundung"),
    ),
    "two editions protected alike": (
        first(status="edition", method="gerundet", region="be"),
        first(status="edition", method="gerundet", region="bb"),
        YES,
        ("vergleichbar",),
    ),
    "two editions protected in two ways": (
        first(status="edition", method="gerundet", region="be"),
        first(status="edition", method="Mindestzahl 3", region="bb"),
        NO,
        ("verschieden geschützt",),
    ),
    "exact figures of which one was asked of the networks": (
        first(gender="female", method="Arbeitsstand. Die Netzwerke haben die Zählung selbst beantwortet."),
        first(),
        YES,
        ("vergleichbar",),
    ),
    # One section at two Stichtage: what design 9 is there for.
    "the same at two Stichtage (MON-02)": (
        first(period=ROUND_ONE, as_of="2019-01-15"),
        first(period=ROUND_ONE, as_of="2022-10-15"),
        YES,
        ("derselbe Ausschnitt zu zwei Ständen",),
    ),
    "the same at one Stichtag, as known on two days": (
        first(known_at="2022-10-15"),
        first(known_at="2022-11-30"),
        YES,
        ("derselbe Ausschnitt zu zwei Ständen",),
    ),
    "a stock at two Stichtage": (
        figure("transfers", period=(None, None), as_of="2021-11-30"),
        figure("transfers", period=(None, None), as_of="2022-11-30"),
        YES,
        ("derselbe Ausschnitt zu zwei Ständen", "geschehen"),
    ),
    "two years at the end of each (MON-02)": (
        first(period=("2021-01", "2021-12"), as_of="2022-01-15"),
        first(period=("2022-01", "2022-12"), as_of="2023-01-15"),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    "two nationalities at two Stichtage (MON-01)": (
        first(nationality="SY", as_of="2022-10-15"),
        first(nationality="UA", as_of="2022-11-15"),
        NO,
        ("Stichtage",),
    ),
    # HSP 4 in Brandenburg is complete since 2020.
    "bb and mv with 2019 (MON-13)": (
        figure("skilled_worker_participants", region="bb"),
        figure("skilled_worker_participants", region="mv"),
        YES,
        ("mit Vorbehalt", "Brandenburg", "2020"),
    ),
    "bb in 2019 and in 2020 (MON-13)": (
        figure("skilled_worker_participants", region="bb", period=("2019-01", "2019-12")),
        figure("skilled_worker_participants", region="bb", period=("2020-01", "2020-12")),
        YES,
        ("mit Vorbehalt", "Brandenburg", "2020"),
    ),
    "bb and mv since 2020": (
        figure("skilled_worker_participants", region="bb", period=("2020-01", "2022-09")),
        figure("skilled_worker_participants", region="mv", period=("2020-01", "2022-09")),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
}
CASES = FINDINGS | TRAPS
# The units that IQ konkret prints (MON-08), with their names in a sentence; some exist in print only.
UNITS = {
    "persons": "Personen",
    "first_counsellings": "Erstberatungen",
    "sessions": "Beratungen",
    "contacts": "contacts",
    "requests": "requests",
    "appointments": "appointments",
    "participants": "Teilnehmende",
    "participations": "Teilnahmen",
    "companies": "Unternehmen",
}


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_what_is_said_of_two_figures(case: Case) -> None:
    a, b, comparable, words = case
    found = verdict(a, b)
    assert found.comparable is comparable, found.sentence
    for word in words:
        assert word in found.sentence


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_the_order_of_two_figures_changes_nothing(case: Case) -> None:
    a, b, comparable, _ = case
    assert verdict(b, a).comparable is comparable


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_one_sentence_that_begins_with_the_verdict(case: Case) -> None:
    a, b, comparable, _ = case
    sentence = verdict(a, b).sentence
    assert sentence.startswith("Nicht vergleichbar: ") is not comparable
    assert sentence.endswith(".")
    assert ". " not in sentence


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_every_complete_figure_is_comparable_with_itself(case: Case) -> None:
    for passport in case[:2]:
        coverage = passport["coverage"]
        complete = coverage["answered"] == coverage["networks"] and coverage["records"] == coverage["expected"]
        assert verdict(passport, passport).comparable is complete


@pytest.mark.parametrize(("one", "other"), [*combinations(UNITS, 2)])
def test_units_are_never_converted(one: str, other: str) -> None:
    found = verdict(figure(f"a_{one}", unit=one), figure(f"b_{other}", unit=other))
    assert not found.comparable
    assert f"zählt {UNITS[one]}, die andere {UNITS[other]};" in found.sentence
    assert "nie umgerechnet" in found.sentence
