"""Values of an item against the fields of its kind: nothing unknown, nothing that no page or database takes. Pure."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from services.registration.items.kinds import ItemField, ItemType, Options, vocabularies
from shared.problems import FieldProblem

Values = Mapping[str, str | None]
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the direction of a text, and halves of a character; a line break is none."""
BREAK = re.compile(r"\r\n?")
MAILBOX = re.compile(r"[A-Za-z0-9_-]{2,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
URL = re.compile(r"https?://[!-~]{1,290}")
OF_A_PERSON = "Das sieht nach der Adresse einer Person aus oder ist keine E-Mail-Adresse."
NO_MAILBOX = "Bitte ein Funktionspostfach ohne Punkt vor dem @ angeben, zum Beispiel kontakt@traeger.de."


def cleaned(typed: Values) -> dict[str, str | None]:
    """Values as they are kept: one kind of line break, no blanks around, nothing instead of an empty text."""
    return {name: BREAK.sub("\n", text or "").strip() or None for name, text in typed.items()}


def check_values(kind: ItemType, values: Values, chosen_from: Mapping[str, Options]) -> list[FieldProblem]:
    """Problems of an item's values; `chosen_from` are the options that only the network knows (units, offerings, runs).

    A field that is left out is empty.
    """
    known = {one.name for one in kind.fields}
    problems = [
        FieldProblem(name, values[name], f"Ein Feld „{name}“ hat „{kind.title}“ nicht.", "Bitte weglassen.")
        for name in values
        if name not in known
    ]
    options = {**vocabularies(), **chosen_from}
    for one in kind.fields:
        text = values.get(one.name)
        if text is None:
            problems += [missing(one)] if one.needed == "always" else []
        else:
            problems += _check_text(one, text) or _check_form(one, text, options)
    return problems


def missing(one: ItemField) -> FieldProblem:
    """That a field is empty which must not be."""
    return FieldProblem(one.name, None, f"„{one.label}“ fehlt.", "Bitte ergänzen.")


def _check_text(one: ItemField, text: str) -> list[FieldProblem]:
    """Characters and length; a line break only where several lines are asked for."""
    if CONTROL.search(text) or ("\n" in text and one.kind != "lines"):
        return [FieldProblem(one.name, None, f"„{one.label}“ enthält ein Steuerzeichen.", "Bitte neu eintippen.")]
    if len(text) > one.longest:
        problem = f"„{one.label}“ hat {len(text)} Zeichen, erlaubt sind {one.longest}."
        return [FieldProblem(one.name, text[:80], problem, "Bitte kürzen.")]
    return []


def _check_form(one: ItemField, text: str, options: Mapping[str, Options]) -> list[FieldProblem]:
    """What the kind of the field asks for."""
    if one.kind == "mailbox" and (not MAILBOX.fullmatch(text) or text.endswith("-")):
        return [FieldProblem(one.name, text[:80], OF_A_PERSON, NO_MAILBOX)]
    if one.kind == "url" and not _is_address(text):
        problem = "Das ist keine Internetadresse."
        return [FieldProblem(one.name, text[:80], problem, "Bitte mit https:// angeben, ohne Leerzeichen.")]
    allowed = options.get(one.options or one.kind)
    if allowed is not None and text not in {code for code, _ in allowed}:
        return [_not_offered(one, text, allowed)]
    return []


def _not_offered(one: ItemField, text: str, allowed: Options) -> FieldProblem:
    found: Sequence[str] = [code for code, _ in allowed]
    remedy = f"Möglich sind: {', '.join(found)}." if found else "Es gibt noch nichts zur Auswahl."
    return FieldProblem(one.name, text[:80], f"„{one.label}“ hat keinen Eintrag „{text[:80]}“.", remedy, found)


def _is_address(text: str) -> bool:
    """An address of the web with a host and nobody's name or password in it."""
    try:
        parts = urlsplit(text)
        return bool(URL.fullmatch(text) and parts.hostname and "@" not in parts.netloc)
    except ValueError:
        return False
