"""Rules of participations at the desk beside those that files keep too (`participation`). Pure; days are passed in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.registration.leaving import check_situations, situations, too_late
from services.registration.participation import check_participation
from shared.problems import FieldProblem
from shared.vocabulary import CourseForm, LanguageLevel
from shared.vocabulary.measures import MeasureType, Phase

LEAST_MONTHS, MOST_MONTHS = 16, 24
"""How long the phases of “Specialized!” take together (SPZ-01)."""
DAYS_PER_MONTH = 365.25 / 12
LEVELS = tuple(LanguageLevel)
PHASES = tuple(Phase)


class Notice(NamedTuple):
    """Something to look at that refuses nothing."""

    code: str
    text: str


class Days(NamedTuple):
    """From when to when somebody takes part in an offering; without a last day she still does."""

    entered_on: date
    ended_on: date | None


def with_days(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a row with the days of its phases as days; rows hold them as text."""
    phases = [entry | {name: _day(entry.get(name)) for name in ("starts", "ends")} for entry in values["phases"]]
    return dict(values) | {"phases": phases}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def check_desk(
    values: Mapping[str, Any], line: str, measure: str | None, hers: Iterable[Days], today: date
) -> list[FieldProblem]:
    """Problems of a participation: the rules of files, an end without a result, phases, a second entry.

    `hers` are the days of the same person's other participations in the same offering.
    """
    problems = check_participation(values, line, today)
    if values.get("ended_on") is not None and values.get("result") is None:
        text = "Zum Ende fehlt das Ergebnis."
        problems.append(FieldProblem("result", None, text, "Bitte „beendet“ oder „abgebrochen“ wählen."))
    problems += check_phases(values.get("phases") or [], measure, values["entered_on"], today)
    problems += check_situations(situations(values.get("after_exit") or []), values.get("ended_on"), today)
    return problems + check_twice(Days(values["entered_on"], values.get("ended_on")), hers)


def check_twice(mine: Days, hers: Iterable[Days]) -> list[FieldProblem]:
    """The problem of a person who takes part in the offering at the same time already."""
    for other in hers:
        if _until(other) >= mine.entered_on and _until(mine) >= other.entered_on:
            text = f"Diese Person nimmt an diesem Angebot schon teil, seit dem {other.entered_on:%d.%m.%Y}."
            remedy = "Bitte die vorhandene Teilnahme korrigieren oder beenden."
            return [FieldProblem("entered_on", f"{mine.entered_on:%d.%m.%Y}", text, remedy)]
    return []


def _until(days: Days) -> date:
    return days.ended_on or date.max


def check_phases(
    phases: Sequence[Mapping[str, Any]], measure: str | None, entered: date, today: date
) -> list[FieldProblem]:
    """Problems of the phases of “Specialized!”: each once, in their order, one after the other (domain 6.6)."""
    if not phases:
        return []
    if measure != MeasureType.SPECIALIZED:
        text = "Phasen gibt es nur in Maßnahmen der Art „Specialized!“."
        return [FieldProblem("phases", None, text, "Bitte die Phasen leeren oder die Art der Maßnahme prüfen.")]
    places = [PHASES.index(Phase(entry["phase"])) for entry in phases]
    if places != sorted(set(places)):
        return [FieldProblem("phases", None, "Die Phasen stehen nicht in ihrer Reihenfolge.", "Bitte ordnen.")]
    before = entered
    for entry in phases:
        if problem := _check_phase(entry, before, last=entry is phases[-1], today=today):
            return [problem]
        before = entry["ends"]
    return []


def _check_phase(entry: Mapping[str, Any], before: date, *, last: bool, today: date) -> FieldProblem | None:
    name, starts, ends = Phase(entry["phase"]).de, entry["starts"], entry.get("ends")
    if starts < before:
        text = f"„{name}“ beginnt am {starts:%d.%m.%Y}, vor dem {before:%d.%m.%Y} davor."
    elif starts > today:
        text = f"„{name}“ beginnt erst am {starts:%d.%m.%Y}; erfasst wird, was begonnen hat."
    elif ends is not None and ends < starts:
        text = f"„{name}“ endet vor dem Beginn."
    elif ends is None and not last:
        text = f"Vor der nächsten Phase fehlt das Ende von „{name}“."
    else:
        return None
    return FieldProblem("phases", f"{starts:%d.%m.%Y}", text, "Bitte die Tage prüfen.")


def notices(values: Mapping[str, Any], offering: Mapping[str, Any]) -> list[Notice]:
    """What to look at: company (QUA-05), language and length of “Specialized!” (SPZ-01, SPZ-02), days, ESF+.

    Rough values of the sources; they refuse nothing.
    """
    found = []
    if values["form"] == CourseForm.INDIVIDUAL and values.get("company_key") is None:
        text = "Zu einer individuellen Qualifizierung gehört der Betrieb; sein Kennzeichen fehlt."
        found.append(Notice("company_missing", text))
    starts, ends, entered = offering.get("starts"), offering.get("ends"), values["entered_on"]
    if (starts is not None and entered < starts) or (ends is not None and entered > ends):
        found.append(Notice("outside_offering", "Der Eintritt liegt nicht in der Laufzeit des Angebots."))
    if offering.get("measure") == MeasureType.SPECIALIZED:
        found += _of_specialized(values)
    return found + _of_esf(values)


def _of_esf(values: Mapping[str, Any]) -> list[Notice]:
    """What ESF+ does not count, though it is kept (ADR 0017)."""
    after = situations(values.get("after_exit") or [])
    late = "Der Verbleib vom {:%d.%m.%Y} zählt im ESF nicht: Er liegt mehr als 28 Tage nach dem Ende."
    found = [Notice("esf_too_late", late.format(one.on)) for one in too_late(after, values.get("ended_on"))]
    if values.get("employment_status") is None and (after or values.get("education_level")):
        text = "Ohne Erwerbsstatus beim Eintritt zählt diese Teilnahme im ESF nicht."
        found.append(Notice("esf_status_missing", text))
    return found


def _of_specialized(values: Mapping[str, Any]) -> list[Notice]:
    found = []
    level = values.get("german_level") or LanguageLevel.NOT_STATED
    if level == LanguageLevel.NOT_STATED or LEVELS.index(LanguageLevel(level)) < LEVELS.index(LanguageLevel.B2):
        found.append(Notice("language_below_b2", "Zur Aufnahme wird Deutsch auf dem Niveau B2 erwartet."))
    phases = values.get("phases") or []
    whole = len(phases) == len(PHASES) and phases[-1].get("ends") is not None
    months = sum((entry["ends"] - entry["starts"]).days for entry in phases) / DAYS_PER_MONTH if whole else None
    if months is not None and not LEAST_MONTHS <= round(months) <= MOST_MONTHS:
        text = f"Die Phasen dauern zusammen {round(months)} Monate; üblich sind {LEAST_MONTHS} bis {MOST_MONTHS}."
        found.append(Notice("unusual_length", text))
    return found
