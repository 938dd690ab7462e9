"""Further figures that look comparable, or not, and what must be said; typed from the rules."""

from tests.support.passports import NO, ROUND_ONE, YES, Case, figure, first, persons

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
    # What did not count yet in the earlier period would look like growth (HSP-01, HSP-02).
    "skilled-worker networks and the year before they began": (
        figure("skilled_worker_participants", period=("2018-01", "2018-12")),
        figure("skilled_worker_participants", period=("2019-01", "2019-12")),
        NO,
        ("erst ab 2019-01", "davor"),
    ),
    "all of Faire Integration before and after referrals count": (
        figure("fair_integration_total", period=("2019-01", "2019-12")),
        figure("fair_integration_total", period=("2020-01", "2020-12")),
        NO,
        ("Verweisberatungen", "erst ab 2020-01"),
    ),
    "all of Faire Integration since referrals count": (
        figure("fair_integration_total", period=("2020-01", "2020-12")),
        figure("fair_integration_total", period=("2021-01", "2021-12")),
        YES,
        ("vergleichbar", "gleicher Indikator"),
    ),
    "everything until the networks began, and a year of theirs": (
        figure("skilled_worker_participants", period=(None, "2019-12")),
        figure("skilled_worker_participants", period=("2020-01", "2020-12")),
        YES,
        ("vergleichbar",),
    ),
}
