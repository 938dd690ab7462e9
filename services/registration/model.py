"""Rules of registration. Pure; days are passed in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from shared.nationalities import collation_key
from shared.problems import FieldProblem
from shared.vocabulary import LINE_STARTS, ProgrammeLine, StructureKind, funding_round

PARENT = {StructureKind.OFFICE: StructureKind.SUB_PROJECT, StructureKind.SUB_PROJECT: StructureKind.CARRIER}
"""An office belongs to a Teilprojekt, a Teilprojekt to a carrier (contracts §4)."""


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


def check_meeting(values: Mapping[str, Any], offices: Collection[str], today: date) -> list[FieldProblem]:
    """Problems of a meeting: future day, line not started (HSP-01, -02), more new than present, unknown office."""
    day, line, problems = values["date"], ProgrammeLine(values["programme_line"]), []
    shown = f"{day:%d.%m.%Y}"
    if day > today:
        problems.append(FieldProblem("date", shown, f"Der {shown} liegt in der Zukunft.", "Bitte prüfen."))
    start = LINE_STARTS.get(line)
    if start is not None and day < start:
        text = f"„{line.de}“ gibt es erst seit dem {start:%d.%m.%Y}."
        problems.append(FieldProblem("date", shown, text, "Bitte Datum oder Handlungsfeld prüfen."))
    try:
        funding_round(day)
    except ValueError:
        text = f"Am {shown} gab es das Förderprogramm noch nicht."
        problems.append(FieldProblem("date", shown, text, "Bitte das Jahr prüfen."))
    if values["new_participants"] > values["participants"]:
        text = "Es können nicht mehr neue Teilnehmende als Teilnehmende sein."
        problems.append(FieldProblem("new_participants", values["new_participants"], text, "Bitte prüfen."))
    office = values.get("office")
    if office is not None and office not in offices:
        text = f"Die Beratungsstelle „{office}“ steht nicht im Strukturregister Ihres Trägers."
        problems.append(FieldProblem("office", office, text, "Bitte eine der erlaubten angeben.", sorted(offices)))
    return problems


def check_structure(values: Mapping[str, Any], parent_kind: str | None) -> list[FieldProblem]:
    """Problems of a unit: wrong kind of parent, end before start."""
    needed = PARENT.get(StructureKind(values["kind"]))
    if needed is not None and parent_kind != needed:
        text = f"Dieser Eintrag braucht als übergeordnete Einheit: {needed.de}."
        return [FieldProblem("parent_id", str(values.get("parent_id")), text, "Bitte zuordnen.")]
    if values.get("valid_to") is not None and values["valid_to"] < values["valid_from"]:
        text = "Das Ende liegt vor dem Beginn."
        return [FieldProblem("valid_to", str(values["valid_to"]), text, "Bitte prüfen.")]
    return []
