"""Passports (Zahlenpässe) in words: line by line, and a figure in one sentence that can be cited (design 11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.gateway.labels import dimension, value_label
from services.gateway.languages import _, told, told_sentences
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
        return _("jetzt ({day})").format(day=day(as_of))
    if as_of == (today - timedelta(days=1)).isoformat():
        return _("gestern, 24 Uhr ({day})").format(day=day(as_of))
    return midnight(as_of)


def midnight(as_of: str) -> str:
    """The end of a day in words."""
    return _("{day}, 24 Uhr").format(day=day(as_of))


def other_stands(as_of: str, today: date) -> list[tuple[str, str]]:
    """(words, Stand) to switch to: yesterday and now, without the one that is shown."""
    stands = ((_("gestern, 24 Uhr"), "", today - timedelta(days=1)), (_("Jetzt"), NOW, today))
    return [(text, word) for text, word, day in stands if day.isoformat() != as_of]


def period(found: Mapping[str, Any]) -> str:
    """The period of a passport: 01/2019–09/2022."""
    first, last = found["from"], found["to"]
    if first and last:
        return label(first, "month") if first == last else f"{label(first, 'month')}–{label(last, 'month')}"
    if first or last:
        words = _("ab {month}") if first else _("bis {month}")
        return words.format(month=label(first or last, "month"))
    return _("gesamter Zeitraum")


def networks(passport: Mapping[str, Any], desk: Desk) -> str:
    """Whose records these are: the own network, or how many of those that exist."""
    if not desk.centre:
        return desk.name
    coverage = passport["coverage"]
    words = _("{answered} von {networks} Netzwerken")
    return words.format(answered=number(coverage["answered"]), networks=number(coverage["networks"]))


def status(passport: Mapping[str, Any]) -> str:
    """Whether these are working figures or published ones."""
    return _(STATUS.get(str(passport["status"]), str(passport["status"])))


def named(passport: Mapping[str, Any], what: str) -> list[str]:
    """Names of the networks that are `missing` in an answer, or whose own count is `differing`."""
    return [label(code, "region") for code in passport["coverage"].get(what, ())]


def lines(passport: Mapping[str, Any], sheet: Sheet, desk: Desk) -> Lines:
    """The passport as terms and texts."""
    coverage = passport["coverage"]
    version = _("Fassung {version}").format(version=passport["version"])
    found = [
        (_("Kennzahl"), f"{sheet.title} ({passport['indicator']}, {version})"),
        (_("Einheit"), sheet.unit),
        (_("Zeitraum"), period(passport["period"])),
        (_("Stand"), stand(passport["as_of"], desk.today)),
        (_("Kenntnisstand"), day(passport["known_at"])),
        (_("Netzwerke"), networks(passport, desk)),
        (_("Vollständigkeit"), records_of(coverage)),
    ]
    if narrowed := limits(passport["filters"].items()):
        found.insert(3, (_("Eingegrenzt auf"), "; ".join(narrowed)))
    for term, what in ((_("Ohne Antwort"), "missing"), (_("Abweichende eigene Zählung"), "differing")):
        if names := named(passport, what):
            found.append((term, ", ".join(names)))
    found += [
        (_("Status"), status(passport) + (_(", intern") if passport["status"] == "working" else "")),
        (_("Zählweise"), told_sentences(passport["method"])),
        (_("Definition"), told(passport["definition"])),
        (_("Quelle"), told(passport["source"])),
        (_("Daten"), _("synthetisch (erfunden)") if passport["synthetic"] else _("echt")),
    ]
    return found


def records_of(coverage: Mapping[str, Any]) -> str:
    """How many of the records that exist are there."""
    words = _("{records} von {expected} Datensätzen")
    return words.format(records=number(coverage["records"]), expected=number(coverage["expected"]))


def limits(filters: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """What a question is limited to: „Fluchthintergrund: ja“."""
    return [
        f"{dimension(name).title}: {', '.join(value_label(value, name) for value in values)}"
        for name, values in filters
    ]


def listed(words: Sequence[str]) -> str:
    """Words as people list them: A, B und C."""
    return _(" und ").join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def subject(request: SpecialRequest, title: str) -> str:
    """What is counted: „Erstberatungen (Fluchthintergrund: ja) nach Geschlecht“."""
    limited = f" ({'; '.join(limits(request.filters))})" if request.filters else ""
    grouped = listed([dimension(name).title for name in request.by])
    by = _(" nach {grouped}").format(grouped=grouped) if request.by else ""
    return f"{title}{limited}{by}"


def citation(request: SpecialRequest, found: Mapping[str, Any], title: str, desk: Desk) -> str:
    """The figure of an indicator (`title`) in one sentence, with all that someone needs to find it again."""
    passport = found["passport"]
    words = _("Stand {as_of}, Kenntnisstand {known_at}")
    days = words.format(as_of=day(passport["as_of"]), known_at=day(passport["known_at"]))
    known = status(passport)
    facts = ["IQ-Verbund", known, networks(passport, desk)] if desk.centre else ["IQ-Verbund", desk.name, known]
    facts += [_("synthetische Daten")] if passport["synthetic"] else []
    told = f"{number(found['total'])} ({', '.join(facts)})"
    return f"{subject(request, title)}, {period(passport['period'])}, {days}: {told}"
