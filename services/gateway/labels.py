"""German words of figures: dimensions, their values, and how a form shows them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel import Locale

from shared import vocabulary as v
from shared.nationalities import NOT_STATED, collation_key, nationality_labels
from shared.topology import load_topology
from shared.vocabulary import FUNDING_ROUNDS, Term

Options = tuple[tuple[str, str], ...]
"""(code, German label) of every value."""
Group = Literal["people", "place", "time", "subject"]
GROUPS: dict[Group, str] = {"people": "Wer?", "subject": "Was?", "place": "Wo?", "time": "Wann?"}
MISSING = (NOT_STATED, "keine Angabe")
RUNNING = ("running", "noch nicht beendet")
REST = "_rest"
TIMES = ("month", "quarter", "year")
"""Kept out of the filters: the period from–to says it better."""


@dataclass(frozen=True)
class Dimension:
    """A dimension: German title, where a form shows it, its values (none: open), whether they are too many to tick."""

    name: str
    title: str
    group: Group = "subject"
    options: Options = ()
    long: bool = False
    hint: str = ""


SERVICES = (("counselling", "Beratung"), ("registration", "Stammdaten und Bildung"))
OCCUPATION_GROUPS = (
    ("physician", "Ärzt*innen"),
    ("dentist", "Zahnärzt*innen"),
    ("pharmacist", "Apotheker*innen"),
    ("nurse", "Pflegefachkräfte"),
    ("engineer", "Ingenieur*innen"),
    ("business_economist", "Betriebswirt*innen"),
    ("teacher", "Lehrkräfte"),
    ("educator", "Erzieher*innen"),
    ("social_worker", "Sozialarbeiter*innen"),
    ("it_specialist", "IT-Fachkräfte"),
    ("other", "andere Berufe"),
    MISSING,
)


def terms(vocabulary: Iterable[Term], *more: tuple[str, str]) -> Options:
    """Options of a vocabulary; `more` are values that only figures have."""
    return (*((str(term), term.de) for term in vocabulary), *more)


@cache
def languages() -> Options:
    """ISO 639-1 languages in German order, then the two words (contracts §4)."""
    names = Locale("de").languages
    found = [(code, name) for code, name in names.items() if len(code) == 2]
    return (*sorted(found, key=lambda entry: collation_key(entry[1])), ("other", "andere Sprache"), MISSING)


def _people() -> Iterator[Dimension]:
    people: Group = "people"
    yield from (
        Dimension("nationality", "Staatsangehörigkeit", people, tuple(nationality_labels().items()), long=True),
        Dimension("refugee_background", "Fluchthintergrund", people, terms(v.YesNo)),
        Dimension("gender", "Geschlecht", people, terms(v.Gender)),
        Dimension("age_group", "Altersgruppe", people, terms(v.AgeGroup)),
        Dimension("has_degree", "Hat einen Abschluss", people, terms(v.YesNo)),
        Dimension("occupation_group", "Berufsgruppe", people, OCCUPATION_GROUPS),
        Dimension("reference_occupation", "Referenzberuf", people, hint="Schlüssel der KldB 2010, 2 bis 5 Ziffern"),
        Dimension("language", "Sprache der Beratung", people, languages(), long=True),
        Dimension("seen_before", "Bisher beraten", people, terms(v.SeenBefore)),
        Dimension("came_from_counselling", "Aus der Beratung gekommen", people, terms(v.YesNo)),
    )


def _subjects() -> Iterator[Dimension]:
    federal = [line for line in v.ProgrammeLine if line is not v.ProgrammeLine.MIGRATION_SERVICE]
    yes_no = (("yes", "ja"), ("no", "nein"))
    yield from (
        Dimension("programme_line", "Handlungsfeld", options=terms(federal)),
        Dimension("session_type", "Art der Beratung", options=terms(v.SessionType)),
        Dimension("channel", "Kanal", options=terms(v.Channel, MISSING)),
        Dimension("mobile", "Mobile Beratung", options=yes_no),
        Dimension("outreach", "Aufsuchende Beratung", options=yes_no),
        Dimension("occasion", "Beratungsanlass", options=terms(v.Occasion, MISSING)),
        Dimension("referral_target", "Verweisziel", options=terms(v.ReferralTarget, MISSING)),
        Dimension("group_type", "Art des Gruppenangebots", options=terms(v.GroupType)),
        Dimension("format", "Format", options=terms(v.MeetingFormat)),
        Dimension("role", "Rolle", options=terms(v.MeetingRole)),
        Dimension("topic", "Thema", options=terms(v.Topic, MISSING)),
        Dimension("target_group", "Zielgruppe", options=terms(v.TargetGroup, MISSING)),
        Dimension("result", "Ergebnis", options=terms(v.Result, RUNNING)),
        Dimension("success", "Erfolg", options=terms(v.Success, MISSING)),
        Dimension("delivery", "Durchführung", options=terms(v.Delivery)),
        Dimension("form", "Form der Maßnahme", options=terms(v.CourseForm)),
        Dimension("kind", "Art der Einheit", options=terms(v.StructureKind)),
        Dimension("item_kind", "Art des Eintrags", options=terms(v.ItemKind)),
        Dimension("state", "Stand der Bearbeitung", options=terms(v.ItemState) + terms(v.ProcedureState)),
        Dimension("outcome", "Bescheid", options=terms(v.ProcedureOutcome, MISSING)),
        Dimension("area", "Berufsbereich", options=terms(v.Area, MISSING)),
        Dimension("service", "Dienst", options=SERVICES),
    )


def _places_and_times() -> Iterator[Dimension]:
    yield from (
        Dimension("region", "Netzwerk", "place", tuple((n.code, n.land) for n in load_topology().values())),
        Dimension("office", "Beratungsstelle", "place", hint="Kürzel aus dem Strukturregister"),
        Dimension("month", "Monat", "time"),
        Dimension("quarter", "Quartal", "time"),
        Dimension("year", "Jahr", "time"),
        Dimension("round", "Förderrunde", "time", tuple((f"{a}-{b}", f"{a}–{b}") for a, b in FUNDING_ROUNDS)),
    )


@cache
def dimensions() -> Mapping[str, Dimension]:
    """All dimensions by name, in the order in which forms show them (contracts §6)."""
    return {entry.name: entry for part in (_people(), _subjects(), _places_and_times()) for entry in part}


def dimension(name: str) -> Dimension:
    """A dimension by name; one this gateway does not know yet keeps its code as title."""
    return dimensions().get(name) or Dimension(name, name)


@cache
def _labels(name: str) -> Mapping[str, str]:
    return dict([MISSING, RUNNING, *dimension(name).options, (REST, "übrige")])


def value_label(code: str, name: str) -> str:
    """German label of a value of a dimension."""
    if name == "month" and code[:4].isdecimal():
        return f"{code[5:]}/{code[:4]}"
    if name == "quarter" and code[:4].isdecimal():
        return f"{code[6]}. Quartal {code[:4]}"
    return _labels(name).get(code, code)


RECORD_KINDS: Mapping[str, str] = {
    "session_recorded": "Beratung",
    "group_held": "Gruppeninformation",
    "company_counselled": "Beratung eines Unternehmens",
    "procedure_advanced": "Anerkennungsverfahren",
    "meeting_held": "Schulung oder Veranstaltung",
    "participation_recorded": "Teilnahme",
    "structure_changed": "Einheit der Struktur",
    "run_changed": "Durchgang",
    "contact_persons_counted": "Kontaktpersonen",
    "item_changed": "Verstetigung, Good Practice oder Projekt",
}
"""Kinds of records as pages name them."""
