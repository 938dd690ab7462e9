"""The cockpit's pure parts: what its pages count, periods, sums of months, and when a change may be told."""

from datetime import date
from typing import Any

import pytest

from services.gateway.cockpit.lines import find_line, load_contents
from services.gateway.cockpit.period import Period, quarters, read_period, year_earlier
from services.gateway.cockpit.plan import Outcome, Plan
from services.gateway.cockpit.rows import Verdict, changed
from services.gateway.cockpit.scope import Scope
from services.gateway.cockpit.series import Number, Series
from services.gateway.cockpit.sparkline import sparkline
from services.gateway.passports import Desk
from services.gateway.sheets import Sheet, read_sheets
from services.reporting.catalogue import load_catalogue
from services.reporting.question import read_question
from shared.problems import Problem
from shared.topology import CENTRE
from shared.vocabulary import ProgrammeLine

TODAY, YESTERDAY = date(2026, 11, 27), date(2026, 11, 26)
YES = Verdict(comparable=True, sentence="Beide Angaben sind vergleichbar.")
LINK = "indicator=first_counsellings&version=1&by=programme_line,month&from=2020-01&to=2022-12&as_of=2026-11-26"


def sheets() -> dict[str, Sheet]:
    """The sheets of the real catalogue, as the centre tells them."""
    text = ("title_de", "title_en", "unit", "definition", "statement", "assessment", "source", "period", "measure")
    return read_sheets(
        {name: getattr(entry, name) for name in text}
        | {
            "code": code,
            "unit_de": entry.unit,
            "dimensions": entry.dimensions,
            "asked": [name for name in entry.dimensions if name not in entry.answerable(lean=True)],
            "values": {},
            "protect": entry.protect,
            "valid_from": f"{entry.valid_from}",
            "version": entry.version,
        }
        for code, entry in load_catalogue().items()
    )


def scope(year: int = 2022, quarter: int | None = None, as_of: date = YESTERDAY, **more: Any) -> Scope:
    """The overview of the country."""
    return Scope(Desk("MUT IQ", True, TODAY), "/bund", Period(year, quarter, as_of), {}, **more)


def series(*rows: tuple[str, str, int], level: bool = False, line: str = "") -> Series:
    """An answer by line and month."""
    told = [{"programme_line": one, "month": month, "value": value} for one, month, value in rows]
    found = {"by": ["programme_line", "month"], "rows": told, "passport": {"link": LINK}}
    return Series(found, (("programme_line", line),) if line else (), level)


def test_the_contents_name_what_the_catalogue_knows_and_every_federal_line() -> None:
    contents, known = load_contents(), sheets()
    assert set(contents.lines) == set(ProgrammeLine) - {ProgrammeLine.MIGRATION_SERVICE}
    assert {line.main for line in contents.lines.values()} <= set(contents.indicators)
    assert {*contents.tiles, contents.main} <= set(contents.indicators)
    parts = [one for line in contents.lines.values() for one in line.breakdowns] + [*contents.not_stated]
    for one in parts:
        assert {*one.by} <= {*known[one.indicator].dimensions}, one
        assert not one.top or len(one.by) == 1
    for line in contents.lines.values():
        assert {*line.indicators} <= known.keys()
        assert any(not one.asks(known) for one in line.breakdowns), "a page without any breakdown of its own"
    assert {note.line for note in contents.notes} <= contents.lines.keys()


def test_every_question_of_a_page_is_one_that_reporting_reads() -> None:
    contents, known = load_contents(), sheets()
    for region in ("", "rp"):
        plan = Plan(scope(region=region), known)
        for code in known.keys() & {
            *contents.indicators,
            *(c for line in contents.lines.values() for c in line.indicators),
        }:
            plan.follow(code)
        for line in contents.lines.values():
            for one in line.breakdowns:
                plan.ask(str(one), one.indicator, *one.by, top=one.top, within={"programme_line": line.code})
        asked = [*plan.questions.values(), *(one for pair in plan.pairs.values() for one in pair)]
        assert len(asked) > 40
        for one in asked:
            read_question(one.question(TODAY), CENTRE, TODAY)  # refuses what it does not know


