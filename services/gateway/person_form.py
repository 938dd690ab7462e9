"""The form of a person: its fields in their sections, what they become for registration's API, and back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from services.gateway.forms import Field, Form, german, read_number, terms
from services.gateway.labels import languages
from services.gateway.occupations import key_of, occupation_field
from services.gateway.reading import Reading
from shared import vocabulary as v
from shared.nationalities import NOT_STATED, nationality_labels
from shared.problems import FieldProblem, Problem

LANGUAGES = 3
MAX_QUALIFICATIONS = 20
TEXTS = ("family_name", "given_names", "original_name", "phone", "email", "address")
CODES = (
    "contact_way",
    "interpreter_needed",
    "german_level",
    "nationality",
    "refugee_background",
    "gender",
    "has_degree",
)
YEAR = re.compile(r"(?:19|20)\d\d")
# Names of registration's fields where the form's are others.
RENAMED = {"birth_date": "born", "birth_year": "born", "name": "family_name"}
INNER = re.compile(r"(languages|qualifications)\.(\d+)(?:\.(\w+))?")


def _identity() -> tuple[Field, ...]:
    script = "Zum Beispiel in arabischer oder kyrillischer Schrift"
    return (
        Field("family_name", "Familienname", hint="Oder der ganze Name, wenn er keine Teile hat"),
        Field("given_names", "Vornamen", optional=True),
        Field("original_name", "Name in der eigenen Schrift", hint=script, optional=True),
        Field("born", "Geburtsdatum oder Geburtsjahr", "date", "Zum Beispiel 03.02.1988 oder 1988", optional=True),
    )


def _contact() -> tuple[Field, ...]:
    return (
        Field("phone", "Telefon", optional=True),
        Field("email", "E-Mail", optional=True),
        Field("address", "Anschrift", optional=True),
        Field("contact_way", "Am besten zu erreichen", "radio", options=terms(v.ContactWay)),
    )


def _languages() -> tuple[Field, ...]:
    spoken = [("", "keine weitere"), *(entry for entry in languages() if entry[0] != NOT_STATED)]
    levels = terms(v.LanguageLevel)
    rows: list[Field] = []
    for number in range(1, LANGUAGES + 1):
        rows.append(Field(f"language_{number}", f"{number}. Sprache", "select", options=spoken, optional=True))
        rows.append(Field(f"level_{number}", f"Niveau der {number}. Sprache", "select", options=levels))
    return (
        *rows,
        Field("german_level", "Deutsch (GER)", "select", options=levels),
        Field("interpreter_needed", "Sprachmittlung nötig", "radio", options=terms(v.YesNo)),
    )


def _profile() -> tuple[Field, ...]:
    return (
        Field("nationality", "Staatsangehörigkeit", "select", options=list(nationality_labels().items())),
        Field("refugee_background", "Fluchthintergrund", "radio", options=terms(v.YesNo)),
        Field("gender", "Geschlecht", "radio", options=terms(v.Gender)),
        Field("has_degree", "Hat einen Abschluss", "radio", options=terms(v.YesNo)),
    )


def _qualification(number: int) -> tuple[Field, ...]:
    at = f"q{number}_"
    countries = list(nationality_labels().items())
    return (
        Field(f"{at}title", "Bezeichnung des Abschlusses", hint="Wie auf dem Zeugnis", optional=True),
        Field(f"{at}level", "Art des Abschlusses", "select", options=terms(v.QualificationLevel)),
        Field(f"{at}country", "Land des Abschlusses", "select", options=countries),
        Field(f"{at}year", "Jahr des Abschlusses", "number", optional=True),
        occupation_field(f"{at}occupation"),
    )


def sections(blocks: int) -> list[tuple[str, tuple[Field, ...]]]:
    """Titled sections of the form; `blocks` qualifications have room."""
    rows = [(f"{number}. Abschluss", _qualification(number)) for number in range(1, blocks + 1)]
    return [
        ("Person", _identity()),
        ("Kontakt", _contact()),
        ("Sprachen", _languages()),
        ("Statistische Angaben", _profile()),
        *rows,
    ]


def blank(hidden: Mapping[str, str], blocks: int = 1) -> Form:
    """An empty form: everything that is coded says *keine Angabe*."""
    fields = tuple(entry for _, part in sections(blocks) for entry in part)
    empty = Form(fields, dict(hidden) | {"blocks": str(blocks)})
    coded = {entry.name: NOT_STATED for entry in fields if (NOT_STATED, "keine Angabe") in entry.options}
    return empty.with_values(coded)


def blocks_of(hidden: Mapping[str, Any]) -> int:
    """How many qualifications a posted form had room for."""
    text = str(hidden.get("blocks", ""))
    return min(max(int(text), 1), MAX_QUALIFICATIONS) if text.isdecimal() and len(text) < 3 else 1


def form_of(person: Mapping[str, Any], hidden: Mapping[str, str]) -> Form:
    """The form with a person's values and room for one more qualification."""
    values: dict[str, Any] = {name: person[name] for name in (*TEXTS, *CODES)}
    born = person["birth_date"] or person["birth_year"] or ""
    values["born"] = german(str(born))
    for number, entry in enumerate(person["languages"][:LANGUAGES], 1):
        values |= {f"language_{number}": entry["language"], f"level_{number}": entry["level"]}
    held = person["qualifications"]
    for number, entry in enumerate(held, 1):
        at = f"q{number}_"
        values |= {f"{at}{name}": entry[name] for name in ("title", "level", "country", "year")}
        values[f"{at}occupation"] = entry["reference_occupation"] or ""
    empty = blank(hidden, min(len(held) + 1, MAX_QUALIFICATIONS))
    stated = {entry.name: entry.value for entry in empty.fields if entry.value}
    return empty.with_values(stated | values)


