"""The audit in German: what an action is called, and the entries of several services in one order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# One record, several records.
NOUNS: Mapping[str, tuple[str, str]] = {
    "person": ("Person", "Personen"),
    "reference": ("Person nach Aktenzeichen", "Personen nach Aktenzeichen"),
    "session": ("Beratung", "Beratungen"),
    "consent": ("Entbindung von der Schweigepflicht", "Entbindungen von der Schweigepflicht"),
    "transfer": ("Weitergabe", "Weitergaben"),
    "referral": ("Verweis", "Verweise"),
    "body": ("Stelle des Verzeichnisses", "Stellen des Verzeichnisses"),
    "case": ("Fall", "Fälle"),
    "sensitive": ("Vertrauliche Angaben", "Vertrauliche Angaben"),
    "handover": ("Übergabe", "Übergaben"),
    "step": ("Schritt im Hilfeplan", "Schritte im Hilfeplan"),
    "document": ("Zeile der Unterlagenliste", "Zeilen der Unterlagenliste"),
    "appointment": ("Termin", "Termine"),
    "office": ("Öffnungszeiten einer Beratungsstelle", "Öffnungszeiten von Beratungsstellen"),
    "procedure": ("Anerkennungsverfahren", "Anerkennungsverfahren"),
    "procedure_stage": ("Etappe eines Anerkennungsverfahrens", "Etappen von Anerkennungsverfahren"),
    "authority": ("Zuständige Stelle", "Zuständige Stellen"),
    "group": ("Gruppeninformation", "Gruppeninformationen"),
    "structural": ("Strukturarbeit", "Einträge der Strukturarbeit"),
    "proposal": ("Vorschlag", "Vorschläge"),
    "outreach": ("Aufsuchende Arbeit", "Einträge aufsuchender Arbeit"),
    "company": ("Beratung eines Unternehmens", "Beratungen von Unternehmen"),
    "meeting": ("Schulung oder Veranstaltung", "Schulungen oder Veranstaltungen"),
    "offering": ("Angebot", "Angebote"),
    "run": ("Durchgang", "Durchgänge"),
    "registration": ("Anmeldung zu einem Durchgang", "Anmeldungen zu Durchgängen"),
    "run_meeting": ("Termin eines Durchgangs", "Termine von Durchgängen"),
    "participant": ("Teilnehmende*r eines Durchgangs", "Teilnehmende von Durchgängen"),
    "certificate": ("Bescheinigung", "Bescheinigungen"),
    "task": ("Praxisaufgabe", "Praxisaufgaben"),
    "contact_person": ("Ansprechperson", "Ansprechpersonen"),
    "contact_persons": ("Zahl der Ansprechpersonen", "Zahlen der Ansprechpersonen"),
    "feedback": ("Rückmeldung zu einem Durchgang", "Rückmeldungen zu Durchgängen"),
    "participation": ("Teilnahme", "Teilnahmen"),
    "item": ("Verstetigung, Good Practice oder Projekt", "Verstetigungen, Good Practice oder Projekte"),
    "structure": ("Einheit der Struktur", "Einheiten der Struktur"),
    "import": ("Importdatei", "Importdateien"),
    "audit": ("Protokoll", "Protokolle"),
}
VERBS: Mapping[str, str] = {
    "read": "gelesen",
    "listed": "in einer Liste gelesen",
    "exported": "als Datei ausgegeben",
    "recorded": "gespeichert",
    "issued": "ausgestellt",
    "ended": "beendet",
    "corrected": "korrigiert",
    "advanced": "weitergeführt",
    "submitted": "zur Freigabe vorgelegt",
    "released": "freigegeben und veröffentlicht",
    "returned": "zurückgegeben",
    "unpublished": "aus der Öffentlichkeit genommen",
    "answered": "mit Ergebnis versehen",
    "retracted": "als Vorschlag zurückgenommen",
    "opened": "eröffnet",
    "unlocked": "mit Grund geöffnet",
    "locked": "wieder verschlossen",
    "resealed": "neu verschlüsselt (Schlüsselwechsel)",
    "changed": "geändert",
    "closed": "geschlossen",
    "planned": "mit dem Ziel des Hilfeplans versehen",
    "offered": "zur Übernahme angeboten",
    "taken": "übernommen",
    "declined": "nicht übernommen",
    "kept": "behalten (Angebot zurückgezogen)",
    "reopened": "wieder geöffnet",
    "protected": "auf Zuständige und Vertretung beschränkt",
    "unprotected": "wieder für alle Beratenden geöffnet",
    "assigned": "von der Verwaltung zugewiesen",
    "reordered": "neu eingeordnet (folgt aus einer anderen Änderung)",
    "withdrawn": "zurückgezogen",
    "restored": "wiederhergestellt",
    "imported": "aus einer Datei übernommen",
    "implied": "angelegt, weil eine Teilnahme es nennt",
    "uploaded": "hochgeladen",
    "mapped": "zugeordnet",
    "overridden": "mit einer Ausnahme von einer Regel versehen",
    "shared": "mit einem Kalender-Link versehen",
    "cancelled": "abgesagt",
    "completed": "abgeschlossen",
    "decided": "entschieden",
    "promoted": "mit Angebot eines frei gewordenen Platzes",
    "lapsed": "ohne Antwort auf das Angebot eines Platzes",
    "confirmed": "mit angenommenem Platz",
    "moved": "in der Reihenfolge vorgezogen (mit Grund)",
    "counted": "neu gezählt",
    "held": "als stattgefunden vermerkt",
    "attended": "mit Anwesenheit versehen",
    "no_show": "als nicht erschienen vermerkt",
    "merged": "zusammengeführt",
    "printed": "als Blatt für MEIN ORDNER ausgegeben",
    "disclosed": "vollständig ausgegeben (Auskunft)",
    "erased": "gelöscht",
    "expired": "nach Ablauf der Frist gelöscht",
    "emptied": "nach Ablauf der Frist ohne Angaben zur Person",
    "parted": "wieder getrennt",
    "refused": "Zugriff verweigert",
}
WHAT = (("", "alles"), ("seen", "gesehen"), ("changed", "geändert"), ("refused", "verweigert"))
PAGES = {
    "person": "/personen/{}",
    "session": "/beratungen/{}",
    "case": "/faelle/{}",
    "sensitive": "/faelle/{}",
    "appointment": "/termine/{}",
    "run": "/durchgaenge/{}",
    "item": "/vorgaenge/{}",
}
"""Where a record is shown, as far as it has a page of its own."""


@dataclass(frozen=True)
class Act:
    """One line of the protocol; `subject` where the account is called otherwise than it signs in."""

    at: str
    account: str
    subject: str
    text: str
    revision: int | None
    record: str | None
    link: str | None
    refused: bool


def sentence(action: str, count: int | None) -> str:
    """An action in German: *Beratung gelesen*, *12 Personen in einer Liste gelesen*; an unknown one as it is called."""
    noun, _, verb = action.partition(".")
    one, several = NOUNS.get(noun, (noun, noun))
    done = VERBS.get(verb, verb)
    if verb == "refused":
        return f"{done}: {one}"
    return f"{one} {done}" if count in (None, 1) else f"{count} {several} {done}"


def act(entry: Mapping[str, Any], names: Mapping[str, str]) -> Act:
    """An entry of a service's API as a line; `names` of accounts by subject."""
    noun, _, verb = entry["action"].partition(".")
    key = entry["entity_id"]
    link = PAGES[noun].format(key) if key and noun in PAGES and verb != "refused" else None
    text = sentence(entry["action"], entry["count"])
    subject = entry["subject"]
    name = names.get(subject, subject)
    known_as = "" if name == subject else subject
    return Act(entry["at"], name, known_as, text, entry["revision"], key, link, verb == "refused")


def merged(
    found: Mapping[str, Mapping[str, Any]], cursors: Mapping[str, int | None], size: int
) -> tuple[list[Mapping[str, Any]], dict[str, int | None], bool]:
    """The newest `size` entries of several services, where each goes on after them, and whether there are more.

    Each service pages by its own numbers: instants repeat (all rows of one import have the same one).
    """
    ordered = _newest_first((name, answer["items"]) for name, answer in found.items())
    shown = ordered[:size]
    after = dict(cursors)
    for name, entry in shown:
        after[name] = entry["seq"]
    more = len(ordered) > size or any(answer["before"] is not None for answer in found.values())
    return [entry for _, entry in shown], after, more


def _newest_first(
    lists: Iterable[tuple[str, Sequence[Mapping[str, Any]]]],
) -> list[tuple[str, Mapping[str, Any]]]:
    """Several lists in one order, none of them changed in itself: numbers decide within a service, instants between."""
    waiting = {name: list(reversed(items)) for name, items in lists if items}
    ordered = []
    while waiting:
        name = max(waiting, key=lambda one: datetime.fromisoformat(waiting[one][-1]["at"]))
        ordered.append((name, waiting[name].pop()))
        if not waiting[name]:
            del waiting[name]
    return ordered
