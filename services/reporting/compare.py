"""Whether two figures may be compared, from their passports: yes or no, and why, in one German sentence (design 11).

The refusals are those that IQ konkret 3/2022 needed footnotes for: units (MON-08), persons of two funding rounds
(MON-04), other Stichtage (MON-01), periods that overlap, months in which a part did not count yet (HSP-01, HSP-02),
records that are not complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.reporting.catalogue import load_catalogue
from services.reporting.caveats import CAVEATS
from services.reporting.periods import FIRST, LAST
from services.reporting.sections import Passport, Section, section

PERSONS = ("persons",)
YES = "Beide Angaben sind vergleichbar: gleicher Indikator, gleiche Einheit und vollständige Meldungen."
STICHTAG = (
    "Beide Angaben sind derselbe Ausschnitt zu zwei Ständen; der Unterschied zeigt, was dazwischen geschehen, erfasst "
    "oder korrigiert worden ist."
)
Units = Mapping[str, str]


@dataclass(frozen=True)
class Verdict:
    """Comparable or not, and why; `caveat`: comparable, but only with these words beside it."""

    comparable: bool
    sentence: str
    caveat: bool = False


def compare(a: Passport, b: Passport, units: Units) -> Verdict:
    """Compare two passports; `units` are German names of units.

    Sources: MON-01, MON-04, MON-08; the first rule that refuses decides. What may be compared, but needs a word beside
    it, is said by `caveats`.
    """
    for rule in (_units, _indicators, _versions, _methods, _overlap, _rounds, _begun, _stichtage, _complete):
        if sentence := rule(a, b, units):
            return Verdict(comparable=False, sentence=sentence)
    for caveat in CAVEATS:
        if sentence := caveat(a, b):
            return Verdict(comparable=True, sentence=sentence, caveat=True)
    return Verdict(comparable=True, sentence=STICHTAG if section(a) == section(b) else YES)


def _units(a: Passport, b: Passport, units: Units) -> str | None:
    if a["unit"] == b["unit"]:
        return None
    names = [units.get(entry["unit"], entry["unit"]) for entry in (a, b)]
    return (
        f"Nicht vergleichbar: Die eine Angabe zählt {names[0]}, die andere {names[1]}; "
        "Einheiten werden nie umgerechnet."
    )


def _indicators(a: Passport, b: Passport, _units: Units) -> str | None:
    if a["indicator"] == b["indicator"]:
        return None
    return (
        f"Nicht vergleichbar: „{a['title']}“ und „{b['title']}“ sind verschieden abgegrenzt, "
        "auch wenn sie dieselbe Einheit haben."
    )


def _versions(a: Passport, b: Passport, _units: Units) -> str | None:
    if a["version"] == b["version"]:
        return None
    return (
        f"Nicht vergleichbar: Der Indikator wurde zwischen Fassung {a['version']} und Fassung {b['version']} "
        "neu abgegrenzt."
    )


def _methods(a: Passport, b: Passport, _units: Units) -> str | None:
    if a["status"] != b["status"]:
        return (
            "Nicht vergleichbar: Die eine Angabe ist ein exakter Arbeitsstand, die andere eine geschützte "
            "Veröffentlichung; der Unterschied wäre zum Teil nur Rundung."
        )
    if a["status"] == "edition" and a["method"] != b["method"]:
        return (
            "Nicht vergleichbar: Die Angaben sind in ihren Veröffentlichungen verschieden geschützt; der Unterschied "
            "wäre zum Teil nur Rundung."
        )
    return None


def _overlap(a: Passport, b: Passport, _units: Units) -> str | None:
    one, other = section(a), section(b)
    if one.when == other.when or not one.meets(other):
        return None
    return (
        f"Nicht vergleichbar: Die Zeiträume {_shown(one)} und {_shown(other)} überschneiden sich, ohne gleich zu sein; "
        "vergleichbar sind nur gleiche oder getrennte Zeiträume."
    )


def _rounds(a: Passport, b: Passport, _units: Units) -> str | None:
    if a["unit"] not in PERSONS or section(a).touched == section(b).touched:
        return None
    return (
        "Nicht vergleichbar: Wer in einer neuen Förderrunde wiederkommt, zählt dort nicht noch einmal als Person; "
        "Personen verschiedener Förderrunden dürfen weder verglichen noch addiert werden."
    )


def _begun(a: Passport, b: Passport, _units: Units) -> str | None:
    """What began to count within or after the earlier period would look like growth (HSP-01, HSP-02).

    Where the earlier period has no beginning it is everything until then, and nobody takes it for a whole one.
    """
    indicator = load_catalogue().get(a["indicator"])
    earlier, later = sorted((section(a).months, section(b).months))
    if indicator is None or earlier == later or not earlier or earlier[0][0] == FIRST:
        return None
    for part in sorted(indicator.leaves, key=lambda leaf: leaf.first_month):
        if earlier[0][0] < part.first_month <= later[-1][1]:
            what = f"„{part.title_de}“ zählt" if part is not indicator else "Diese Zahl zählt"
            return f"Nicht vergleichbar: {what} erst ab {part.first_month}, der frühere Zeitraum beginnt davor."
    return None


def _stichtage(a: Passport, b: Passport, _units: Units) -> str | None:
    one, other = section(a), section(b)
    if a["as_of"] == b["as_of"] or one.when != other.when or one == other:
        return None
    return (
        f"Nicht vergleichbar: Die Angaben gelten für denselben Zeitraum, aber für verschiedene Stichtage ({a['as_of']} "
        f"und {b['as_of']}); der Unterschied wäre zum Teil nur spätere Erfassung."
    )


def _complete(a: Passport, b: Passport, _units: Units) -> str | None:
    for entry in (a, b):
        coverage = entry["coverage"]
        if coverage["answered"] < coverage["networks"] or coverage["records"] < coverage["expected"]:
            return (
                f"Nicht vergleichbar: Zum Stand {entry['as_of']} liegen {coverage['answered']} von "
                f"{coverage['networks']} Netzwerken und {coverage['records']} von {coverage['expected']} "
                "Datensätzen vor, die Angabe ist also unvollständig."
            )
    return None


def _shown(one: Section) -> str:
    months = " und ".join(
        f"{'von Anfang an' if start == FIRST else start} bis {'heute' if stop == LAST else stop}"
        for start, stop in one.months
    )
    return f"{months} (Förderrunde {', '.join(sorted(one.entered))})" if one.entered else months
