"""The public sheet of an item, made of the fields that are a part of it. Pure; it is shown before it is sent."""

from collections.abc import Mapping

from services.registration.items.kinds import ItemField, ItemType, vocabularies
from services.registration.items.values import Values, missing
from shared.problems import FieldProblem

LONGEST = {"title": 200, "summary": 2000}
"""What the contract lets through; every other part is bounded by its field."""
Sheet = dict[str, str | None]


def sheet_of(kind: ItemType, values: Values) -> Sheet:
    """What of an item would be public, by part of the contract's sheet."""
    found: Sheet = {}
    for part in dict.fromkeys(one.part for one in kind.fields if one.part):
        entries = [(one, values[one.name] or "") for one in kind.fields if one.part == part and values.get(one.name)]
        if part == "title":
            found[part] = " – ".join(text for _, text in entries) or None
        elif part == "summary":
            found[part] = _summary(kind, entries)
        else:
            found[part] = next((text for _, text in entries), None)
    return found


def _summary(kind: ItemType, entries: list[tuple[ItemField, str]]) -> str | None:
    """One text; where several fields make it, each begins with its label. Codes are said in German."""
    words: Mapping[str, str] = {code: text for one, _ in entries for code, text in vocabularies().get(one.options, ())}
    several = sum(one.part == "summary" for one in kind.fields) > 1
    parts = [
        f"{one.label}: {words.get(text, text) if one.options else text}" if several else text for one, text in entries
    ]
    return "\n\n".join(parts) or None


def texts_of(kind: ItemType, values: Values) -> dict[str, str]:
    """The public texts by field, where a person may be hidden; what is chosen, and the agreed contact, is none."""
    free = ("text", "lines")
    return {one.name: text for one in kind.fields if one.part and one.kind in free and (text := values.get(one.name))}


def check_sheet(kind: ItemType, values: Values, *, whole: bool = False) -> list[FieldProblem]:
    """What is wrong with a sheet that shall be public: fields that are missing, too much text together.

    `whole`: it is a selected example, whose sheet has all its parts (GP-10).
    """
    needed = ("public", "sheet") if whole else ("public",)
    problems = [missing(one) for one in kind.fields if one.needed in needed and not values.get(one.name)]
    sheet = sheet_of(kind, values)
    for part, longest in LONGEST.items():
        text = sheet.get(part) or ""
        if len(text) > longest:
            first = next(one for one in kind.fields if one.part == part and one.kind != "select")
            problem = f"Die öffentlichen Texte haben zusammen {len(text)} Zeichen, erlaubt sind {longest}."
            problems.append(FieldProblem(first.name, None, problem, "Bitte kürzen."))
    return problems
