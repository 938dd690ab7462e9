"""An indicator: what is counted and how it follows from records; read from a file of the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.reporting.dimensions import Dimension, load_dimensions, trait

PRESENT = "*"
Measure = Literal["count", "sum", "mentions", "distinct", "level", "timely", "holdings"]
Period = Literal["months", "validity", "none"]
Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""Fields and the values they may have, all at once; `*` means any value that is there."""
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Indicator:
    """What is counted: unit, four-part sheet, and how it follows from records of one kind.

    The sheet: `definition` (Definition), `statement` (Aussage), `assessment` (Bewertung), `source` (Quelle).

    `measure`: `count` of records, `sum` of a `field`, `mentions` of the values of a list `field`, `distinct` values of
    a `field`, `level` (a sum that must not be added over months), `timely` (records first recorded within 3 days;
    share of all), `holdings` (records held against records expected). `where`: a record counts if one of the
    conditions holds (none: every record). Records before the month of `valid_from` do not count.

    `period`: what from and to select by: `months` (of the record, or of `month_field`), `validity`, or `none`: a stock
    as it was at the day asked for. `fields` names the field of a dimension where it is another one than usual,
    `constants` the value of a dimension for all records, `missing` what a missing value is called instead of
    `not_stated`. `protect`: whether editions protect its small numbers. `parts`: the sum of other indicators, instead
    of all that.
    """

    code: str
    version: int
    title_de: str
    title_en: str
    unit: str
    definition: str
    valid_from: date
    dimensions: tuple[str, ...]
    statement: str = ""
    assessment: str = ""
    source: str = ""
    kind: str = ""
    measure: Measure = "count"
    field: str | None = None
    where: tuple[Condition, ...] = ()
    period: Period = "months"
    month_field: str = "month"
    fields: Pairs = ()
    constants: Pairs = ()
    missing: Pairs = ()
    protect: bool = True
    parts: tuple["Indicator", ...] = ()

    @property
    def leaves(self) -> tuple["Indicator", ...]:
        """The indicators that are counted: its parts, or itself."""
        return self.parts or (self,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of records concerned."""
        return tuple(dict.fromkeys(leaf.kind for leaf in self.leaves if leaf.kind))

    @property
    def first_month(self) -> str:
        """The month from which records count."""
        return f"{self.valid_from:%Y-%m}"

    def dimension(self, name: str) -> Dimension:
        """A dimension as this indicator's records tell it."""
        known = load_dimensions()[name]
        return replace(known, field=dict(self.fields).get(name, known.field))

    def missing_of(self, name: str) -> str | None:
        """What a missing value of a dimension is called here, if not `not_stated`."""
        return dict(self.missing).get(name)

    def many(self, name: str) -> bool:
        """Whether one record may have several values of a dimension."""
        return any(self.dimension(name).many(leaf.kind) for leaf in self.leaves if leaf.kind)

    def values(self, name: str, network: str) -> tuple[str, ...]:
        """The codes a filter may name in a network or at the centre: those that can count; empty without a list."""
        dimension = self.dimension(name)
        found = tuple(dict.fromkeys(code for leaf in self.leaves for code in dimension.values(leaf.kind, network)))
        conditions = [dict(condition).get(dimension.field or "", ()) for condition in self.where]
        if self.parts or not conditions or not all(conditions):
            return found
        counted = {code for values in conditions for code in values}
        return found if PRESENT in counted else tuple(code for code in found if code in counted)

    def told(self, *, lean: bool) -> bool:
        """Whether lean or full events tell enough to count it."""
        return all(trait(leaf.kind, name, lean=lean) is not None for leaf in self.leaves for name in leaf.needs())

    def needs(self) -> Iterator[str]:
        """Fields without which this leaf cannot be counted."""
        yield from (name for condition in self.where for name, _ in condition)
        if self.field:
            yield self.field
        if self.measure == "timely":
            yield "date"
        if self.month_field != "month":
            yield self.month_field

    def answerable(self, *, lean: bool) -> tuple[str, ...]:
        """Its dimensions that lean or full events tell; none if they do not even tell the indicator."""
        if not self.told(lean=lean):
            return ()
        return tuple(name for name in self.dimensions if all(leaf.tells(name, lean=lean) for leaf in self.leaves))

    def tells(self, name: str, *, lean: bool) -> bool:
        """Whether the events of this leaf tell a dimension; one that they never tell is the same for all of them."""
        field = self.dimension(name).field
        if field is None or name in dict(self.constants) or trait(self.kind, field, lean=False) is None:
            return True
        return trait(self.kind, field, lean=lean) is not None