def test_an_unknown_line_is_told_with_those_there_are() -> None:
    with pytest.raises(Problem) as refused:
        find_line("migration_service")  # stays in its network
    assert refused.value.status == 404
    assert "Faire Integration (fair_integration)" in refused.value.detail
    assert "migration_service" not in refused.value.errors[0].allowed


@pytest.mark.parametrize(
    ("year", "quarter", "words"),
    [
        ("2014", "", "Bitte ein Jahr von 2015 bis 2026"),
        ("2027", "", "Bitte ein Jahr von 2015 bis 2026"),
        ("-2022", "", "kein Jahr"),
        ("²", "", "kein Jahr"),
        ("99999999", "", "von 2015 bis 2026"),
        ("2022", "5", "kein Quartal"),
        ("2022", "0", "kein Quartal"),
    ],
)
def test_a_period_that_is_none_is_refused_with_what_is_possible(year: str, quarter: str, words: str) -> None:
    with pytest.raises(Problem, match=words) as refused:
        read_period(year, quarter, YESTERDAY, TODAY)
    assert refused.value.status == 422


def test_a_quarter_that_has_not_begun_is_refused_and_a_running_one_is_not() -> None:
    may = date(2026, 5, 4)
    with pytest.raises(Problem, match="noch nicht begonnen"):
        read_period("2026", "3", may, may)
    assert read_period("", "2", may, may).span == ("2026-04", "2026-06")
    assert read_period("", "", may, may).span == ("2026-01", "2026-12")


def test_of_a_running_period_only_the_months_that_have_ended_are_compared() -> None:
    assert Period(2026, None, YESTERDAY).compared == ("2026-01", "2026-10")
    assert Period(2026, None, YESTERDAY).before == ("2025-01", "2025-10")
    assert Period(2026, None, date(2026, 11, 30)).compared == ("2026-01", "2026-11")  # ended that day
    assert Period(2026, 4, date(2026, 10, 30)).compared is None
    past = Period(2022, 3, YESTERDAY)
    assert (past.compared, past.before, past.running) == (past.span, ("2021-07", "2021-09"), False)
    assert past.window == ("2020-01", "2022-12")
    assert Period(2026, None, YESTERDAY).window == ("2024-01", "2026-11")
    assert Period(2022, None, date(2021, 5, 1)).window == ("2020-01", "2022-01")  # a Stichtag before the period


def test_quarters_end_with_the_last_month() -> None:
    assert quarters("2021-10", "2022-05") == [
        ("2021-Q4", ("2021-10", "2021-12")),
        ("2022-Q1", ("2022-01", "2022-03")),
        ("2022-Q2", ("2022-04", "2022-05")),
    ]
    assert year_earlier(date(2024, 2, 29)) == date(2023, 2, 28)


ROWS = (
    ("recognition_counselling", "2021-12", 7),
    ("recognition_counselling", "2022-01", 5),
    ("fair_integration", "2022-01", 2),
    ("fair_integration", "2022-03", 4),
)


def test_months_add_up_for_all_lines_or_one_and_lead_to_the_same_number() -> None:
    found = series(*ROWS)
    assert found.number(("2022-01", "2022-12")) == Number(11, found.link(("2022-01", "2022-12")))
    assert found.link(("2022-01", "2022-12")).startswith(
        "/anfrage?indicator=first_counsellings&version=1&from=2022-01&to=2022-12&as_of=2026-11-26"
    )
    one = series(*ROWS, line="fair_integration")
    assert one.number(("2022-01", "2022-12")).value == 6
    assert "programme_line=fair_integration" in one.link(("2022-01", "2022-12"))
    assert [number.value for _, number in one.by_month(("2022-01", "2022-03"))] == [2, 0, 4]
    assert one.first == "2022-01"


