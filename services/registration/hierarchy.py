"""Rules of the structure register: what lies under what, judged by the state after a whole file. Pure.

An office belongs to a Teilprojekt, a Teilprojekt to a carrier (contracts §4); other units may lie under any other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from shared.problems import FieldProblem
from shared.vocabulary import ProgrammeLine, StructureKind

PARENT = {StructureKind.OFFICE: StructureKind.SUB_PROJECT, StructureKind.SUB_PROJECT: StructureKind.CARRIER}

Key = tuple[str, str]
"""Kind and code: what names a unit."""


@dataclass
class Misplaced(Exception):
    """A unit that cannot lie where a row puts it."""

    problem: FieldProblem


def check_structure(values: Mapping[str, Any], parent_kind: str | None) -> list[FieldProblem]:
    """Problems of a unit: wrong kind of parent, end before start."""
    needed = PARENT.get(StructureKind(values["kind"]))
    if needed is not None and parent_kind != needed:
        text = f"Dieser Eintrag braucht als übergeordnete Einheit: {needed.de}."
        return [FieldProblem("parent_id", str(values.get("parent_id")), text, "Bitte zuordnen.")]
    return check_unit(values)


def check_unit(values: Mapping[str, Any]) -> list[FieldProblem]:
    """Problems of a unit by itself: end before start, a line that never leaves its network (class E)."""
    if values.get("programme_line") == ProgrammeLine.MIGRATION_SERVICE:
        text = "Dieses Handlungsfeld bleibt im Netzwerk, das Strukturregister ist öffentlich."
        return [FieldProblem("programme_line", ProgrammeLine.MIGRATION_SERVICE.de, text, "Bitte die Zelle leeren.")]
    if values.get("valid_to") is not None and values["valid_to"] < values["valid_from"]:
        text = "Das Ende liegt vor dem Beginn."
        return [FieldProblem("valid_to", f"{values['valid_to']:%d.%m.%Y}", text, "Bitte prüfen.")]
    return []


def parent_of(kind: str, code: str | None, known: Collection[Key]) -> Key | None:
    """The unit of this code that a unit of `kind` may lie under. Raises Misplaced."""
    child, needed = StructureKind(kind), PARENT.get(StructureKind(kind))
    if code is None:
        if needed is None:
            return None
        text = f"„{child.de}“ braucht als übergeordnete Einheit: {needed.de}."
        raise Misplaced(FieldProblem("parent", "", text, "Bitte dessen Kürzel eintragen."))
    kinds = [other for other in StructureKind if (other.value, code) in known]
    if needed in kinds:
        return needed.value, code
    if needed is None and len(kinds) == 1:
        return kinds[0].value, code
    raise Misplaced(FieldProblem("parent", code, *_unfit(code, child, needed, kinds)))


def _unfit(
    code: str, child: StructureKind, needed: StructureKind | None, kinds: list[StructureKind]
) -> tuple[str, str]:
    if not kinds:
        text = f"Die übergeordnete Einheit „{code}“ steht weder in dieser Datei noch im Strukturregister."
        return text, "Bitte das Kürzel prüfen oder die Einheit ergänzen."
    if needed is None:
        return f"Das Kürzel „{code}“ haben mehrere Einheiten.", "Bitte eine Einheit mit eindeutigem Kürzel angeben."
    text = f"„{code}“ ist nicht die richtige Art von Einheit ({kinds[0].de}) für „{child.de}“."
    return text, f"Bitte das Kürzel einer Einheit der Art „{needed.de}“ eintragen."


def in_circle(key: Key, parents: Mapping[Key, Key | None]) -> bool:
    """Whether a unit lies, through its parents, under itself."""
    above, seen = parents.get(key), set[Key]()
    while above is not None and above != key and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == key


def settle(
    stored: Mapping[Key, Key | None], wanted: Mapping[Key, str | None]
) -> tuple[dict[Key, Key | None], dict[Key, FieldProblem]]:
    """Parents of all units after a file, and the problems of its rows that cannot take their place.

    `stored` holds the units in force and their parents, `wanted` the code of the parent that each row names. A row
    that is refused leaves its unit as it was, which may refuse others: so again, until all that is left fits.
    """
    refused: dict[Key, FieldProblem] = {}
    while True:
        rows = {key: code for key, code in wanted.items() if key not in refused}
        known, parents, found = stored.keys() | rows.keys(), dict(stored), dict[Key, FieldProblem]()
        for key, code in rows.items():
            try:
                parents[key] = parent_of(key[0], code, known)
            except Misplaced as error:
                found[key] = error.problem
        for key in rows.keys() - found.keys():
            if in_circle(key, parents):
                text = "Diese Einheit läge über ihre übergeordneten Einheiten unter sich selbst."
                found[key] = FieldProblem("parent", rows[key], text, "Bitte die Zuordnung prüfen.")
        if not found:
            return parents, refused
        refused |= found


def settle_file(
    stored: Mapping[Key, Key | None], wanted: Mapping[Key, str | None], leaving: Collection[Key]
) -> tuple[dict[Key, Key | None], dict[Key, FieldProblem]]:
    """`settle` for a file some of whose rows are `leaving`: withdrawn, unless a unit that stays lies under them."""
    going, refused = set(leaving), dict[Key, FieldProblem]()
    while True:
        staying = {key: code for key, code in wanted.items() if key not in leaving}
        parents, misplaced = settle({key: above for key, above in stored.items() if key not in going}, staying)
        stuck = {above: key for key, above in parents.items() if above in going}
        for above, key in stuck.items():
            text = f"Unter dieser Einheit liegt noch „{key[1]}“ ({StructureKind(key[0]).de})."
            refused[above] = FieldProblem("withdrawn_on", "", text, "Bitte zuerst diese umhängen oder zurückziehen.")
        going -= stuck.keys()
        if not stuck:
            break
    for key in going:
        try:
            parents[key] = parent_of(key[0], wanted[key], parents.keys() | going)
        except Misplaced as error:
            refused[key] = error.problem
    return parents, refused | misplaced
