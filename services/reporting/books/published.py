"""What is published beside a network's own figures: printed figures and editions; never another network's count.

Each is asked again for the own network with the same period, filters and Stichtag, so that both may be compared
(MON-01); what others published of themselves is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.public_figures import SOURCE, load_public
from services.reporting.tables import EditionRow
from shared.topology import CENTRE

REGION = "region"
ALLOWED = (REGION, "programme_line", "session_type", "refugee_background", "format", "round", "state")
"""Filters of printed figures that are shown here: whole lines, not single nationalities, occupations or occasions."""
EDITIONS = 3
"""The newest editions of the country and of the network, each."""
PRINTED = "printed"
Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Published:
    """A published number: where, of whom (`de`: the country), how protected, what it counts; `value` none: hidden."""

    source: str
    of: str
    method: str
    value: int | None
    indicator: str
    first: str | None
    last: str | None
    as_of: str
    filters: Filters

    def parameters(self, known_at: date) -> list[tuple[str, str]]:
        """The same question, without whose it is."""
        found = [("indicator", self.indicator), ("from", self.first or ""), ("to", self.last or "")]
        found += [("as_of", self.as_of), ("known_at", known_at.isoformat())]
        return found + [(name, ",".join(values)) for name, values in self.filters]

    @property
    def asks(self) -> tuple[Any, ...]:
        """What makes two numbers the same one."""
        return self.source, self.of, self.indicator, self.first, self.last, self.as_of, self.filters


def published(editions: Sequence[EditionRow], region: str, known_at: date) -> list[Published]:
    """Everything published until a day that a network's own figures may stand beside; each question once."""
    found = [*_printed(region), *_of_editions(editions, region, known_at)]
    return list({entry.asks: entry for entry in found}.values())


def _printed(region: str) -> Iterator[Published]:
    for figure in load_public():
        asked = dict(figure.filters)
        whose = asked.pop(REGION, (CENTRE,))
        if whose not in ((CENTRE,), (region,)) or not asked.keys() <= set(ALLOWED):
            continue
        span, filters = (figure.first, figure.last, figure.as_of.isoformat()), tuple(sorted(asked.items()))
        yield Published(SOURCE, whose[0], PRINTED, figure.value, figure.indicator, *span, filters)


def _of_editions(editions: Sequence[EditionRow], region: str, known_at: date) -> Iterator[Published]:
    """Totals of published tables, and rows of the own network."""
    for whose in (CENTRE, region):
        mine = [row for row in editions if row.region == whose and _out(row, known_at)]
        mine.sort(key=lambda row: (row.as_of, str(row.edition_id)), reverse=True)
        for row in mine[:EDITIONS]:
            for table in row.shown:
                yield from _of_table(row, table, region)


def _out(row: EditionRow, known_at: date) -> bool:
    return row.state == "published" and row.published_on is not None and row.published_on <= known_at


def _of_table(row: EditionRow, table: dict[str, Any], region: str) -> Iterator[Published]:
    passport, numbers = table["passport"], [(row.region, table["total"])]
    asked = {name: tuple(values) for name, values in passport["filters"].items()}
    if asked.pop(REGION, (region,)) != (region,):
        return
    if table["by"] == [REGION]:
        numbers += [(region, entry["value"]) for entry in table["rows"] if entry[REGION] == region]
    period, filters = passport["period"], tuple(sorted(asked.items()))
    for whose, value in numbers:
        of = region if REGION in passport["filters"] else whose
        span = (period["from"], period["to"], passport["as_of"])
        yield Published(row.title, of, row.method, value, passport["indicator"], *span, filters)