def test_a_level_is_never_added_over_months() -> None:
    found = series(*ROWS, level=True)
    number = found.number(("2022-01", "2022-12"))
    assert number.value == 4
    assert "from=2022-03&to=2022-03" in number.link
    assert found.number(("2019-01", "2019-12")) == Number(None)


def test_a_change_is_told_where_both_may_be_compared_and_else_why_not() -> None:
    assert changed(Number(103), Number(100), YES) == ("+3,0\u00a0%", "")
    assert changed(Number(97), Number(100), YES) == ("\u22123,0\u00a0%", "")
    assert changed(Number(5), Number(5), YES) == ("unverändert", "")
    why = "Nicht vergleichbar: Personen verschiedener Förderrunden."
    assert changed(Number(1), Number(2), Verdict(comparable=False, sentence=why)) == ("", why)
    caveat = Verdict(comparable=True, sentence="Vergleichbar mit Vorbehalt.", caveat=True)
    assert changed(Number(3), Number(2), caveat) == ("+50,0\u00a0%", "Vergleichbar mit Vorbehalt.")
    assert changed(Number(3), Number(0), YES)[0] == ""
    assert "null" in changed(Number(3), Number(0), YES)[1]
    assert "abgeschlossener Monat" in changed(Number(None), Number(3), YES)[1]


def test_a_row_says_why_it_has_no_numbers_and_the_others_stay() -> None:
    plan = Plan(scope(), sheets())
    plan.follow("first_counsellings")
    plan.follow("transfers")
    assert set(plan.questions) == {"first_counsellings", "transfers", "transfers before"}
    stock = {"total": 16, "passport": {"link": "indicator=transfers&as_of=2026-11-26"}}
    found = {"first_counsellings": series(*ROWS).found | {"indicator": "first_counsellings"}, "transfers": stock}
    outcome = Outcome(plan, found | {"transfers before": Problem(422, "Zu früh.")}, {"first_counsellings": YES})
    rows = outcome.rows(["first_counsellings", "transfers"])
    assert [(row.now.value, row.problem) for row in rows] == [(11, ""), (None, "Zu früh.")]
    with pytest.raises(Problem, match="Zu früh"):
        _ = Outcome(plan, {"transfers": Problem(422, "Zu früh.")}, {}).first_answer


def test_the_stock_of_a_year_before_is_asked_at_the_day_of_a_year_before() -> None:
    plan = Plan(scope(), sheets())
    plan.follow("transfers")
    now, before = (dict(one.question(TODAY)) for one in plan.pairs["transfers"])
    assert (now["as_of"], before["as_of"]) == ("2026-11-26", "2025-11-26")
    assert "from" not in now


def test_addresses_keep_period_and_stand() -> None:
    page = Scope(Desk("MUT IQ", True, TODAY), "/bund", Period(2022, 3, TODAY), {"as_of": "jetzt"}, marked="transfers")
    assert page.address() == "/bund?jahr=2022&quartal=3&karte=transfers&as_of=jetzt"
    assert page.line_page("qualification") == "/bund/linie/qualification?jahr=2022&quartal=3&as_of=jetzt"
    assert page.network_page("rp") == "/bund/netzwerk/rp?jahr=2022&quartal=3&as_of=jetzt"
    assert [link for _, link in page.switch] == ["/bund?jahr=2022&quartal=3&karte=transfers"]
    own = Scope(Desk("rp", False, TODAY), "/auswertung", Period(2022, None, YESTERDAY), {})
    assert (own.line_page("qualification"), own.network_page("rp")) == (
        "/auswertung/linie/qualification?jahr=2022",
        "",
    )


def test_a_small_trend_names_what_it_shows() -> None:
    drawn = sparkline((0, 10, 5))
    assert 'points="2.0,26.0 60.0,2.0 118.0,14.0"' in drawn
    assert 'aria-label="Verlauf über 3 Quartale, zwischen 0 und 10, zuletzt 5"' in drawn
    assert sparkline((4,)) == ""
    assert "26.0" in sparkline((0, 0))  # nothing at all is a line at the bottom
