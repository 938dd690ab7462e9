"""Two tabs, or two people, with one record: what was typed beside what is stored now; each field is chosen."""

import json
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.gateway.access import Visitor
from services.gateway.forms import Field, Form, german, read_day
from services.gateway.languages import _
from services.gateway.rendering import render
from shared.problems import Problem

CHOICE = "wahl_"
"""Begins the name of a choice; what follows is the field's."""
STORED = "gespeichert"
RENEWED = ("revision", "person_revision", "before")
"""Hidden values that the next attempt takes from the stored record."""


@dataclass(frozen=True)
class Difference:
    """A field in which typed and stored differ, in words; `mine`: it was changed here, not only there."""

    name: str
    label: str
    typed: str
    stored: str
    mine: bool


def value_of(entry: Field) -> str | list[str]:
    """A field's value in the form in which two can be compared."""
    if entry.kind == "checks":
        return sorted(entry.values)
    if entry.kind == "date":
        try:
            return german(read_day(entry.value, entry.name, entry.label).isoformat())
        except Problem:
            return entry.value.strip()
    return entry.plain.strip()


def words_of(entry: Field) -> str:
    """A field's value as people read it."""
    labels = dict(entry.options)
    chosen = list(entry.values) if entry.kind == "checks" else [entry.value.strip()]
    return ", ".join(labels.get(code, code) for code in chosen if code or code in labels) or _("keine Angabe")


def differences(typed: Form, stored: Form) -> list[Difference]:
    """Fields in which the two differ. What stands as it was when the form was opened is not `mine`."""
    before = _before(typed)
    others = {entry.name: entry for entry in stored.fields}
    found = []
    for entry in typed.fields:
        other = others[entry.name]
        if value_of(entry) != value_of(other):
            untouched = entry.name in before and (entry.plain or list(entry.values)) == before[entry.name]
            found.append(Difference(entry.name, entry.label, words_of(entry), words_of(other), not untouched))
    return found


def _before(typed: Form) -> dict[str, Any]:
    try:
        found = json.loads(typed.hidden.get("before") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def wants_stored(data: FormData) -> list[str]:
    """Fields for which the stored value was chosen."""
    pairs = ((str(name), str(value)) for name, value in data.multi_items())
    return [name.removeprefix(CHOICE) for name, value in pairs if name.startswith(CHOICE) and value == STORED]


def settled(typed: Form, stored: Form, names: list[str]) -> Form:
    """The typed form with the stored values of the fields named."""
    known = {entry.name for entry in typed.fields}
    for name in names:
        if name in known:
            typed = typed.replaced(name, stored)
    return typed


def conflict_page(
    request: Request, visitor: Visitor, typed: Form, stored: Form, keep: str, **context: Any
) -> Response | None:
    """The page on which each difference is decided; None where there is none to decide.

    `context`: `action` (address that saves), `back` (address of the list) and `title`; `keep` is the key under which
    a draft can be kept, empty where there are no drafts.
    """
    found = differences(typed, stored)
    if not found:
        return None
    renewed = {name: stored.hidden[name] for name in RENEWED if name in stored.hidden}
    form = Form(typed.fields, dict(typed.hidden) | renewed)
    words = {"differences": found, "choice": CHOICE, "stored_word": STORED, "keep": keep}
    return render(request, "conflict.html", visitor, 409, form=form, **words, **context)
