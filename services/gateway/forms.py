"""Forms as data: fields with label, hint, options, what was typed, and what is wrong with it. Nothing typed is lost."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from uuid import UUID

from markupsafe import Markup
from starlette.datastructures import FormData

from services.gateway.languages import _, german_text, term_label
from services.gateway.upstreams import ServiceProblem
from shared.problems import FieldProblem, Problem
from shared.vocabulary import Term

GERMAN = re.compile(r"^\s*(\d{1,2})\s*\.\s*(\d{1,2})\s*\.\s*(\d{2}|\d{4})\s*$")
MONTH = re.compile(r"\s*(?:(\d{1,2})\s*[./]\s*((?:19|20)\d{2})|((?:19|20)\d{2})-(\d{2}))\s*", re.ASCII)
KLDB = re.compile(r"\s*(\d{2,5})\b")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
REVISION = re.compile(r"[0-9]{0,9}", re.ASCII)
FieldKind = Literal[
    "text", "date", "number", "select", "radio", "checks", "list", "file", "password", "link", "occupation", "lines"
]
"""`list`: values of a long list, typed with suggestions; those that were understood stay ticked.

`link`: a text as long as an address may be. `lines`: a text of several lines. `occupation`: a word or key of the
KldB 2010 (gateway.occupations).
"""
LAST_MONTH = 12
CHOICE = "_auswahl"
"""Ends the name of the choice between occupations that a word may mean; what is chosen counts instead of the word."""


@dataclass(frozen=True)
class Field:
    """One field: `name` as the service's API calls it, label, kind, hint, options (code, label), typed value, error.

    `more`: not every record needs it; it stands behind *Weitere Angaben*. `found`: what a typed word may mean.
    `longest`: characters a browser lets through; what is too long for the service shall be told, not cut.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    optional: bool = False
    value: str = ""
    values: tuple[str, ...] = ()
    error: str = ""
    autocomplete: str = "off"
    more: bool = False
    found: tuple[str, ...] = ()
    longest: int = 200

    @property
    def plain(self) -> str:
        """The value that is kept: of an occupation its key alone."""
        match = KLDB.match(self.value) if self.kind == "occupation" else None
        return match.group(1) if match else self.value

    @property
    def told(self) -> str:
        """What is wrong, with the field's name: the summary stands far from the field."""
        if self.label in self.error:
            return self.error
        words = Markup("{}: {}") if isinstance(self.error, Markup) else "{}: {}"
        return words.format(self.label, self.error)

    @property
    def id(self) -> str:
        """Id of the control, target of the error summary."""
        return f"feld-{self.name}"


@dataclass(frozen=True)
class Form:
    """Fields in their order, hidden values, and problems that belong to no field."""

    fields: tuple[Field, ...]
    hidden: Mapping[str, str] = field(default_factory=dict)
    general: tuple[str, ...] = ()

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(target id, message) of everything wrong, for the summary."""
        found = [(entry.id, entry.told) for entry in self.fields if entry.error]
        return [("inhalt", message) for message in self.general] + found

    @property
    def open_more(self) -> bool:
        """Whether *Weitere Angaben* must be seen: something is wrong there, or this record is about one of them."""
        ticked = any(entry.more and (entry.error or (entry.kind == "checks" and entry.values)) for entry in self.fields)
        return ticked or bool(self.text("referral_target")) or self.text("session_type") == "referral"

    def filled(self, data: FormData) -> "Form":
        """The form with what was typed. Raises Problem 422 when a hidden id or revision is none any more."""
        fields = []
        for entry in self.fields:
            typed = [str(value) for value in data.getlist(entry.name)]
            if entry.kind == "occupation" and (chosen := str(data.get(entry.name + CHOICE, ""))):
                typed = [chosen]
            fields.append(replace(entry, value=typed[0] if typed else "", values=tuple(filter(None, typed))))
        hidden = {name: _intact(name, value, str(data.get(name, value))) for name, value in self.hidden.items()}
        return replace(self, fields=tuple(fields), hidden=hidden)

    def with_values(self, values: Mapping[str, object]) -> "Form":
        """The form with the values of a record."""
        fields = []
        for entry in self.fields:
            value = values.get(entry.name)
            if isinstance(value, list | tuple):
                fields.append(replace(entry, values=tuple(map(str, value))))
            else:
                text = "" if value is None else str(value)
                shown = german(text) if entry.kind == "date" else text
                fields.append(replace(entry, value=shown, values=(shown,) if shown else ()))
        return replace(self, fields=tuple(fields))

    def refused(self, problem: Problem) -> "Form":
        """The form with a refusal shown at the fields it names."""
        names = {entry.name for entry in self.fields}
        mark = german_text if isinstance(problem, ServiceProblem) else str
        texts = {error.field: mark(_sentence(error)) for error in problem.errors}
        may_mean = {error.field: tuple(error.allowed) for error in problem.errors}
        fields = tuple(
            replace(
                entry,
                error=texts.get(entry.name, entry.error),
                found=may_mean.get(entry.name, ()) if entry.kind == "occupation" else (),
            )
            for entry in self.fields
        )
        general = [text for name, text in texts.items() if name not in names]
        return replace(self, fields=fields, general=tuple(general) if texts else (mark(problem.detail),))

    def replaced(self, name: str, by: "Form") -> "Form":
        """The form with the value that `by` has in a field."""
        other = next(entry for entry in by.fields if entry.name == name)
        same = (replace(entry, value=other.value, values=other.values) for entry in self.fields if entry.name == name)
        mine = next(same)
        return replace(self, fields=tuple(mine if entry.name == name else entry for entry in self.fields))

    def text(self, name: str) -> str:
        """What was typed in a field."""
        return next((entry.value.strip() for entry in self.fields if entry.name == name), "")

    def chosen(self, name: str) -> list[str]:
        """What was ticked in a field."""
        return next((list(entry.values) for entry in self.fields if entry.name == name), [])


def _intact(name: str, own: str, given: str) -> str:
    """A hidden value as it came back, if it is of the form's own kind: an id stays an id, a revision a number."""
    shape = ID if ID.fullmatch(own) else REVISION if name.endswith("revision") else None
    if shape is not None and not shape.fullmatch(given):
        raise Problem(422, "Das Formular ist nicht mehr vollständig. Bitte laden Sie die Seite neu.")
    return given


