"""Rules of a run that hold for every programme. Pure; days and instants are passed in."""

from collections.abc import Mapping
from typing import Any

from shared.clock import BERLIN
from shared.problems import FieldProblem
from shared.vocabulary.runs import UNDECIDED

__all__ = ["UNDECIDED", "check_run"]


def check_run(values: Mapping[str, Any]) -> list[FieldProblem]:
    """Problems of a run's own days and sizes."""
    problems = []
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
