"""Sheets of indicators: what the catalogue of reporting says of each, grouped for readers (contracts §6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.gateway.labels import Dimension, dimension

COUNTING = {
    "months": "Gezählt wird nach dem Monat des Ereignisses, im gefragten Zeitraum.",
    "validity": "Gezählt wird der Bestand: was im gefragten Zeitraum besteht, ohne Zeitraum am Stichtag.",
    "none": "Gezählt wird der Bestand am Stichtag; ein Zeitraum lässt sich nicht wählen.",
}
# (title, beginnings of codes): a new indicator of a known kind finds its group by its name.
GROUPS = (
    ("Beratung", ("counselling_", "first_", "follow_up_", "referrals", "persons_", "group_")),
    ("Faire Integration", ("fair_integration_",)),
    ("Anerkennungsverfahren", ("recognition_",)),
    ("Qualifizierung", ("qualification_",)),
    ("Schulungen, Fachkräftenetzwerke, Betriebe", ("intercultural_", "skilled_", "meetings_", "compan", "contact_")),
    ("Verstetigung und Good Practice", ("transfers", "good_practice_")),
    ("Struktur und Migrantenorganisationen", ("structure_", "migrant_")),
    ("Güte der Daten", ("completeness", "timeliness")),
)
OTHERS = "Weitere Kennzahlen"


@dataclass(frozen=True)
class Sheet:
    """The four-part sheet of an indicator – Definition, Aussage, Bewertung, Quelle – and how it may be asked.

    `asked` are the dimensions that only networks answer. `statement`, `assessment`, `source` are empty, `protect` is
    None while the catalogue does not say.
    """

    code: str
    title: str
    unit: str
    definition: str
    dimensions: tuple[str, ...]
    asked: tuple[str, ...]
    valid_from: date
    version: int
    statement: str = ""
    assessment: str = ""
    source: str = ""
    protect: bool | None = None
    period: str = "months"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(heading, text) of the four parts, as far as they are written."""
        texts = (self.definition, self.statement, self.assessment, self.source)
        return [
            (title, text)
            for title, text in zip(("Definition", "Aussage", "Bewertung", "Quelle"), texts, strict=True)
            if text
        ]

    @property
    def counting(self) -> str:
        """How its period works, in a sentence."""
        return COUNTING.get(self.period, COUNTING["months"])

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
    names = tuple(map(str, entry["dimensions"]))
    answerable = entry.get("answerable", names)
    return Sheet(
        code=str(entry["code"]),
        title=str(entry["title_de"]),
        unit=str(entry["unit"]),
        definition=str(entry["definition"]),
        dimensions=names,
        asked=tuple(entry.get("asked", [name for name in names if name not in answerable])),
        valid_from=date.fromisoformat(str(entry["valid_from"])),
        version=int(entry["version"]),
        statement=str(entry.get("statement") or ""),
        assessment=str(entry.get("assessment") or ""),
        source=str(entry.get("source") or ""),
        protect=entry.get("protect"),
        period=str(entry.get("period") or "months"),
    )


def grouped(sheets: Mapping[str, Sheet]) -> list[tuple[str, list[Sheet]]]:
    """The sheets in groups of readers; empty groups are left out."""
    found: dict[str, list[Sheet]] = {title: [] for title in [*(title for title, _ in GROUPS), OTHERS]}
    for sheet in sorted(sheets.values(), key=lambda sheet: sheet.title):
        group = next((title for title, starts in GROUPS if sheet.code.startswith(starts)), OTHERS)
        found[group].append(sheet)
    return [(title, members) for title, members in found.items() if members]
