"""Retention rules: which day is due, what an operator may change, and that every table is kept by one of them."""

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel

from deploy.local.paths import ROOT
from services.counselling.drafts import KEPT
from services.counselling.rights import registry as of_counselling
from services.counselling.rights import retention as counselling
from services.gateway import retention as gateway
from services.gateway import tables as of_gateway
from services.gateway.sessions import ABSOLUTE
from services.registration.rights import quiet
from services.registration.rights import registry as of_registration
from services.registration.rights import retention as registration
from services.reporting.notes.tables import PERSONAL as NOTES
from shared.rights.expiry import Expiry
from shared.rights.periods import Period, first_kept
from shared.rights.retention import Rule, load_rules
from shared.rights.traces import untraced
from tests.unit.shared.test_rights import COUNSELLING, REGISTRATION

RULES = load_rules()


def ends(day: date, keep: Period) -> date:
    """The last day on which a record of a day is kept, as § 188 BGB says; written another way than the code."""
    if keep.unit == "days":
        return day + timedelta(days=keep.amount)
    month = day.month - 1 + keep.amount * (12 if keep.unit == "years" else 1)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + month // 12, month % 12 + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


@pytest.mark.parametrize(
    ("today", "keep", "first"),
    [
        ("2026-11-27", "90 days", "2026-08-29"),
        ("2026-11-27", "10 years", "2016-11-27"),
        ("2026-02-28", "10 years", "2016-02-28"),  # of 29 February 2016, this is the last day
        ("2026-03-01", "10 years", "2016-03-01"),
        ("2028-02-29", "1 year", "2027-03-01"),  # of 28 February 2027, yesterday was the last day
        ("2028-02-28", "1 year", "2027-02-28"),
        ("2026-03-31", "1 month", "2026-03-01"),
        ("2026-03-30", "1 month", "2026-03-01"),
        ("2026-03-28", "1 month", "2026-02-28"),
        ("2026-12-31", "6 months", "2026-07-01"),
        ("2027-01-01", "1 month", "2026-12-01"),
    ],
)
def test_the_first_day_still_kept(today: str, keep: str, first: str) -> None:
    assert first_kept(date.fromisoformat(today), Period.parse(keep)) == date.fromisoformat(first)


PERIODS = st.one_of(
    st.builds(Period, st.integers(1, 4000), st.just("days")),
    st.builds(Period, st.integers(1, 60), st.just("months")),
    st.builds(Period, st.integers(1, 30), st.just("years")),
)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), PERIODS, st.integers(-40, 40))
def test_a_day_is_due_exactly_when_its_period_has_ended(today: date, keep: Period, near: int) -> None:
    day = first_kept(today, keep) + timedelta(days=near)
    assert (day < first_kept(today, keep)) == (ends(day, keep) < today)


@pytest.mark.parametrize(
    "text", ["90", "days", "0 days", "-1 days", "1.5 years", "9 weeks", "300 years", "9999999 days"]
)
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"Frist; möglich ist zum Beispiel „90 days“"):
        Period.parse(text)


def test_periods_are_said_in_german() -> None:
    assert [Period.parse(text).german for text in ("1 day", "1 year", "10 years", "6 months")] == [
        "1 Tag",
        "1 Jahr",
        "10 Jahre",
        "6 Monate",
    ]


def own(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """An operator's file."""
    file = folder / "rp.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("IQ_RETENTION", str(file))


def test_an_operator_changes_periods_and_their_basis_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, monkeypatch, '[persons]\nkeep = "6 years"\nbasis = "§ 1 Beispielgesetz"\n')
    found = load_rules()
    assert (found["persons"].period, found["persons"].basis) == ("6 Jahre", "§ 1 Beispielgesetz")
    assert {name: rule for name, rule in found.items() if name != "persons"} == {
        name: rule for name, rule in RULES.items() if name != "persons"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[people]\nkeep = "6 years"', "„people“ gibt es nicht"),
        ('[persons]\nkeep = "6 weeks"', "„6 weeks“ ist keine Frist"),
        ('[persons]\nkeep = "30 days"', "30 Tage ist zu kurz; mindestens 1 Jahr"),
        ('[persons]\nthen = "bleibt"', "Ändern lassen sich nur „keep“ und „basis“"),
        ('[drafts]\nkeep = "30 days"', "hält das Programm selbst ein"),
        ('[audit]\nkeep = "30 days"', "hält das Programm selbst ein"),
        ('[sign_in_failures]\nkeep = "48 hours"', "Tage, Monate oder Jahre"),
        ("persons = 6", "Ändern lassen sich nur"),
        ("[persons", "Expected"),
    ],
)
def test_what_an_operator_must_not_change_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    own(tmp_path, monkeypatch, text)
    with pytest.raises(ValueError, match=rf"rp\.toml: .*{re.escape(said)}"):
        load_rules()


def test_a_file_that_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IQ_RETENTION", str(tmp_path / "missing.toml"))
    with pytest.raises(ValueError, match=r"missing\.toml"):
        load_rules()


