"""The form of a sheet: what the person wants on it, by ticks, and what it becomes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.folder.content import LONGEST_LINE, MOST_DONE, MOST_NEXT, Content
from services.gateway.folder.words import born, coded, nationality
from services.gateway.forms import Field, Form, german
from services.gateway.labels import languages
from services.gateway.languages import FIRST_CONTACT, Language
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem, invalid

PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "name": ("Name und Geburtsdatum", ("name", "born")),
    "traits": ("Staatsangehörigkeit und Geschlecht", ("nationality", "gender")),
    "refugee_background": ("Fluchthintergrund", ("refugee_background",)),
    "occupation": ("Abschluss und Referenzberuf", ("has_degree", "occupation")),
    "languages": ("Deutschkenntnisse und Sprache der Beratung", ("german_level", "language")),
}
"""What may be ticked: label and fields of the content."""
UNTICKED = frozenset({"refugee_background"})
"""Not on the sheet unless somebody ticks it: whoever sees the sheet sees it."""
TOLD = frozenset({"session", "step", "procedure"})
"""Kinds of the timeline that say what was done; where somebody was referred to is for her to tell."""
STEP_DONE = "Erledigt: "
ONE_A_LINE = "Eine Zeile je Schritt, höchstens {} Zeilen; auch in der Sprache der Person"
NOTHING = "nichts bekannt"


@dataclass(frozen=True)
class Known:
    """What is known of a person and her case: values by field of the content, lines, her language."""

    values: Mapping[str, str | None]
    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    language: Language = "de"
    occupation: str = ""
    office: str = ""
    contact: str = ""


def values_of(person: Mapping[str, Any], last: Mapping[str, Any] | None) -> dict[str, str | None]:
    """What the next form would ask: of the register, and of the last session where the register does not know."""
    session = last or {}
    keys = {one["reference_occupation"] for one in person["qualifications"]} - {None}
    found = {
        "name": person["name"],
        "born": person["birth_date"] or person["birth_year"],
        "occupation": session.get("reference_occupation") or (keys.pop() if len(keys) == 1 else None),
        "language": session.get("language"),
        "german_level": person["german_level"],
    }
    for name in ("nationality", "gender", "refugee_background", "has_degree"):
        own, then = person[name], session.get(name)
        found[name] = own if own != NOT_STATED else then
    return {name: None if value in (None, "", NOT_STATED) else str(value) for name, value in found.items()}


def done_in(timeline: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What was done in a case, oldest first."""
    told = [one for one in timeline if one["kind"] in TOLD and "zurückgezogen" not in one["detail"]][:MOST_DONE]
    return tuple(f"{german(one['date'])} {one['title'].removeprefix(STEP_DONE)}"[:LONGEST_LINE] for one in told[::-1])


def next_in(steps: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The open steps of a help plan, with their days."""
    told = [one for one in steps if one["state"] == "open"][:MOST_NEXT]
    days = [f" (bis {german(one['due'])})" if one["due"] else "" for one in told]
    return tuple(one["title"][: LONGEST_LINE - len(day)] + day for one, day in zip(told, days, strict=True))


def language_of(person: Mapping[str, Any], last: Mapping[str, Any] | None) -> Language:
    """The language the person is counselled in or speaks first, if there is a catalogue of it."""
    spoken = [(last or {}).get("language"), *(one["language"] for one in person["languages"])]
    return next((code for code in FIRST_CONTACT if code in spoken and code != "de"), "de")


def sheet_form(known: Known) -> Form:
    """The form, filled with what is known; nothing is ticked that nobody knows."""
    options = [(name, f"{label}: {preview(name, known) or NOTHING}") for name, (label, _) in PARTS.items()]
    fields = (
        Field("parts", "Was auf dem Blatt und im Code steht", "checks", options=options),
        Field("done", "Das wurde gemacht", "lines", ONE_A_LINE.format(MOST_DONE), optional=True),
        Field("next", "Das kommt als Nächstes", "lines", ONE_A_LINE.format(MOST_NEXT), optional=True),
        Field("language", "Zweite Seite", "select", options=[("de", "keine, nur Deutsch"), *_foreign()]),
    )
    ticked = [name for name in PARTS if name not in UNTICKED and preview(name, known)]
    values = {"parts": ticked, "done": "\n".join(known.done), "next": "\n".join(known.next)}
    return Form(fields).with_values(values | {"language": known.language})


def _foreign() -> list[tuple[str, str]]:
    return [(code, name) for code, name in FIRST_CONTACT.items() if code != "de"]


def preview(part: str, known: Known) -> str:
    """What a tick would put on the sheet."""
    shown: Mapping[str, Callable[[str], str]] = {
        "name": str,
        "born": born,
        "nationality": nationality,
        "occupation": lambda key: known.occupation or key,
        "language": lambda code: dict(languages()).get(code, code),
    }
    told = ((name, known.values.get(name)) for name in PARTS[part][1])
    return ", ".join(shown.get(name, coded)(value) for name, value in told if value)


def content_of(form: Form, known: Known) -> Content:
    """What is printed. Raises Problem 422 for too many or too long lines."""
    wrong: list[FieldProblem] = []
    lists = {name: _lines(form, name, most, wrong) for name, most in (("done", MOST_DONE), ("next", MOST_NEXT))}
    if wrong:
        raise invalid(*wrong)
    names = {name for part in form.chosen("parts") if part in PARTS for name in PARTS[part][1]}
    chosen = {name: value for name, value in known.values.items() if name in names}
    return Content.model_validate({**chosen, **lists, "office": known.office, "contact": known.contact})


def _lines(form: Form, name: str, most: int, wrong: list[FieldProblem]) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in form.text(name).splitlines() if line.strip())
    if len(lines) > most:
        wrong.append(FieldProblem(name, None, f"Das sind {len(lines)} Zeilen.", f"Auf das Blatt passen {most}."))
    elif any(len(line) > LONGEST_LINE for line in lines):
        text = f"Eine Zeile hat mehr als {LONGEST_LINE} Zeichen."
        wrong.append(FieldProblem(name, None, text, "Bitte kürzen oder in zwei Zeilen teilen."))
    return lines
