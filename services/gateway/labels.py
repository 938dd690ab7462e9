"""Words of figures in the language of the page: dimensions, their values, and how a form shows them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from babel import Locale

from services.gateway.languages import _, kept_by_language, spoken, term_label
from shared import vocabulary as v
from shared.nationalities import NOT_STATED, collation_key, nationality_labels
from shared.topology import load_topology
from shared.vocabulary import FUNDING_ROUNDS, Term

Options = tuple[tuple[str, str], ...]
"""(code, label) of every value."""
Group = Literal["people", "place", "time", "subject"]
GROUPS: dict[Group, str] = {"people": "Wer?", "subject": "Was?", "place": "Wo?", "time": "Wann?"}
MISSING = (NOT_STATED, "keine Angabe")
RUNNING = ("running", "noch nicht beendet")
REST = "_rest"
TIMES = ("month", "quarter", "year")
"""Kept out of the filters: the period from–to says it better."""


@dataclass(frozen=True)
class Dimension:
    """A dimension: title, where a form shows it, its values (none: open), whether they are too many to tick."""

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
CITIZENSHIPS = (
    ("union", "EU-Staat"),
    ("third_country", "Drittstaat oder staatenlos"),
    ("unclear", "ungeklärt"),
    ("other", "andere"),
    MISSING,
)


def terms(vocabulary: Iterable[Term], *more: tuple[str, str]) -> Options:
    """Options of a vocabulary; `more` are values that only figures have."""
    return (*((str(term), term_label(term)) for term in vocabulary), *words(more))


def words(options: Iterable[tuple[str, str]]) -> Options:
    """Options with their labels in the language of the page."""
    return tuple((code, _(text)) for code, text in options)


@kept_by_language()
def languages() -> Options:
    """ISO 639-1 languages in the order of the page's language, then the two words (contracts §4)."""
    names = Locale(spoken()).languages
    found = [(code, name) for code, name in names.items() if len(code) == 2]
    return (*sorted(found, key=lambda entry: collation_key(entry[1])), *words((("other", "andere Sprache"), MISSING)))


def nationalities() -> Options:
    """Nationalities in the order of the page's language."""
    return tuple(nationality_labels(spoken()).items())


def _people() -> Iterator[Dimension]:
    people: Group = "people"
    yield from (
        Dimension("nationality", _("Staatsangehörigkeit"), people, nationalities(), long=True),
        Dimension("refugee_background", _("Fluchthintergrund"), people, terms(v.YesNo)),
        Dimension("gender", _("Geschlecht"), people, terms(v.Gender)),
        Dimension("age_group", _("Altersgruppe"), people, terms(v.AgeGroup)),
        Dimension("has_degree", _("Hat einen Abschluss"), people, terms(v.YesNo)),
        Dimension("occupation_group", _("Berufsgruppe"), people, words(OCCUPATION_GROUPS)),
        Dimension(
            "reference_occupation", _("Referenzberuf"), people, hint=_("Schlüssel der KldB 2010, 2 bis 5 Ziffern")
        ),
        Dimension("language", _("Sprache der Beratung"), people, languages(), long=True),
        Dimension("seen_before", _("Bisher beraten"), people, terms(v.SeenBefore)),
        Dimension("came_from_counselling", _("Aus der Beratung gekommen"), people, terms(v.YesNo)),
        Dimension("employment_status", _("Erwerbsstatus beim Eintritt"), people, terms(v.EmploymentStatus, MISSING)),
        Dimension("education_level", _("Bildungsstand (ISCED)"), people, terms(v.EducationLevel, MISSING)),
        Dimension("citizenship", _("EU oder Drittstaat"), people, words(CITIZENSHIPS)),
    )


def _subjects() -> Iterator[Dimension]:
    federal = [line for line in v.ProgrammeLine if line is not v.ProgrammeLine.MIGRATION_SERVICE]
    yes_no = (("yes", "ja"), ("no", "nein"))
    yield from (
        Dimension("programme_line", _("Handlungsfeld"), options=terms(federal)),
        Dimension("session_type", _("Art der Beratung"), options=terms(v.SessionType)),
        Dimension("channel", _("Kanal"), options=terms(v.Channel, MISSING)),
        Dimension("mobile", _("Mobile Beratung"), options=words(yes_no)),
        Dimension("outreach", _("Aufsuchende Beratung"), options=words(yes_no)),
        Dimension("occasion", _("Beratungsanlass"), options=terms(v.Occasion, MISSING)),
        Dimension("referral_target", _("Verweisziel"), options=terms(v.ReferralTarget, MISSING)),
        Dimension("group_type", _("Art des Gruppenangebots"), options=terms(v.GroupType)),
        Dimension("format", _("Format"), options=terms(v.MeetingFormat)),
        Dimension("role", _("Rolle"), options=terms(v.MeetingRole)),
        Dimension("topic", _("Thema"), options=terms(v.Topic, MISSING)),
        Dimension("target_group", _("Zielgruppe"), options=terms(v.TargetGroup, MISSING)),
        Dimension("result", _("Ergebnis"), options=terms(v.Result, RUNNING)),
        Dimension("success", _("Erfolg"), options=terms(v.Success, MISSING)),
        Dimension("exit_status", _("Verbleib nach dem Ende"), options=terms(v.ExitStatus, MISSING)),
        Dimension("delivery", _("Durchführung"), options=terms(v.Delivery)),
        Dimension("form", _("Form der Maßnahme"), options=terms(v.CourseForm)),
        Dimension("kind", _("Art der Einheit"), options=terms(v.StructureKind)),
        Dimension("item_kind", _("Art des Eintrags"), options=terms(v.ItemKind)),
        Dimension("state", _("Stand der Bearbeitung"), options=terms(v.ItemState) + terms(v.ProcedureState)),
        Dimension("outcome", _("Bescheid"), options=terms(v.ProcedureOutcome, MISSING)),
        Dimension("area", _("Berufsbereich"), options=terms(v.Area, MISSING)),
        Dimension("service", _("Dienst"), options=words(SERVICES)),
    )


def _places_and_times() -> Iterator[Dimension]:
    yield from (
        Dimension("region", _("Netzwerk"), "place", words((n.code, n.land) for n in load_topology().values())),
        Dimension("office", _("Beratungsstelle"), "place", hint=_("Kürzel aus dem Strukturregister")),
        Dimension("month", _("Monat"), "time"),
        Dimension("quarter", _("Quartal"), "time"),
        Dimension("year", _("Jahr"), "time"),
        Dimension("round", _("Förderrunde"), "time", tuple((f"{a}-{b}", f"{a}–{b}") for a, b in FUNDING_ROUNDS)),
    )


@kept_by_language()
def dimensions() -> Mapping[str, Dimension]:
    """All dimensions by name, in the order in which forms show them (contracts §6)."""
    return {entry.name: entry for part in (_people(), _subjects(), _places_and_times()) for entry in part}


def dimension(name: str) -> Dimension:
    """A dimension by name; one this gateway does not know yet keeps its code as title."""
    return dimensions().get(name) or Dimension(name, name)


@kept_by_language()
def _labels(name: str) -> Mapping[str, str]:
    return dict([*words((MISSING, RUNNING)), *dimension(name).options, (REST, _("übrige"))])


def value_label(code: str, name: str) -> str:
    """Label of a value of a dimension."""
    if name == "month" and code[:4].isdecimal():
        return f"{code[5:]}/{code[:4]}"
    if name == "quarter" and code[:4].isdecimal():
        return _("{quarter}. Quartal {year}").format(quarter=code[6], year=code[:4])
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
