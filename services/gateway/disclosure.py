"""Everything held about a person as one file, for her (Auskunft): JSON for machines, PDF in plain German."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.gateway.labels import languages
from services.gateway.paper import printable, render_pdf

Section = dict[str, Any]
TITLE = "Was über Sie gespeichert ist"
LEAD = (
    "Sie haben das Recht, alles zu sehen, was über Sie gespeichert ist. Diese Datei ist dafür gemacht. "
    "Bitte sagen Sie uns, wenn etwas falsch ist: Wir berichtigen es. Sie können auch verlangen, dass Ihre Daten "
    "gelöscht werden."
)
CENTRE = (
    "Der Bund bekommt zu jeder Beratung Angaben ohne Namen und ohne Beratungsstelle: Monat, Handlungsfeld, Art der "
    "Beratung, ob Sie schon beraten wurden, Staatsangehörigkeit und Fluchthintergrund. Zu einem "
    "Anerkennungsverfahren bekommt er Monat, Stand und Bescheid. Vom Migrationsfachdienst bekommt er nichts."
)
ELSEWHERE = (
    "Im Netzwerk zählt Ihre Beratung mit, ohne Ihren Namen.",
    CENTRE,
    "Wer Ihre Daten gelesen hat, ist ohne Inhalt vermerkt. Fragen Sie danach, wenn Sie es wissen möchten.",
)
NOBODY = "Es ist nicht vermerkt, dass jemandem etwas über Sie weitergegeben wurde."
WITHHELD = (
    "Ein Teil wird in einem geschützten Kreis geführt und steht nicht in dieser Datei. "
    "Auskunft darüber gibt Ihnen, wer Sie dort berät."
)


UNPRINTED = (
    "Namen in Schriften, die hier nicht gedruckt werden können, erscheinen als Punkte. "
    "Vollständig stehen sie in der zweiten Datei (JSON)."
)


@dataclass(frozen=True)
class Disclosure:
    """What both services hold of a person, to whom it was given, whether a closed circle withholds something."""

    person_id: str
    carrier: str
    made_on: date
    sections: Sequence[Section]
    given_to: Sequence[str]
    withheld: int

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return sum(len(section["entries"]) for section in self.sections)


def worded(sections: Sequence[Section]) -> list[Section]:
    """Sections with languages by name: services know their codes only."""
    names = dict(languages())
    return [section | {"entries": [[_worded(fact, names) for fact in entry] for entry in section["entries"]]}
            for section in sections]  # fmt: skip


def _worded(fact: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    if fact["name"] == "language":
        return {**fact, "text": names.get(fact["value"], fact["text"])}
    if fact["name"] == "languages":
        spoken = [part.partition(", ") for part in fact["text"].split("; ")]
        return {**fact, "text": "; ".join(f"{names.get(code, code)}{comma}{level}" for code, comma, level in spoken)}
    return dict(fact)


def as_json(found: Disclosure) -> bytes:
    """The file for machines: codes beside their German words."""
    content = {
        "title": TITLE,
        "person_id": found.person_id,
        "carrier": found.carrier,
        "made_on": found.made_on.isoformat(),
        "sections": list(found.sections),
        "given_to": list(found.given_to),
        "elsewhere": list(ELSEWHERE),
        "withheld": WITHHELD if found.withheld else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def as_pdf(found: Disclosure, *, synthetic: bool = False) -> bytes:
    """The PDF, marked where persons are invented (`synthetic`). CPU-bound: call it in a thread."""
    data: dict[str, Any] = {
        "title": TITLE,
        "lead": LEAD,
        "carrier": found.carrier,
        "made_on": f"{found.made_on:%d.%m.%Y}",
        "sections": [
            {"title": section["title"], "entries": [_rows(entry) for entry in section["entries"]]}
            for section in found.sections
        ],
        "given_to": list(found.given_to) or [NOBODY],
        "elsewhere": list(ELSEWHERE),
        "withheld": WITHHELD if found.withheld else "",
        "unprinted": "",
        "synthetic": synthetic,
    }
    whole = json.dumps(data, ensure_ascii=False)
    data["unprinted"] = UNPRINTED if printable(whole) != whole else ""
    return render_pdf("disclosure.typ", data, {}, dated=found.made_on)


def _rows(entry: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [[str(fact["label"]), str(fact["text"])] for fact in entry]
