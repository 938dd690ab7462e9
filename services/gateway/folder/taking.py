"""A sheet taken up: forms filled with what it says, and whether it is the person's whose record is open."""

from collections.abc import Mapping
from typing import Any

from services.gateway.folder.content import Content
from services.gateway.folder.words import born, coded
from services.gateway.forms import Field, Form
from shared.nationalities import NOT_STATED

NAMELESS = "Das Blatt nennt keinen Namen. Bitte vergewissern Sie sich, dass es von dieser Person ist."
COMMA = ", "


def filled(form: Form, values: Mapping[str, str | None]) -> Form:
    """A form with what a sheet says, in the fields where nothing is known yet and where it can be chosen."""
    empty = {entry.name: entry for entry in form.fields if entry.value in ("", NOT_STATED)}
    told = {name: value for name, value in values.items() if value and name in empty and _fits(empty[name], value)}
    other = form.with_values(told)
    for name in told:
        form = form.replaced(name, other)
    return form


def _fits(entry: Field, value: str) -> bool:
    """Whether a value is one of a field's choices, if it has any."""
    return entry.kind not in ("select", "radio") or value in dict(entry.options)


def for_session(content: Content) -> dict[str, str | None]:
    """What a sheet says for the form of a session."""
    told = content.model_dump(include={"name", "nationality", "refugee_background", "gender", "has_degree", "language"})
    return told | {"birth_year": (content.born or "")[:4], "reference_occupation": content.occupation}


def for_person(content: Content) -> dict[str, str | None]:
    """What a sheet says for the form of a person; a name without a comma is a whole one."""
    names = ("nationality", "refugee_background", "gender", "has_degree", "german_level")
    family, _, given = (content.name or "").partition(COMMA)
    told = content.model_dump(include=set(names))
    told |= {"family_name": family, "given_names": given, "born": born(content.born)}
    return told | {"language_1": content.language if content.language != "de" else None}


def doubt(content: Content, person: Mapping[str, Any]) -> str:
    """Why a sheet may be another person's than the one whose record is open; empty where nothing speaks for it."""
    if content.name is None:
        return NAMELESS
    if _words(content.name) == _words(person["name"]) and _same_birth(content.born, person):
        return ""
    own = str(person["birth_date"] or person["birth_year"] or "")
    return (
        f"Das Blatt ist auf {_who(content.name, content.born)} ausgestellt, geöffnet ist "
        f"{_who(person['name'], own)}. Ist es dieselbe Person? Bitte prüfen Sie das, bevor Sie speichern."
    )


def _who(name: str, birth: str | None) -> str:
    return f"{name}, geboren {born(birth)}" if birth else name


def _words(name: str) -> set[str]:
    return set(name.casefold().replace(",", " ").split())


def _same_birth(told: str | None, person: Mapping[str, Any]) -> bool:
    """Whether two birth days, or the years where one of them is no more, are not at odds."""
    own = str(person["birth_date"] or person["birth_year"] or "")
    length = min(len(told or ""), len(own))
    return (told or "")[:length] == own[:length]


def level(content: Content) -> str:
    """The level of German in words, for forms that do not ask for it."""
    return coded(content.german_level)
