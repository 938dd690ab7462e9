"""The passport of a figure (Zahlenpass): no figure without it (design 11, contracts §6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.reporting.question import Question, link
from services.reporting.store import Coverage
from shared.topology import CENTRE, load_topology

METHOD = (
    "Arbeitsstand, exakt: Jeder Datensatz zählt einmal mit seiner höchsten Fassung, die bis zum Stichtag erfasst "
    "und bis zum Kenntnistag eingegangen war; zurückgezogene zählen nicht."
)


def source(network: str) -> str:
    """Where the records come from, in German (MON-11)."""
    if network == CENTRE:
        return "IQ-Verbund: Datensätze der Landesnetzwerke, eingegangen bei der Koordination (MUT IQ)"
    return f"IQ-Verbund: Datensätze im {load_topology()[network].name}"


@dataclass(frozen=True)
class Reach:
    """How far an answer reaches: networks that had reported, those asked that did not answer, and contradictions."""

    networks: Sequence[Coverage]
    missing: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    asked: bool = False

    def of(self, question: Question) -> "Reach":
        """Of the networks that a question is about."""
        wanted = dict(question.filters).get("region")
        return self if wanted is None else replace(self, networks=[e for e in self.networks if e.region in wanted])

    def coverage(self) -> dict[str, Any]:
        """Coverage as passports tell it; networks are named only where something is wrong."""
        answered = [entry for entry in self.networks if entry.answered and entry.region not in self.missing]
        wrong = {
            "missing": sorted({entry.region for entry in self.networks} - {entry.region for entry in answered}),
            "differing": list(self.differing),
        }
        return {
            "networks": len(self.networks),
            "answered": len(answered),
            "records": sum(entry.records for entry in self.networks),
            "expected": sum(entry.expected for entry in self.networks),
        } | {name: regions for name, regions in wrong.items() if regions}


def passport(question: Question, network: str, reach: Reach, *, synthetic: bool) -> dict[str, Any]:
    """The passport of an answer that reaches so far."""
    indicator = question.indicator
    return {
        "indicator": indicator.code,
        "title": indicator.title_de,
        "version": indicator.version,
        "unit": indicator.unit,
        "period": {"from": question.first, "to": question.last},
        "filters": {name: list(values) for name, values in question.filters},
        "as_of": question.as_of.isoformat(),
        "known_at": question.known_at.isoformat(),
        "coverage": reach.coverage(),
        "status": "working",
        "method": _method(question, reach),
        "definition": indicator.definition,
        "source": source(network),
        "synthetic": synthetic,
        "link": link(question),
    }


def _method(question: Question, reach: Reach) -> str:
    found = METHOD
    if question.indicator.month_field == "month_ended":
        found += " Gezählt wird nach Endmonat; die Förderrunde ist die des Eintritts."
    if reach.asked:
        found += " Die Netzwerke haben die Zählung selbst beantwortet; Einzeldaten haben sie nicht verlassen."
    if reach.differing:
        found += f" Abweichung zwischen Netzwerk und Bund: {', '.join(reach.differing)}."
    return found
