"""Whether two figures may be compared, from their passports: yes or no, and why, in one German sentence (design 11).

The refusals are those that IQ konkret 3/2022 needed footnotes for: units (MON-08), persons of two funding rounds
(MON-04), periods that overlap, records that are not complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.reporting.periods import FIRST, LAST
from shared.vocabulary import FUNDING_ROUNDS

Passport = Mapping[str, Any]
PERSONS = ("persons",)
YES = "Beide Angaben sind vergleichbar: gleicher Indikator, gleiche Einheit und vollständige Meldungen."
STICHTAG = (
    "Beide Angaben sind derselbe Ausschnitt zu zwei Ständen; der Unterschied zeigt spätere Erfassung und Korrektur."
)


@dataclass(frozen=True)
class Verdict:
    """Comparable or not, and why."""

    comparable: bool
    sentence: str


def compare(a: Passport, b: Passport, units: Mapping[str, str]) -> Verdict:
    """Compare two passports; `units` are German names of units.

    Sources: MON-01, MON-04, MON-08; the first rule that refuses decides.
    """
    for rule in (_units, _indicators, _versions, _methods, _overlap, _rounds, _complete):
        if sentence := rule(a, b, units):
            return Verdict(comparable=False, sentence=sentence)
    same = _period(a) == _period(b) and a["filters"] == b["filters"]
    return Verdict(comparable=True, sentence=STICHTAG if same else YES)


def _units(a: Passport, b: Passport, units: Mapping[str, str]) -> str | None:
    if a["unit"] == b["unit"]:
        return None
    names = [units.get(entry["unit"], entry["unit"]) for entry in (a, b)]
    return (
        f"Nicht vergleichbar: Die eine Angabe zählt {names[0]}, die andere {names[1]}; "
        "Einheiten werden nie umgerechnet."
    )


def _indicators(a: Passport, b: Passport, _units: Mapping[str, str]) -> str | None:
    if a["indicator"] == b["indicator"]:
        return None
    return (
        f"Nicht vergleichbar: „{a['title']}“ und „{b['title']}“ sind verschieden abgegrenzt, "
        "auch wenn sie dieselbe Einheit haben."
    )


def _versions(a: Passport, b: Passport, _units: Mapping[str, str]) -> str | None:
    if a["version"] == b["version"]:
        return None
    return (
        f"Nicht vergleichbar: Der Indikator wurde zwischen Fassung {a['version']} und Fassung {b['version']} "
        "neu abgegrenzt."
    )


def _methods(a: Passport, b: Passport, _units: Mapping[str, str]) -> str | None:
    if a["status"] == b["status"]:
        return None
    return (
        "Nicht vergleichbar: Die eine Angabe ist ein exakter Arbeitsstand, die andere eine geschützte "
        "Veröffentlichung; der Unterschied wäre zum Teil nur Rundung."
    )


def _overlap(a: Passport, b: Passport, _units: Mapping[str, str]) -> str | None:
    first, second = _period(a), _period(b)
    if first == second or min(first[1], second[1]) < max(first[0], second[0]):
        return None
    return (
        f"Nicht vergleichbar: Die Zeiträume {_shown(a)} und {_shown(b)} überschneiden sich, "
        "ein Teil der Datensätze stünde auf beiden Seiten."
    )


def _rounds(a: Passport, b: Passport, _units: Mapping[str, str]) -> str | None:
    if a["unit"] not in PERSONS or _rounds_of(a) == _rounds_of(b):
        return None
    return (
        "Nicht vergleichbar: Wer in einer neuen Förderrunde wiederkommt, zählt dort nicht noch einmal als Person; "
        "Personen verschiedener Förderrunden dürfen weder verglichen noch addiert werden."
    )


def _complete(a: Passport, b: Passport, _units: Mapping[str, str]) -> str | None:
    for entry in (a, b):
        coverage = entry["coverage"]
        if coverage["answered"] < coverage["networks"] or coverage["records"] < coverage["expected"]:
            return (
                f"Nicht vergleichbar: Zum Stand {entry['as_of']} liegen {coverage['answered']} von "
                f"{coverage['networks']} Netzwerken und {coverage['records']} von {coverage['expected']} "
                "Datensätzen vor, die Angabe ist also unvollständig."
            )
    return None


def _period(passport: Passport) -> tuple[str, str]:
    return passport["period"]["from"] or FIRST, passport["period"]["to"] or LAST


def _shown(passport: Passport) -> str:
    first, last = passport["period"]["from"], passport["period"]["to"]
    return f"{first or 'von Anfang an'} bis {last or 'heute'}"


def _rounds_of(passport: Passport) -> list[int]:
    start, end = _period(passport)
    return [first for first, last in FUNDING_ROUNDS if str(first) <= end[:4] and start[:4] <= str(last)]
