"""Rules a record of counselling must keep, whoever records it: form, API or import. Pure; days are passed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from shared.problems import FieldProblem
from shared.vocabulary import LINE_STARTS, ProgrammeLine, SessionType, StructureKind, funding_round


@dataclass(frozen=True, slots=True)
class Office:
    """An office (Beratungsstelle) with its Teilprojekt and carrier."""

    office_id: UUID
    code: str
    name: str
    project_id: UUID | None
    carrier_id: UUID | None
    valid_from: date
    valid_to: date | None


class Told(Protocol):
    """What `told_line` looks at."""

    programme_line: str
    withdrawn: bool


Offices = Mapping[str, Office]
"""Offices of the own carrier by code."""


def check_day(day: date, line: str, today: date) -> list[FieldProblem]:
    """Problems of a day for a programme line: future (MON-02), no round (HSP-04), line not started (HSP-01, -02)."""
    shown = day.strftime("%d.%m.%Y")
    if day > today:
        return [FieldProblem("date", shown, f"Der {shown} liegt in der Zukunft.", "Bitte das Datum prüfen.")]
    try:
        funding_round(day)
    except ValueError:
        problem = f"Am {shown} gab es das Förderprogramm noch nicht."
        return [FieldProblem("date", shown, problem, "Bitte das Jahr prüfen.")]
    start = LINE_STARTS.get(ProgrammeLine(line))
    if start is not None and day < start:
        label = ProgrammeLine(line).de
        problem = f"„{label}“ gibt es erst seit dem {start:%d.%m.%Y}."
        return [FieldProblem("date", shown, problem, "Bitte Datum oder Handlungsfeld prüfen.")]
    return []


def check_office(code: str | None, offices: Offices, day: date) -> list[FieldProblem]:
    """Problems of an office code: unknown in the structure register of the own carrier, or closed on that day."""
    if code is None:
        return []
    office = offices.get(code)
    if office is None:
        problem = f"Die Beratungsstelle „{code}“ steht nicht im Strukturregister Ihres Trägers."
        return [FieldProblem("office", code, problem, "Bitte eine der erlaubten Stellen angeben.", sorted(offices))]
    if day < office.valid_from or (office.valid_to is not None and day > office.valid_to):
        problem = f"Die Beratungsstelle „{code}“ war am {day:%d.%m.%Y} nicht geöffnet."
        return [FieldProblem("office", code, problem, "Bitte Datum oder Beratungsstelle prüfen.")]
    return []


def check_record(values: Mapping[str, Any], offices: Offices, today: date) -> list[FieldProblem]:
    """Problems every record may have: of its `date`, `programme_line` and `office`."""
    problems = check_day(values["date"], values["programme_line"], today)
    return problems + check_office(values.get("office"), offices, values["date"])


def check_line(told: str | None, line: str) -> list[FieldProblem]:
    """Nothing of the line `migration_service` is told, so a record that was told under another line cannot go there.

    `told` is the line of the record in force: it would stay at the centre for ever (design §3, class E).
    """
    if told in (None, ProgrammeLine.MIGRATION_SERVICE) or line != ProgrammeLine.MIGRATION_SERVICE:
        return []
    text = "Dieser Eintrag ist schon gemeldet; der Migrationsfachdienst meldet nichts."
    remedy = "Bitte den Eintrag zurückziehen und im Migrationsfachdienst neu erfassen."
    return [FieldProblem("programme_line", line, text, remedy)]


def told_line(row: Told | None) -> str | None:
    """The line under which a record in force was told."""
    return None if row is None or row.withdrawn else row.programme_line


def check_session(values: Mapping[str, Any], offices: Offices, today: date) -> list[FieldProblem]:
    """All problems of a session's values (`date`, `programme_line`, `office`, …)."""
    problems = check_record(values, offices, today)
    born = values.get("birth_year")
    if born is not None and not 1900 <= born <= values["date"].year:
        text = f"Das Geburtsjahr {born} kann nicht stimmen."
        problems.append(FieldProblem("birth_year", born, text, "Bitte vierstellig prüfen, z. B. 1988."))
    return problems + check_founder(values) + check_second_level(values)


def check_founder(values: Mapping[str, Any]) -> list[FieldProblem]:
    """As what a founder is counselled is asked in the Migrantenökonomie only (MOE-01)."""
    if values.get("founder") is None or values["programme_line"] == ProgrammeLine.MIGRANT_ECONOMY:
        return []
    text = "Selbständigkeit wird nur in der Migrantenökonomie erfasst."
    return [FieldProblem("founder", values["founder"], text, "Bitte das Handlungsfeld ändern oder das Feld leeren.")]


def check_second_level(values: Mapping[str, Any]) -> list[FieldProblem]:
    """A request to the second level carries no name: it is another office's case, and stays there (CNS-19)."""
    if values.get("session_type") != SessionType.SECOND_LEVEL or values.get("person_id") is None:
        return []
    text = "Eine Second-Level-Anfrage trägt keinen Namen; den Fall führt weiter die anfragende Stelle."
    return [FieldProblem("person_id", None, text, "Bitte den Namen weglassen.")]


def offices_of(units: Mapping[UUID, Any], carriers: tuple[UUID, ...]) -> dict[str, Office]:
    """Offices whose Teilprojekt belongs to one of the carriers (contracts §4: office → Teilprojekt → carrier)."""
    found = {}
    for unit in units.values():
        if unit.kind != StructureKind.OFFICE or unit.withdrawn:
            continue
        project = units.get(unit.parent_id)
        carrier_id = project.parent_id if project is not None else None
        if carrier_id in carriers:
            found[unit.code] = Office(
                unit.structure_id, unit.code, unit.name, unit.parent_id, carrier_id, unit.valid_from, unit.valid_to
            )
    return found
