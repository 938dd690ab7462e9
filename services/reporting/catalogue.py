"""The catalogue: what is counted, as data (design 10). A new indicator is a file, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from services.reporting.dimensions import EVENT_OF_KIND, load_dimensions, trait

PRESENT = "*"
Measure = Literal["count", "sum", "mentions"]
Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""Fields and the values they may have, all at once; `*` means any value that is there."""


class CatalogueError(ValueError):
    """A file of the catalogue that does not hold together, with the reason."""


@dataclass(frozen=True)
class Indicator:
    """What is counted: unit, exact definition, and how it follows from records of one kind.

    `measure`: `count` of records, `sum` of a `field`, or `mentions` of the values of a list `field`. `where`: a record
    counts if one of the conditions holds (none: every record). Records before the month of `valid_from` do not count.
    A `stock` is asked as it was at a day. `parts`: the sum of other indicators, instead of all that.
    """

    code: str
    version: int
    title_de: str
    title_en: str
    unit: str
    definition: str
    valid_from: date
    dimensions: tuple[str, ...]
    kind: str = ""
    measure: Measure = "count"
    field: str | None = None
    where: tuple[Condition, ...] = ()
    stock: bool = False
    parts: tuple["Indicator", ...] = ()

    @property
    def leaves(self) -> tuple["Indicator", ...]:
        """The indicators that are counted: its parts, or itself."""
        return self.parts or (self,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of records concerned."""
        return tuple(dict.fromkeys(leaf.kind for leaf in self.leaves))

    @property
    def first_month(self) -> str:
        """The month from which records count."""
        return f"{self.valid_from:%Y-%m}"

    def told(self, *, lean: bool) -> bool:
        """Whether lean or full events tell enough to count it."""
        return all(
            trait(leaf.kind, field, lean=lean) is not None
            for leaf in self.leaves
            for field in [*(name for condition in leaf.where for name, _ in condition), *filter(None, [leaf.field])]
        )

    def answerable(self, *, lean: bool) -> tuple[str, ...]:
        """Its dimensions that lean or full events tell; none if they do not even tell the indicator."""
        if not self.told(lean=lean):
            return ()
        known = load_dimensions()
        told = (name for name in self.dimensions if all(known[name].told(kind, lean=lean) for kind in self.kinds))
        return tuple(told)


@cache
def load_catalogue(folder: Path | None = None) -> Mapping[str, Indicator]:
    """All indicators by code. Raises CatalogueError for a file that does not hold together."""
    folder = folder or Path(__file__).with_name("catalogue")
    entries = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}
    simple = {code: _read(code, entry, {}) for code, entry in entries.items() if "parts" not in entry}
    composed = {code: _read(code, entry, simple) for code, entry in entries.items() if "parts" in entry}
    return dict(sorted((simple | composed).items()))


def _read(code: str, entry: dict[str, Any], known: Mapping[str, Indicator]) -> Indicator:
    if unknown := entry.keys() - {field.name for field in fields(Indicator)}:
        raise CatalogueError(f"{code}: unknown keys {sorted(unknown)}")
    if entry.get("code") != code:
        raise CatalogueError(f"{code}: code and file name differ")
    try:
        indicator = Indicator(
            **entry
            | {
                "definition": str(entry["definition"]).strip(),
                "dimensions": tuple(entry["dimensions"]),
                "where": tuple(_condition(condition) for condition in entry.get("where", ())),
                "parts": tuple(known[part] for part in entry.get("parts", ())),
            }
        )
    except (KeyError, TypeError) as error:
        raise CatalogueError(f"{code}: {error}") from None
    for leaf in indicator.leaves:
        _check(code, indicator, leaf)
    return indicator


def _condition(entry: Mapping[str, list[object]]) -> Condition:
    return tuple((field, tuple(map(str, values))) for field, values in entry.items())


def _check(code: str, indicator: Indicator, leaf: Indicator) -> None:
    """Every name must exist in the contract of the records, so that a typing error cannot count nothing."""
    if leaf.kind not in EVENT_OF_KIND:
        raise CatalogueError(f"{code}: unknown kind {leaf.kind!r}")
    if leaf.measure not in get_args(Measure) or (leaf.measure == "count") is not (leaf.field is None):
        raise CatalogueError(f"{code}: measure and field do not fit")
    if unknown := set(indicator.dimensions) - load_dimensions().keys():
        raise CatalogueError(f"{code}: unknown dimensions {sorted(unknown)}")
    named = [leaf.field, *(field for condition in leaf.where for field, _ in condition)]
    named += [load_dimensions()[name].field for name in indicator.dimensions]
    for field in filter(None, named):
        if trait(leaf.kind, field, lean=False) is None:
            raise CatalogueError(f"{code}: {leaf.kind} has no field {field!r}")
    for condition in leaf.where:
        for field, values in condition:
            _check_values(code, leaf.kind, field, values)


def _check_values(code: str, kind: str, field: str, values: tuple[str, ...]) -> None:
    found = trait(kind, field, lean=False)
    for value in values:
        try:
            if found is not None and value != PRESENT:
                found.adapter.validate_strings(value)
        except ValidationError:
            raise CatalogueError(f"{code}: {field} is never {value!r}") from None
