"""Occupations in forms: typed as a word or as a key of the KldB 2010, kept as the key, shown with its title."""

import asyncio
from dataclasses import replace
from typing import Any

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.forms import KLDB, Field, Form
from services.gateway.upstreams import Upstreams
from shared.problems import FieldProblem, Problem
from shared.vocabulary.occupations import occupations

SUGGESTED = 20
MAX_WORD = 200
HINT = "Ein Wort, zum Beispiel „Pflege“, oder der Schlüssel der KldB 2010"
MAIN_GROUPS = tuple((text, text) for text in (f"{key} {title}" for key, title in occupations().items() if key[1:]))
AWAY = ("Die Liste der Berufe ist gerade nicht erreichbar.", "Bitte den Schlüssel eintragen oder das Feld leer lassen.")
SEVERAL = ("Das können mehrere Berufe sein.", "Bitte darunter einen auswählen.")
NONE = (
    "In der Liste der Berufe kommt das nicht vor.",
    "Bitte ein anderes Wort oder einen Vorschlag nehmen, sonst leeren.",
)


def occupation_field(name: str, label: str = "Referenzberuf") -> Field:
    """A field for an occupation; the main groups are suggested without a script too."""
    return Field(name, label, "occupation", HINT, MAIN_GROUPS, optional=True)


def key_of(form: Form, name: str) -> str | None:
    """The key of an occupation's field; None where it has none."""
    entry = next((entry for entry in form.fields if entry.name == name), None)
    match = KLDB.match(entry.value) if entry is not None else None
    return match.group(1) if match else None


async def suggestions(request: Request, visitor: Visitor, words: str, limit: int = SUGGESTED) -> list[str]:
    """Occupations that have the words, as `key title`; areas (one digit) are too coarse. Raises Problem 503."""
    services: Upstreams = request.app.state.upstreams
    params: dict[str, Any] = {"q": words[:MAX_WORD], "limit": str(limit)}
    path = "/api/v1/occupations"
    found = await services.call(visitor.principal, "registration", "GET", path, params=params)
    return [f"{item['key']} {item['title']}" for item in found["items"] if item["level"] > 1]


async def named(request: Request, visitor: Visitor, form: Form) -> Form:
    """The form with the titles of its occupations beside their keys; keys alone while the list is away."""
    keys = {entry.value for entry in form.fields if entry.kind == "occupation" and entry.value.isdecimal()}
    titles = await _listed(request, visitor, keys)
    return replace(form, fields=tuple(_titled(entry, titles) for entry in form.fields))


def _titled(entry: Field, titles: dict[str, str]) -> Field:
    text = titles.get(entry.value) if entry.kind == "occupation" else None
    return replace(entry, value=f"{entry.value} {text}", values=()) if text else entry


async def titles_of(request: Request, visitor: Visitor, keys: set[str]) -> dict[str, str]:
    """Titles of occupations by key, to be read; where the list lacks one, the title of its main group with the key."""
    titles = await _listed(request, visitor, keys)
    groups = {key: occupations().get(key[:2]) for key in keys - titles.keys()}
    return titles | {key: f"{group} ({key})" for key, group in groups.items() if group}


async def _listed(request: Request, visitor: Visitor, keys: set[str]) -> dict[str, str]:
    """Titles of occupations by key, as far as they are known and the list can be asked."""
    titles = {key: occupations()[key] for key in keys if key in occupations()}

    async def ask(key: str) -> None:
        try:
            found = await suggestions(request, visitor, key, 1)
        except Problem:
            return
        titles.update((key, text.removeprefix(f"{key} ")) for text in found if text.startswith(f"{key} "))

    await asyncio.gather(*(ask(key) for key in keys - titles.keys()))
    return titles


async def settled(request: Request, visitor: Visitor, form: Form) -> tuple[Form, list[FieldProblem]]:
    """The form with a key in each field whose word can mean one occupation only, and what is unclear of the others."""
    fields, wrong = [], []
    for entry in form.fields:
        if entry.kind == "occupation" and entry.value.strip() and not KLDB.match(entry.value):
            text, problem = await _meant(request, visitor, entry)
            fields.append(replace(entry, value=text))
            wrong += [problem] if problem else []
        else:
            fields.append(entry)
    return replace(form, fields=tuple(fields)), wrong


async def _meant(request: Request, visitor: Visitor, entry: Field) -> tuple[str, FieldProblem | None]:
    """What a word means, or the word and why that is unclear."""
    word = entry.value.strip()
    try:
        found = await suggestions(request, visitor, word)
    except Problem:
        return word, FieldProblem(entry.name, word, *AWAY)
    same = [text for text in found if text.split(" ", 1)[1].casefold() == word.casefold()]
    if len(found) == 1 or same:
        return (same or found)[0], None
    return word, FieldProblem(entry.name, word, *(SEVERAL if found else NONE), found)