def _sentence(error: FieldProblem) -> str:
    return f"{error.problem} {error.remedy}".strip()


def terms(vocabulary: Iterable[Term], *, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Options (code, German label) of a vocabulary."""
    return [(str(term), term_label(term)) for term in vocabulary if str(term) not in set(without)]


def read_day(text: str, name: str, label: str) -> date:
    """A day typed as 1.9.26, 01.09.2026 or 2026-09-01. Raises Problem 422."""
    match = GERMAN.match(text)
    try:
        if match:
            day, month, year = (int(part) for part in match.groups())
            return date(year + 2000 if year < 100 else year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError:
        problem = (_("„{label}“ ist kein gültiges Datum.") if text.strip() else _("„{label}“ fehlt.")).format(
            label=label
        )
        remedy = _("Bitte als TT.MM.JJJJ eintragen, zum Beispiel 01.09.2026.")
        error = FieldProblem(name, text[:40], problem, remedy)
        raise Problem(422, problem, [error]) from None


def read_month(text: str, name: str, label: str) -> str:
    """A month typed as 9/2026, 09.2026 or 2026-09, as services take it; empty stays empty. Raises Problem 422."""
    if not text.strip():
        return ""
    match = MONTH.fullmatch(text)
    month, year = (match[1] or match[4], match[2] or match[3]) if match else ("0", "")
    if not 1 <= int(month) <= LAST_MONTH:
        error = FieldProblem(
            name, text[:40], f"„{label}“ ist kein Monat.", "Bitte als MM/JJJJ eintragen, zum Beispiel 09/2026."
        )
        raise Problem(422, error.problem, [error])
    return f"{year}-{int(month):02d}"


def read_number(text: str, name: str, label: str, *, optional: bool = True) -> int | None:
    """A whole number, or None when empty. Raises Problem 422."""
    if not text.strip() and optional:
        return None
    try:
        return int(text.strip().replace(".", ""))
    except ValueError:
        problem = f"„{label}“ ist keine ganze Zahl." if text.strip() else f"„{label}“ fehlt."
        error = FieldProblem(name, text[:40], problem, "Bitte eine ganze Zahl eintragen.")
        raise Problem(422, problem, [error]) from None


def read_id(text: str) -> UUID:
    """The id that a form carries. Raises Problem 422 for a form that somebody has tampered with."""
    try:
        return UUID(text)
    except ValueError:
        raise Problem(422, "Dem Formular fehlt seine Kennung. Bitte öffnen Sie es neu.") from None


def german(text: str) -> str:
    """An ISO day as TT.MM.JJJJ; anything else as it is."""
    try:
        return f"{date.fromisoformat(text[:10]):%d.%m.%Y}"
    except ValueError:
        return text
