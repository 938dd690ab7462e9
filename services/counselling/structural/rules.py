"""Rules of structural work. Pure."""

from collections.abc import Mapping
from typing import Any

from shared.problems import FieldProblem
from shared.vocabulary.structural import StructuralKind


def check_work(values: Mapping[str, Any]) -> list[FieldProblem]:
    """Problems of what a record says beside day and office: an examination says where, nothing else does (DIS-06)."""
    context, examines = values["context"], values["kind"] == StructuralKind.EXAMINATION
    if examines and context is None:
        text = "Eine Untersuchung von Strukturen braucht einen Lebensbereich."
        return [FieldProblem("context", None, text, "Bitte wählen, wo die Strukturen untersucht werden.")]
    if context is not None and not examines:
        text = "Einen Lebensbereich hat nur eine Untersuchung von Strukturen."
        return [FieldProblem("context", context, text, "Bitte das Feld leeren oder die Art ändern.")]
    return []
