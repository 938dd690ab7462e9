"""Rules of participations (QUA-01, QUA-02): what a row must keep, and which days its revisions have. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from services.registration.model import check_day
from shared.importing.rows import recording_day
from shared.problems import FieldProblem
from shared.vocabulary import Result, Success

OF_THE_END = ("ended_on", "result", "success", "ended_recorded_on")


class Stored(Protocol):
    """A participation as it was stored by an earlier file."""

    recorded_on: date
    row_recorded_on: date | None
    ended_on: date | None
    ended_recorded_on: date | None


def check_in_force(code: str, *, withdrawn: bool) -> list[FieldProblem]:
    """The problem of an offering that was withdrawn: nobody enters it any more."""
    text = f"Das Angebot „{code}“ wurde zurückgezogen."
    return [FieldProblem("offering", code, text, "Bitte das Kürzel prüfen.")] if withdrawn else []


def check_participation(values: Mapping[str, Any], line: str, today: date) -> list[FieldProblem]:
    """Problems of a participation: days, birth year, a result without an end, a success of someone who left."""
    entered, ended = values["entered_on"], values.get("ended_on")
    problems = check_day("entered_on", entered, line, today)
    born = values.get("birth_year")
    if born is not None and not 1900 <= born <= entered.year:
        text = f"Das Geburtsjahr {born} kann nicht stimmen."
        problems.append(FieldProblem("birth_year", born, text, "Bitte vierstellig prüfen, z. B. 1988."))
    if ended is None:
        text = "Diese Angabe gehört zum Ende der Teilnahme, dessen Datum fehlt."
        given = [name for name in OF_THE_END if values.get(name) is not None]
        problems += [
            FieldProblem(name, _shown(values[name]), text, "Bitte das Datum des Endes ergänzen.") for name in given
        ]
    elif ended > today or ended < entered:
        text = "liegt in der Zukunft" if ended > today else f"liegt vor dem Eintritt am {entered:%d.%m.%Y}"
        shown = f"{ended:%d.%m.%Y}"
        problems.append(FieldProblem("ended_on", shown, f"Der {shown} {text}.", "Bitte prüfen."))
    if values.get("result") == Result.DROPPED_OUT and values.get("success") not in (None, Success.NONE):
        text = "Eine abgebrochene Teilnahme kann nicht erfolgreich sein."
        problems.append(FieldProblem("success", _shown(values["success"]), text, "Bitte Ergebnis oder Erfolg prüfen."))
    return problems


def _shown(value: Any) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(getattr(value, "de", value))


def recording_days(
    values: Mapping[str, Any], before: Stored | None, today: date
) -> tuple[list[date], list[FieldProblem]]:
    """Days of the revisions of a row, of the entry and of the end or of one that says all; and their problems.

    The entry has `recorded_on`, the end `ended_recorded_on`; if that is empty, or the same as in the row before, the
    later of `recorded_on` and `ended_on` (contracts §5). A stored entry is told again only with a new `recorded_on` and
    as long as it has no end: a later truth about a participation that has ended is one revision.
    """
    stored, known = (before.recorded_on, before.row_recorded_on) if before else (None, None)
    entry, problems = recording_day({**values, "date": values["entered_on"]}, stored, today, known)
    named = values.get("recorded_on") not in (None, known)
    ended, given = values.get("ended_on"), values.get("ended_recorded_on")
    last = entry if ended is None else max(entry, ended)
    if ended is not None and given is not None and (before is None or given != before.ended_recorded_on):
        last = given
        problems += _check_end(given, ended, before.recorded_on if before and not named else entry, today)
    withdrawn = values.get("withdrawn_on")
    if withdrawn is not None and withdrawn < last and not problems:
        text = "Das Datum der Rücknahme liegt vor dem Erfassungsdatum."
        problems.append(FieldProblem("withdrawn_on", f"{withdrawn:%d.%m.%Y}", text, "Bitte prüfen."))
    one = ended is None or (before is not None and (before.ended_on is not None or not named))
    return [last] if one else [entry, last], problems


def _check_end(given: date, ended: date, earliest: date, today: date) -> list[FieldProblem]:
    if given > today:
        text = f"Der {given:%d.%m.%Y} liegt in der Zukunft."
    elif given < ended:
        text = "Das Ende kann nicht vor dem Tag erfasst worden sein, an dem es war."
    elif given < earliest:
        text = f"Das Ende kann nicht vor dem {earliest:%d.%m.%Y} erfasst worden sein, dem Tag der Erfassung davor."
    else:
        return []
    return [FieldProblem("ended_recorded_on", f"{given:%d.%m.%Y}", text, "Bitte eines der Daten prüfen.")]
