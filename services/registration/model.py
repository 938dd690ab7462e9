"""Rules of registration. Pure; days are passed in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from shared.nationalities import collation_key
from shared.problems import FieldProblem
from shared.vocabulary import LINE_STARTS, ProgrammeLine, funding_round


def search_name(name: str) -> str:
    """A name as it is searched: no case, no accents, no punctuation."""
    folded = collation_key(name.replace("ß", "ss"))
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def meeting_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a meeting with the default of `new_participants` filled in."""
    filled = dict(values)
    if filled.get("new_participants") is None:
        filled["new_participants"] = filled["participants"] if filled["number"] == 1 else 0
    filled["target_groups"] = sorted(set(filled.get("target_groups") or []))
    return filled


def check_day(field: str, day: date, line: str, today: date) -> list[FieldProblem]:
    """Problems of a day for a programme line: future (MON-02), no round (HSP-04), line not started (HSP-01, -02)."""
    line, shown, problems = ProgrammeLine(line), f"{day:%d.%m.%Y}", []
    if day > today:
        problems.append(FieldProblem(field, shown, f"Der {shown} liegt in der Zukunft.", "Bitte prüfen."))
    start = LINE_STARTS.get(line)
    if start is not None and day < start:
        text = f"„{line.de}“ gibt es erst seit dem {start:%d.%m.%Y}."
        problems.append(FieldProblem(field, shown, text, "Bitte Datum oder Handlungsfeld prüfen."))
    try:
        funding_round(day)
    except ValueError:
        text = f"Am {shown} gab es das Förderprogramm noch nicht."
        problems.append(FieldProblem(field, shown, text, "Bitte das Jahr prüfen."))
    return problems


def check_office(code: str | None, offices: Collection[str]) -> list[FieldProblem]:
    """Problems of an office's code: unknown in the structure register of the own carrier."""
    if code is None or code in offices:
        return []
    text = f"Die Beratungsstelle „{code}“ steht nicht im Strukturregister Ihres Trägers."
    return [FieldProblem("office", code, text, "Bitte eine der erlaubten angeben.", sorted(offices))]


def check_offering_code(code: str | None, offerings: Collection[str]) -> list[FieldProblem]:
    """Problems of an offering's code: none of the carrier's offerings has it."""
    if code is None or code in offerings:
        return []
    text = f"Das Angebot „{code}“ gibt es bei Ihrem Träger nicht."
    return [FieldProblem("offering", code, text, "Bitte das Kürzel prüfen oder zuerst das Angebot importieren.")]


def check_meeting(values: Mapping[str, Any], offices: Collection[str], today: date) -> list[FieldProblem]:
    """Problems of a meeting: its day, more new than present, unknown office."""
    problems = check_day("date", values["date"], values["programme_line"], today)
    if values["new_participants"] > values["participants"]:
        text = "Es können nicht mehr neue Teilnehmende als Teilnehmende sein."
        problems.append(FieldProblem("new_participants", values["new_participants"], text, "Bitte prüfen."))
    return problems + check_office(values.get("office"), offices)


def check_offering(values: Mapping[str, Any], offices: Collection[str], line_in_use: str | None) -> list[FieldProblem]:
    """Problems of an offering: unknown office, end before start.

    `line_in_use` is the line of its participations, if it has any: they keep it, and the offering stays.
    """
    problems = check_office(values.get("office"), offices)
    starts, ends = values.get("starts"), values.get("ends")
    if starts is not None and ends is not None and ends < starts:
        problems.append(FieldProblem("ends", f"{ends:%d.%m.%Y}", "Das Ende liegt vor dem Beginn.", "Bitte prüfen."))
    if line_in_use is not None and values["programme_line"] != line_in_use:
        line, text = (
            ProgrammeLine(values["programme_line"]),
            "Zu diesem Angebot gibt es schon Teilnahmen im Handlungsfeld",
        )
        remedy = "Bitte das Handlungsfeld belassen oder ein neues Angebot anlegen."
        problems.append(FieldProblem("programme_line", line.de, f"{text} „{ProgrammeLine(line_in_use).de}“.", remedy))
    if line_in_use is not None and values.get("withdrawn_on") is not None:
        text = "Zu diesem Angebot gibt es noch Teilnahmen."
        shown = f"{values['withdrawn_on']:%d.%m.%Y}"
        problems.append(FieldProblem("withdrawn_on", shown, text, "Bitte zuerst diese zurückziehen."))
    return problems