def body_of(reading: Reading) -> dict[str, Any]:
    """The person as registration's API takes her; what cannot be read is noted. Raises Problem 422 for a bent form."""
    form = reading.form
    body: dict[str, Any] = {name: form.text(name) or None for name in TEXTS}
    body |= {name: form.text(name) or NOT_STATED for name in CODES}
    body |= _birth(reading)
    body["languages"] = [
        {"language": code, "level": form.text(f"level_{number}") or NOT_STATED}
        for number in range(1, LANGUAGES + 1)
        if (code := form.text(f"language_{number}"))
    ]
    body["qualifications"] = list(_qualifications(reading))
    if form.hidden.get("revision"):
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand")
    return body


def _birth(reading: Reading) -> dict[str, Any]:
    typed = reading.form.text("born")
    if not typed:
        return {"birth_date": None, "birth_year": None}
    if YEAR.fullmatch(typed):
        return {"birth_date": None, "birth_year": int(typed)}
    return {"birth_date": reading.day(Field("born", "Geburtsdatum", "date")).isoformat()}


def _qualifications(reading: Reading) -> Iterator[dict[str, Any]]:
    form = reading.form
    years = {entry.name: entry for entry in form.fields if entry.name.endswith("_year")}
    for number in range(1, blocks_of(form.hidden) + 1):
        at = f"q{number}_"
        title, occupation = form.text(f"{at}title"), form.text(f"{at}occupation")
        year = reading.number(years[f"{at}year"])
        if not title and (occupation or form.text(f"{at}year")):
            text = "Die Bezeichnung des Abschlusses fehlt."
            problem = FieldProblem(f"{at}title", "", text, "Bitte ergänzen oder die anderen Angaben leeren.")
            reading.wrong.append(problem)
        if title:
            yield {
                "title": title,
                "level": form.text(f"{at}level") or NOT_STATED,
                "country": form.text(f"{at}country") or NOT_STATED,
                "year": year,
                "reference_occupation": key_of(form, f"{at}occupation"),
            }


def renamed(problem: Problem, form: Form) -> Problem:
    """A refusal of registration with the names of the form's fields; those of the form itself stay."""
    rows = [number for number in range(1, blocks_of(form.hidden) + 1) if form.text(f"q{number}_title")]
    spoken = [number for number in range(1, LANGUAGES + 1) if form.text(f"language_{number}")]

    def name_of(path: str) -> str:
        match = INNER.match(path)
        if match is None:
            return RENAMED.get(path, path)
        kind, place, inner = match.group(1), int(match.group(2)), match.group(3) or ""
        numbers = rows if kind == "qualifications" else spoken
        number = numbers[place] if place < len(numbers) else place + 1
        if kind == "languages":
            return f"{'level' if inner == 'level' else 'language'}_{number}"
        return f"q{number}_{'occupation' if inner == 'reference_occupation' else inner or 'title'}"

    return Problem(
        problem.status, problem.detail, [replace(error, field=name_of(error.field)) for error in problem.errors]
    )


def beside(form: Form, stored: Form, revision: int) -> Form:
    """What was typed, and beside each field that differs what somebody else has stored meanwhile; nothing is lost.

    Saving again takes what was typed.
    """
    now = {entry.name: entry for entry in stored.fields}
    fields = []
    for entry in form.fields:
        other = now.get(entry.name)
        if other is not None and entry.plain.strip() != other.plain.strip():
            label = dict(other.options).get(other.value, other.value) or "leer"
            entry = replace(entry, error=f"Inzwischen gespeichert: {label}")  # noqa: PLW2901 - the same field, told more
        fields.append(entry)
    text = (
        "Diese Person wurde inzwischen an anderer Stelle geändert. Ihre Eingaben stehen noch da; wo sie sich "
        "unterscheiden, steht das Gespeicherte daneben. „Speichern“ übernimmt, was im Formular steht."
    )
    return Form(tuple(fields), dict(form.hidden) | {"revision": str(revision)}, (text,))
