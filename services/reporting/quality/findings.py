"""A finding: what a rule found in a figure of a network, with its name, its sentence and the way to the figure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from services.reporting.periods import shifted
from services.reporting.quality.parameters import load_rules
from services.reporting.quality.rules import Hit
from shared.topology import CENTRE
from shared.vocabulary.quality import FindingRule

Pairs = tuple[tuple[str, str], ...]
NEVER = "Von diesem Netzwerk ist noch nie ein Lebenszeichen angekommen."


@dataclass(frozen=True)
class Subject:
    """What a finding is about: rule, network (`de`: all), indicator, values of its dimensions, month or round."""

    rule: FindingRule
    network: str
    indicator: str | None
    dimensions: Pairs
    period: str

    @property
    def key(self) -> str:
        """What names a finding for as long as it is found, on either side of the leaf."""
        parts = [self.rule.value, self.network, self.indicator or "", self.period]
        parts += [f"{name}={value}" for name, value in sorted(self.dimensions)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Finding:
    """A subject with what a rule found there."""

    subject: Subject
    hit: Hit

    @property
    def order(self) -> tuple[float, str, str, str]:
        """The most severe first, then by network and the newest first."""
        subject = self.subject
        newest_first = "".join(chr(0x10000 - ord(letter)) for letter in subject.period)
        return (-self.hit.severity, subject.network, newest_first, subject.key)


def sentence(rule: FindingRule, value: float | None, low: float | None, high: float | None) -> str:
    """The rule's German sentence with its numbers."""
    sheet = load_rules().sheets[rule]
    if value is None:
        return NEVER
    shown = {name: written(number, sheet.unit) for name, number in (("value", value), ("low", low), ("high", high))}
    return sheet.sentence.format(**shown)


def written(number: float | None, unit: str) -> str:
    """A number as German text: 12.345, or a share as 5,6 %."""
    if number is None:
        return "–"
    if unit == "share":
        return f"{number * 100:.1f}\u00a0%".replace(".", ",")
    return f"{number:,.0f}".replace(",", ".")


def link(subject: Subject, as_of: date, known_at: date) -> str:
    """The query of the special request that shows the figure; of what is no figure (a silent network) none."""
    if subject.indicator is None:
        return ""
    pairs: dict[str, str] = {"indicator": subject.indicator, **_shown(subject)}
    pairs |= {name: value for name, value in subject.dimensions if name not in pairs.get("by", "")}
    if subject.network != CENTRE:
        pairs["region"] = subject.network
    pairs |= {"as_of": as_of.isoformat(), "known_at": known_at.isoformat()}
    return urlencode(pairs, safe=",")


def _shown(subject: Subject) -> Mapping[str, str]:
    """How a figure is best seen: a month in its history, a value beside its ranks, a field in its shares."""
    rule, period = subject.rule, subject.period
    book = load_rules()
    if rule in (FindingRule.OUTLIER, FindingRule.EMPTY_MONTH):
        return {"by": "month", "from": shifted(period, -int(book.of(rule)["history"])), "to": period}
    if rule is FindingRule.NOT_STATED:
        first = shifted(period, 1 - int(book.of(rule)["recent"]))
        return {"by": subject.dimensions[0][0], "from": first, "to": period}
    if rule is FindingRule.SILENT_OFFICE:
        return {"by": "month", "from": shifted(period, -12), "to": period}
    ranked = next(name for name, _ in subject.dimensions if name in RANKED)
    return {"by": ranked, "round": period, "top": str(int(book.of(rule)["top"]))}


RANKED = frozenset(one.dimension for one in load_rules().rankings)
"""Dimensions whose values are ranked."""
