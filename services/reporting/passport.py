"""The passport of a figure (Zahlenpass): no figure without it (design 11, contracts §6)."""

from collections.abc import Sequence
from typing import Any

from services.reporting.question import Question
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


def passport(question: Question, network: str, networks: Sequence[Coverage], *, synthetic: bool) -> dict[str, Any]:
    """The passport of an answer; `networks` are those that had reported, as far as the question asks for them."""
    indicator = question.indicator
    asked = dict(question.filters).get("region")
    concerned = [entry for entry in networks if asked is None or entry.region in asked]
    return {
        "indicator": indicator.code,
        "version": indicator.version,
        "unit": indicator.unit,
        "period": {"from": question.first, "to": question.last},
        "as_of": question.as_of.isoformat(),
        "known_at": question.known_at.isoformat(),
        "coverage": {
            "networks": len(concerned),
            "answered": sum(entry.answered for entry in concerned),
            "records": sum(entry.records for entry in concerned),
            "expected": sum(entry.expected for entry in concerned),
        },
        "status": "working",
        "method": METHOD,
        "definition": indicator.definition,
        "source": source(network),
        "synthetic": synthetic,
    }
