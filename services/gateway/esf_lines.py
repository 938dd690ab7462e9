"""ESF Plus beside the programme: what is asked for it, and the lines of its tables (ADR 0017)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.gateway.answers import asked_link
from services.gateway.labels import value_label
from services.gateway.languages import _
from shared.vocabulary import Gender

Found = Mapping[str, Any]
Filters = tuple[tuple[str, tuple[str, ...]], ...]
PEOPLE, RESULTS, STATUS = "esf_participants", "esf_results", "employment_status"
UNEMPLOYED = ("unemployed", "long_term_unemployed")
# What is asked: indicator, dimensions, filters. The last dimension is the gender, by which Annex I wants every line.
ASKED: Mapping[str, tuple[str, tuple[str, ...], Filters]] = {
    "entries": ("qualification_entries", ("gender",), ()),
    "successes": ("qualification_successes", ("gender",), ()),
    "all": (PEOPLE, ("gender",), ()),
    "unemployed": (PEOPLE, ("gender",), ((STATUS, UNEMPLOYED),)),
    STATUS: (PEOPLE, (STATUS, "gender"), ()),
    "age_group": (PEOPLE, ("age_group", "gender"), ()),
    "education_level": (PEOPLE, ("education_level", "gender"), ()),
    "citizenship": (PEOPLE, ("citizenship", "gender"), ()),
    "exit_status": (RESULTS, ("exit_status", "gender"), ()),
}


class Line(NamedTuple):
    """A line: point of Annex I, the Commission's code where a text confirms it, words, where it is counted."""

    point: str
    code: str
    text: str
    asked: str
    value: str = ""


class Shown(NamedTuple):
    """A line with its numbers, the whole first, then by gender; each with its special request."""

    line: Line
    cells: Sequence[tuple[int, str]]


def lines() -> Iterator[Line]:
    """The lines of Annex I that are counted, in its order."""
    yield Line("1.1", "EECO02", _("arbeitslos, einschließlich langzeitarbeitslos"), "unemployed")
    yield _of("1.1", "", STATUS, "long_term_unemployed")
    yield _of("1.1", "", STATUS, "inactive")
    yield _of("1.1", "EECO05", STATUS, "employed")
    for group in ("under_18", "18_29", "55_plus"):
        yield _of("1.1", "", "age_group", group)
    for level in ("isced_0_2", "isced_3_4", "isced_5_8"):
        yield _of("1.1", "", "education_level", level)
    yield Line("1.1", "", _("Teilnehmende insgesamt"), "all")
    yield _of("1.2", "", "citizenship", "third_country")
    yield Line("", "EECR01", _("danach auf Arbeitsuche"), "exit_status", "job_searching")
    yield Line("", "EECR04", _("danach in Arbeit, auch selbstständig"), "exit_status", "employed")


def _of(point: str, code: str, dimension: str, value: str) -> Line:
    return Line(point, code, value_label(value, dimension), dimension, value)


def beside() -> Iterator[Line]:
    """What the programme counts, and what the ESF counts of the same."""
    yield Line("", "", _("Programm: Eintritte in Qualifizierungen"), "entries")
    yield Line("", "", _("ESF Plus: Teilnehmende"), "all")
    yield Line("", "", _("Programm: Erfolge der Qualifizierung"), "successes")
    yield Line("", "EECR04", _("ESF Plus: danach in Arbeit"), "exit_status", "employed")
    yield Line("", "EECR01", _("ESF Plus: danach auf Arbeitsuche"), "exit_status", "job_searching")


def shown(line: Line, found: Found) -> Shown:
    """A line with its numbers."""
    name = found["by"][0]
    rows = [row for row in found["rows"] if not line.value or row[name] == line.value]
    by_gender = {row["gender"]: (row["value"], asked_link(found, row)) for row in rows}
    cells = [by_gender.get(str(gender), (0, "")) for gender in Gender]
    if not line.value:
        return Shown(line, [(found["total"], asked_link(found)), *cells])
    whole = asked_link({**found, "by": [name]}, {name: line.value})
    return Shown(line, [(sum(row["value"] for row in rows), whole), *cells])


def title(name: str) -> str:
    """What one of the questions asked is called where its files are offered."""
    if name == "entries":
        return _("Programm: Eintritte in Qualifizierungen")
    if name == "successes":
        return _("Programm: Erfolge der Qualifizierung")
    words = {
        "all": _("Teilnehmende insgesamt"),
        "unemployed": _("arbeitslos, einschließlich langzeitarbeitslos"),
        STATUS: _("nach Erwerbsstatus"),
        "age_group": _("nach Altersgruppe"),
        "education_level": _("nach Bildungsstand"),
        "citizenship": _("nach EU oder Drittstaat"),
        "exit_status": _("Ergebnisse nach dem Ende"),
    }
    return f"ESF Plus: {words[name]}"
