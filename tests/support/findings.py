"""What the findings on IQ konkret 3/2022 tempt to compare, and what must be said; typed from the rules."""

from tests.support.passports import NO, ROUND_ONE, YES, Case, figure, first, persons

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
