"""Passports (Zahlenpässe) in words: line by line, and a figure in one sentence that can be cited (design 11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.gateway.labels import dimension, value_label
from services.gateway.rendering import day, label, number
from services.gateway.sheets import Sheet
from services.gateway.special_requests import NOW, SpecialRequest

Lines = list[tuple[str, str]]
STATUS = {"working": "Arbeitsstand", "edition": "Veröffentlichung"}


@dataclass(frozen=True)
class Desk:
    """Who answers, for the reader: name of the network, or the centre; and the day it is."""

    name: str
    centre: bool
    today: date


def stand(as_of: str, today: date) -> str:
    """The Stichtag in words: yesterday at midnight, now, or a day."""
    if as_of == today.isoformat():
        return f"jetzt ({day(as_of)})"
    if as_of == (today - timedelta(days=1)).isoformat():
        return f"gestern, 24 Uhr ({day(as_of)})"
    return f"{day(as_of)}, 24 Uhr"


def other_stands(as_of: str, today: date) -> list[tuple[str, str]]:
    """(words, Stand) to switch to: yesterday and now, without the one that is shown."""
    stands = (("gestern, 24 Uhr", "", today - timedelta(days=1)), ("Jetzt", NOW, today))
    return [(text, word) for text, word, day in stands if day.isoformat() != as_of]


def period(found: Mapping[str, Any]) -> str:
    """The period of a passport: 01/2019–09/2022."""
    first, last = found["from"], found["to"]
    if first and last:
        return label(first, "month") if first == last else f"{label(first, 'month')}–{label(last, 'month')}"
    if first or last:
        return f"ab {label(first, 'month')}" if first else f"bis {label(last, 'month')}"
    return "gesamter Zeitraum"


def networks(passport: Mapping[str, Any], desk: Desk) -> str:
    """Whose records these are: the own network, or how many of those that exist."""
    if not desk.centre:
        return desk.name
    coverage = passport["coverage"]
    return f"{number(coverage['answered'])} von {number(coverage['networks'])} Netzwerken"


def status(passport: Mapping[str, Any]) -> str:
    """Whether these are working figures or published ones."""
    return STATUS.get(str(passport["status"]), str(passport["status"]))


def named(passport: Mapping[str, Any], what: str) -> list[str]:
    """Names of the networks that are `missing` in an answer, or whose own count is `differing`."""
    return [label(code, "region") for code in passport["coverage"].get(what, ())]


def lines(passport: Mapping[str, Any], sheet: Sheet, desk: Desk) -> Lines:
    """The passport as terms and texts."""
    coverage = passport["coverage"]
    found = [
        ("Kennzahl", f"{passport['title']} ({passport['indicator']}, Fassung {passport['version']})"),
        ("Einheit", sheet.unit),
        ("Zeitraum", period(passport["period"])),
        ("Stand", stand(passport["as_of"], desk.today)),
        ("Kenntnisstand", day(passport["known_at"])),
        ("Netzwerke", networks(passport, desk)),
        ("Vollständigkeit", f"{number(coverage['records'])} von {number(coverage['expected'])} Datensätzen"),
    ]
    if narrowed := limits(passport["filters"].items()):
        found.insert(3, ("Eingegrenzt auf", "; ".join(narrowed)))
    for term, what in (("Ohne Antwort", "missing"), ("Abweichende eigene Zählung", "differing")):
        if names := named(passport, what):
            found.append((term, ", ".join(names)))
    found += [
        ("Status", status(passport) + (", intern" if passport["status"] == "working" else "")),
        ("Zählweise", passport["method"]),
        ("Definition", passport["definition"]),
        ("Quelle", passport["source"]),
        ("Daten", "synthetisch (erfunden)" if passport["synthetic"] else "echt"),
    ]
    return found


def limits(filters: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """What a question is limited to: „Fluchthintergrund: ja“."""
    return [
        f"{dimension(name).title}: {', '.join(value_label(value, name) for value in values)}"
        for name, values in filters
    ]


def listed(words: Sequence[str]) -> str:
    """Words as people list them: A, B und C."""
    return " und ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def subject(request: SpecialRequest, title: str) -> str:
    """What is counted: „Erstberatungen (Fluchthintergrund: ja) nach Geschlecht“."""
    limited = f" ({'; '.join(limits(request.filters))})" if request.filters else ""
    by = f" nach {listed([dimension(name).title for name in request.by])}" if request.by else ""
    return f"{title}{limited}{by}"


def citation(request: SpecialRequest, found: Mapping[str, Any], desk: Desk) -> str:
    """The figure in one sentence, with all that someone needs to find it again."""
    passport = found["passport"]
    days = f"Stand {day(passport['as_of'])}, Kenntnisstand {day(passport['known_at'])}"
    known = status(passport)
    facts = ["IQ-Verbund", known, networks(passport, desk)] if desk.centre else ["IQ-Verbund", desk.name, known]
    facts += ["synthetische Daten"] if passport["synthetic"] else []
    told = f"{number(found['total'])} ({', '.join(facts)})"
    return f"{subject(request, passport['title'])}, {period(passport['period'])}, {days}: {told}"
