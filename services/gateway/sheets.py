"""Sheets of indicators: what the catalogue of reporting says of each, grouped for readers (contracts §6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.gateway.labels import Dimension, dimension
from services.gateway.languages import _, spoken

PERIODS = {
    "months": "Ein Zeitraum wählt nach Monaten.",
    "validity": "Ein Zeitraum wählt, was in ihm besteht; ohne Zeitraum gilt der Bestand am Stichtag.",
    "none": "Es gilt der Bestand am Stichtag; ein Zeitraum lässt sich nicht wählen.",
}
MEASURES = {
    "count": "Gezählt werden Datensätze, jeder einmal.",
    "sum": "Addiert werden die Anzahlen, die in den Datensätzen stehen.",
    "mentions": "Gezählt werden Nennungen; ein Datensatz kann mehrere haben.",
    "distinct": "Gezählt wird jede Einheit einmal, auch wenn mehrere Netzwerke sie melden.",
    "level": "Gezählt wird der Stand eines Monats; Monate werden nicht addiert.",
    "timely": "Gezählt werden rechtzeitig erfasste Datensätze; der Anteil bezieht sich auf alle.",
    "holdings": "Gezählt werden vorliegende Datensätze; der Anteil bezieht sich auf die gemeldeten.",
}
# (title, beginnings of codes): a new indicator of a known kind finds its group by its name.
GROUPS = (
    ("Beratung", ("counselling_", "first_", "follow_up_", "referrals", "persons_", "group_")),
    ("Faire Integration", ("fair_integration_",)),
    ("Anerkennungsverfahren", ("recognition_",)),
    ("Qualifizierung", ("qualification_",)),
    ("ESF Plus", ("esf_",)),
    ("Schulungen, Fachkräftenetzwerke, Betriebe", ("intercultural_", "skilled_", "meetings_", "compan", "contact_")),
    ("Verstetigung und Good Practice", ("transfers", "good_practice_")),
    ("Struktur und Migrantenorganisationen", ("structure_", "migrant_")),
    ("Güte der Daten", ("completeness", "timeliness")),
)
OTHERS = "Weitere Kennzahlen"


@dataclass(frozen=True)
class Sheet:
    """The four-part sheet of an indicator – Definition, Aussage, Bewertung, Quelle – and how it may be asked.

    `asked` are the dimensions for which networks are asked, `values` the codes a filter may name where that is a list.
    """

    code: str
    title: str
    unit: str
    definition: str
    statement: str
    assessment: str
    source: str
    dimensions: tuple[str, ...]
    asked: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    period: str
    measure: str
    protect: bool
    valid_from: date
    version: int

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(heading, text) of the four parts, as far as they are written."""
        texts = (self.definition, self.statement, self.assessment, self.source)
        named = zip((_("Definition"), _("Aussage"), _("Bewertung"), _("Quelle")), texts, strict=True)
        return [(title, text) for title, text in named if text]

    @property
    def counting(self) -> str:
        """What is counted and how its period works, in sentences."""
        return f"{_(MEASURES.get(self.measure, ''))} {_(PERIODS.get(self.period, ''))}".strip()

    @property
    def kept(self) -> list[Dimension]:
        """Dimensions kept at the centre."""
        return [dimension(name) for name in self.dimensions if name not in self.asked]

    @property
    def answered(self) -> list[Dimension]:
        """Dimensions that the networks answer."""
        return [dimension(name) for name in self.dimensions if name in self.asked]


def read_sheets(entries: Iterable[Mapping[str, Any]]) -> dict[str, Sheet]:
    """The sheets by code, from the list of `GET /api/v1/indicators`."""
    return {str(entry["code"]): _read(entry) for entry in entries}


def _read(entry: Mapping[str, Any]) -> Sheet:
    same = ("code", "definition", "statement", "assessment", "source", "period", "measure", "protect", "version")
    return Sheet(
        title=entry[f"title_{spoken()}"],
        unit=_(entry["unit_de"]),
        dimensions=tuple(entry["dimensions"]),
        asked=tuple(entry["asked"]),
        values={name: tuple(values) for name, values in entry["values"].items()},
        valid_from=date.fromisoformat(entry["valid_from"]),
        **{name: entry[name] for name in same},
    )


def grouped(sheets: Mapping[str, Sheet]) -> list[tuple[str, list[Sheet]]]:
    """The sheets in groups of readers; empty groups are left out."""
    found: dict[str, list[Sheet]] = {title: [] for title in [*(title for title, _ in GROUPS), OTHERS]}
    for sheet in sorted(sheets.values(), key=lambda sheet: sheet.title):
        group = next((title for title, starts in GROUPS if sheet.code.startswith(starts)), OTHERS)
        found[group].append(sheet)
    return [(_(title), members) for title, members in found.items() if members]
