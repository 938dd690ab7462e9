"""The catalogue: what is counted, as data (design 10). A new indicator is a file, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from services.reporting.dimensions import EVENT_OF_KIND, load_dimensions, trait
from services.reporting.indicator import PRESENT, Condition, Indicator, Measure

COUNTING = ("count", "timely", "holdings")


class CatalogueError(ValueError):
    """A file of the catalogue that does not hold together, with the reason."""


@cache
def load_catalogue(folder: Path | None = None) -> Mapping[str, Indicator]:
    """All indicators by code. Raises CatalogueError for a file that does not hold together."""
    folder = folder or Path(__file__).with_name("catalogue")
    entries = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}
    simple = {code: _read(code, entry, {}) for code, entry in entries.items() if "parts" not in entry}
    composed = {code: _read(code, entry, simple) for code, entry in entries.items() if "parts" in entry}
    return dict(sorted((simple | composed).items()))


@cache
def load_units() -> Mapping[str, str]:
    """German names of units."""
    return dict(tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8")))


def _read(code: str, entry: dict[str, Any], known: Mapping[str, Indicator]) -> Indicator:
    if unknown := entry.keys() - {field.name for field in fields(Indicator)}:
        raise CatalogueError(f"{code}: unknown keys {sorted(unknown)}")
    if entry.get("code") != code:
        raise CatalogueError(f"{code}: code and file name differ")
    try:
        parts = tuple(_part(entry, part, known) for part in entry.get("parts", ()))
        indicator = Indicator(**entry | _plain(entry) | {"parts": parts})
    except (KeyError, TypeError) as error:
        raise CatalogueError(f"{code}: {error}") from None
    for leaf in indicator.leaves:
        _check(code, indicator, leaf)
    return indicator


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blank ends, lists as tuples, tables as pairs: an indicator is a key of the cache."""
    found: dict[str, Any] = {"dimensions": tuple(entry["dimensions"])}
    found |= {name: str(entry.get(name, "")).strip() for name in ("definition", "statement", "assessment", "source")}
    found |= {name: tuple(entry.get(name, {}).items()) for name in ("fields", "constants", "missing")}
    return found | {"where": tuple(_condition(condition) for condition in entry.get("where", ()))}


def _part(whole: Mapping[str, Any], part: str | dict[str, Any], known: Mapping[str, Indicator]) -> Indicator:
    """A part: another indicator of the catalogue by its code, or one that is described here and counts nowhere else."""
    if isinstance(part, str):
        return known[part]
    names = ("code", "version", "title_de", "title_en", "unit", "definition", "valid_from", "dimensions")
    entry = {name: whole[name] for name in names} | part
    return Indicator(**entry | _plain(entry))


def _condition(entry: Mapping[str, list[object]]) -> Condition:
    return tuple((field, tuple(map(_as_in_json, values))) for field, values in entry.items())


def _as_in_json(value: object) -> str:
    """A value as the text that it is in an event's JSON, where a flag is `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(code: str, indicator: Indicator, leaf: Indicator) -> None:
    """Every name must exist in the contract of the records, so that a typing error cannot count nothing."""
    if unknown := set(indicator.dimensions) - load_dimensions().keys():
        raise CatalogueError(f"{code}: unknown dimensions {sorted(unknown)}")
    if indicator.unit not in load_units():
        raise CatalogueError(f"{code}: unit {indicator.unit!r} has no German name")
    if leaf.measure not in get_args(Measure) or (leaf.measure in COUNTING) is not (leaf.field is None):
        raise CatalogueError(f"{code}: measure and field do not fit")
    if leaf.measure != "holdings":
        _check_fields(code, indicator, leaf)


def _check_fields(code: str, indicator: Indicator, leaf: Indicator) -> None:
    if leaf.kind not in EVENT_OF_KIND:
        raise CatalogueError(f"{code}: unknown kind {leaf.kind!r}")
    for field in leaf.needs():
        if trait(leaf.kind, field, lean=False) is None:
            raise CatalogueError(f"{code}: {leaf.kind} has no field {field!r}")
    for name in indicator.dimensions:
        told = indicator.dimension(name).field
        if told and all(trait(kind, told, lean=False) is None for kind in indicator.kinds):
            raise CatalogueError(f"{code}: {leaf.kind} has no field {told!r}")
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
