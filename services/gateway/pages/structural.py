"""Structural work (Sozialraumarbeit): a form above the list, as of outreach (STR-01 to STR-04)."""

from services.gateway.forms import Field, terms
from services.gateway.pages.tallies import DATE, OPEN, Item, Tally, tally_router
from services.gateway.rendering import number
from shared.vocabulary.sensitive import DiscriminationContext
from shared.vocabulary.structural import StructuralKind, StructuralTarget, VolunteerTask

WORDS = {str(term): term.de for kind in (StructuralKind, StructuralTarget, VolunteerTask) for term in kind}
CONTEXTS = {str(term): term.de for term in DiscriminationContext}
FOR_ALL = "Gruppenangebote sind offen für alle Menschen im Sozialraum in dieser Lebenslage, nicht nur für Zugewanderte"
"""STR-02."""


def what(item: Item) -> str:
    """Kind of the work; of an examination also where."""
    where = f" ({CONTEXTS[item['context']]})" if item["context"] else ""
    return WORDS[item["kind"]] + where


def volunteers(item: Item) -> str:
    """Volunteers with and without a migration background, and what was done with them."""
    found, others = item["volunteers_with_background"], item["volunteers_without_background"]
    tasks = ", ".join(WORDS[code] for code in item["volunteer_tasks"])
    counted = f"{number(found)} mit, {number(others)} ohne Migrationshintergrund" if found or others else ""
    return "; ".join(filter(None, (counted, tasks))) or "–"


WORK = Tally(
    "/strukturarbeit",
    "structural-work",
    "work_id",
    "groups",
    "Strukturarbeit",
    "Arbeit im Sozialraum und mit Einrichtungen: was, für wen, mit wie vielen Ehrenamtlichen. Die Teilnehmenden eines "
    "Gruppenangebots zählen Sie bei den Gruppen, Kontakte bei der aufsuchenden Arbeit.",
    "Strukturarbeit speichern",
    (
        DATE,
        Field("kind", "Art", "select", FOR_ALL, terms(StructuralKind)),
        Field("target", "Für wen", "select", options=[OPEN, *terms(StructuralTarget)], optional=True),
        Field(
            "context",
            "Lebensbereich",
            "select",
            "Nur bei einer Untersuchung von Strukturen",
            [OPEN, *terms(DiscriminationContext)],
            optional=True,
        ),
        Field("note", "Notiz", hint="Bleibt im Netzwerk; keine Angaben zu Personen", optional=True, longest=1000),
        Field("volunteers_with_background", "Ehrenamtliche mit Migrationshintergrund", "number"),
        Field("volunteers_without_background", "Ehrenamtliche ohne Migrationshintergrund", "number"),
        Field("volunteer_tasks", "Mit Ehrenamtlichen", "checks", options=terms(VolunteerTask), optional=True),
    ),
    {"kind": "network_map", "volunteers_with_background": "0", "volunteers_without_background": "0"},
    (
        ("Art", what),
        ("Für wen", lambda item: WORDS[item["target"]] if item["target"] else "keine Angabe"),
        ("Notiz", lambda item: item["note"] or "–"),
        ("Ehrenamtliche", volunteers),
    ),
    "Beratende und Verwaltung Ihres Trägers, als Zahlen auch die Koordination. Nichts davon geht an den Bund.",
    counts=False,
)
router = tally_router(WORK)