def test_no_legal_basis_is_claimed_that_nobody_has_confirmed() -> None:
    assert [name for name, rule in RULES.items() if not rule.basis.startswith("zu bestätigen")] == []


def undecided(rules: dict[str, Rule], tables: dict[str, set[str]]) -> list[str]:
    """Tables that no rule keeps, or more than one does, and names of rules that are no table."""
    named = Counter(name for rule in rules.values() for name in (*rule.tables, *rule.along))
    known = {f"{service}.{name}" for service, names in tables.items() for name in names}
    existing = {f"registration.{name}" for name in REGISTRATION} | {f"counselling.{name}" for name in COUNSELLING}
    existing |= {name for name in known if name.startswith(("gateway.", "reporting."))}
    return sorted(
        [*(known - named.keys()), *(n for n, times in named.items() if times > 1), *(named.keys() - existing)]
    )


def personal() -> dict[str, set[str]]:
    """Tables that hold something of persons or accounts, by service."""
    rows = [row for row in vars(of_gateway).values() if isinstance(row, type) and issubclass(row, SQLModel)]
    return {
        "registration": {str(held.table.__tablename__) for held in of_registration.REGISTRY},
        "counselling": {str(held.table.__tablename__) for held in of_counselling.REGISTRY},
        "gateway": {str(row.__tablename__) for row in rows if hasattr(row, "__tablename__") and row is not SQLModel},
        "reporting": set(NOTES),
    }


def test_every_table_with_personal_data_is_kept_by_one_rule_or_goes_with_one() -> None:
    tables = personal()
    assert {name for name, found in tables.items() if len(found) <= 8} == {"reporting"}  # it keeps notes and no person
    assert undecided(dict(RULES), tables) == []


def test_a_new_table_must_say_how_long_it_is_kept() -> None:
    without = {name: rule for name, rule in RULES.items() if name != "confidential"}
    assert undecided(without, personal()) == ["counselling.sensitive_record"]


APPLIED: dict[str, tuple[Expiry, ...]] = {
    "registration": registration.expiries("key"),
    "counselling": counselling.expiries("key"),
    "gateway": gateway.EXPIRIES,
}


def test_each_service_applies_the_rules_that_name_it_and_no_other() -> None:
    for service, expiries in APPLIED.items():
        named = {name for name, rule in RULES.items() if rule.applied == "run" and service in rule.by}
        assert {expiry.rule for expiry in expiries} == named - {"persons"}, service
    assert RULES[quiet.RULE].by == ("registration",)
    assert all(bool(rule.by) == bool(rule.least) == (rule.applied == "run") for rule in RULES.values())
    assert all(rule.keep for rule in RULES.values() if rule.applied == "run")


def test_periods_that_the_program_keeps_itself_are_those_of_the_table() -> None:
    hours = RULES["sign_ins"].keep
    assert hours is not None
    assert (hours.unit, timedelta(hours=hours.amount)) == ("hours", ABSOLUTE)
    assert RULES["drafts"].keep == Period(KEPT.days, "days")


# Days that are none on which something happened, or of rows that say nothing by themselves.
NO_TRACE = {"person.birth_date", "outbox.created_at", "outbox.delivered_at", "parked.parked_on", "audit.at"}
NO_TRACE |= {"tombstone.erased_on", "erased_person.erased_on", "erased_reference.erased_on"}
NO_TRACE |= {"counselling_session.row_recorded_on"}
NO_TRACE |= {f"appointment_mail.{name}" for name in ("due_at", "next_at", "sent_at")}  # the appointment's day counts
NO_TRACE |= {"appointment.ends_at", "run_meeting.starts_at", "run_meeting.ends_at"}  # the run's days count
NO_TRACE |= {f"registration_mail.{name}" for name in ("due_at", "next_at", "sent_at")}  # the registration's day counts
NO_TRACE |= {"certificate.starts_on", "certificate.ends_on"}  # the day of issue counts
REFERENCED = "participation."
"""Linked to nobody but by a reference: the rule of imported references."""


@pytest.mark.parametrize(
    ("traces", "registry"),
    [(counselling.TRACES, of_counselling.REGISTRY), (quiet.TRACES, of_registration.REGISTRY)],
    ids=["counselling", "registration"],
)
def test_every_day_of_a_persons_records_keeps_her(traces: tuple[object, ...], registry: tuple[object, ...]) -> None:
    tables = [held.table for held in registry]  # type: ignore[attr-defined]
    found = untraced(traces, tables)  # type: ignore[arg-type]
    assert [name for name in found if name not in NO_TRACE and not name.startswith(REFERENCED)] == []


ROWS = re.compile(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \| ([^|]+) \|", re.MULTILINE)


def test_the_page_on_privacy_says_what_the_table_says() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").partition("## Retention")[2]
    told = {name: (kind, keep) for name, kind, keep in ROWS.findall(page)}
    written = {
        name: (rule.data_class.replace("Konten", "accounts"), f"{rule.keep}" if rule.keep else "–")
        for name, rule in RULES.items()
    }
    assert told == written
