"""Rules of a run that hold for every programme. Pure; days and instants are passed in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.registration.programmes.definition import Definition
from shared.clock import BERLIN
from shared.problems import FieldProblem
from shared.vocabulary import RunState

ENDED = frozenset({RunState.CANCELLED, RunState.COMPLETED})
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LONGEST = timedelta(hours=14)
"""What is longer is two dates, or a slip of the pen."""


def check_run(values: Mapping[str, Any]) -> list[FieldProblem]:
    """Problems of a run's own days and sizes."""
    problems = _far(values)
    if problems:
        return problems
    starts, ends = values["starts_on"], values["ends_on"]
    if ends is not None and ends < starts:
        problems.append(FieldProblem("ends_on", f"{ends:%d.%m.%Y}", "Das Ende liegt vor dem Beginn.", "Bitte prüfen."))
    if values["min_places"] > values["max_places"]:
        text = "Die Mindestzahl ist größer als die Höchstzahl."
        problems.append(FieldProblem("min_places", values["min_places"], text, "Bitte eine der beiden ändern."))
    opens, deadline = values["opens_at"], values["deadline"]
    if values["published"] and deadline is None:
        text = "Für eine öffentliche Anmeldung fehlt die Frist."
        problems.append(FieldProblem("deadline", None, text, "Bitte Tag und Uhrzeit angeben."))
    if opens is not None and deadline is not None and deadline <= opens:
        shown = f"{deadline.astimezone(BERLIN):%d.%m.%Y %H:%M}"
        text = "Die Frist endet, bevor die Anmeldung beginnt."
        problems.append(FieldProblem("deadline", shown, text, "Bitte eines der beiden ändern."))
    return problems


def _far(values: Mapping[str, Any]) -> list[FieldProblem]:
    """Days and instants outside of a century: a slip of the pen, and nothing that could be reckoned with."""
    found = [
        name for name in ("starts_on", "ends_on") if not FIRST.date() <= (values[name] or FIRST.date()) < LAST.date()
    ]
    found += [name for name in ("opens_at", "deadline") if not FIRST <= (values[name] or FIRST) < LAST]
    return [FieldProblem(name, None, "Dieses Datum liegt zu weit weg.", "Bitte prüfen.") for name in found]


def check_date(values: Mapping[str, Any], definition: Definition) -> list[FieldProblem]:
    """Problems of a date's own: its step, its times, and whose it is."""
    problems = []
    starts, ends, step = values["starts_at"], values["ends_at"], definition.step(values["step"])
    if step is None:
        allowed = [one.title for one in definition.steps]
        text = "Diesen Schritt gibt es in dem Programm nicht."
        problems.append(FieldProblem("step", values["step"], text, "Bitte einen der Schritte wählen.", allowed))
    if not FIRST <= starts < LAST:
        problems.append(FieldProblem("starts_at", None, "Dieses Datum liegt zu weit weg.", "Bitte prüfen."))
    elif not timedelta() < ends - starts <= LONGEST:
        text = "Das Ende liegt nicht nach dem Beginn." if ends <= starts else "Der Termin dauert länger als ein Tag."
        problems.append(FieldProblem("ends_at", None, text, "Bitte Beginn und Ende prüfen; jeder Tag ist ein Termin."))
    if step is not None and step.per_team and values["registration_id"] is None:
        text, remedy = "Dieser Schritt findet in jedem Haus einzeln statt.", "Bitte das Haus wählen."
        problems.append(FieldProblem("registration_id", None, text, remedy))
    if step is not None and not step.per_team and values["registration_id"] is not None:
        text, remedy = "Zu diesem Schritt kommen alle Häuser zusammen.", "Bitte kein einzelnes Haus wählen."
        problems.append(FieldProblem("registration_id", None, text, remedy))
    return problems
