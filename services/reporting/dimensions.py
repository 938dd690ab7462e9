"""Dimensions: what a question may group and filter by, read from `dimensions.toml` and the contracts (contracts §6)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from shared.contracts.registry import EVENTS, EventType
from shared.nationalities import NOT_STATED, nationality_labels
from shared.topology import CENTRE, load_topology
from shared.vocabulary import FUNDING_ROUNDS

EVENT_OF_KIND: dict[str, EventType] = {event.kind: event for event in EVENTS.values()}
ROUNDS = tuple(f"{first}-{last}" for first, last in FUNDING_ROUNDS)
PERIODS = {
    "month": re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])"),
    "quarter": re.compile(r"(19|20)\d{2}-Q[1-4]"),
    "year": re.compile(r"(19|20)\d{2}"),
}
OTHER = "other"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Trait:
    """A field of a contract as a question sees it: its codes (none: open), whether a record has several, a flag."""

    codes: tuple[str, ...]
    many: bool
    flag: bool
    adapter: TypeAdapter[Any]


@dataclass(frozen=True)
class Dimension:
    """A dimension: derived from network and month (no `field`), a field of the body, or `groups` of its values."""

    name: str
    field: str | None = None
    groups: tuple[tuple[str, str], ...] = ()

    def many(self, kind: str) -> bool:
        """Whether one record of the kind may have several values."""
        found = self._trait(kind, lean=False)
        return found is not None and found.many

    def values(self, kind: str, network: str) -> tuple[str, ...]:
        """The codes a filter may name in a network or at the centre; empty when there is no closed list."""
        if self.name == "region":
            return tuple(load_topology()) if network == CENTRE else (network,)
        if self.name == "round":
            return ROUNDS
        if self.name == "service":
            return tuple(sorted({event.name.context for event in EVENTS.values()}))
        if self.field is None:
            return ()
        if self.groups:
            return (*(code for code, _ in self.groups), OTHER, NOT_STATED)
        found = self._told(kind, network)
        codes = tuple(nationality_labels()) if self.name == "nationality" else found.codes if found else ()
        return codes if NOT_STATED in codes or not codes else (*codes, NOT_STATED)

    def accepts(self, value: str, kind: str, network: str) -> bool:
        """Whether a filter may name this value."""
        if codes := self.values(kind, network):
            return value in codes
        if self.field is None:
            return PERIODS[self.name].fullmatch(value) is not None
        if self.name == "office":  # asked by its code in the structure register
            return re.fullmatch(r"[A-Za-z0-9._/-]{1,40}", value) is not None
        found = self._told(kind, network)
        return value == NOT_STATED or (found is not None and _fits(found, value))

    def _told(self, kind: str, network: str) -> Trait | None:
        """The field as it is told here; at the centre what never leaves a network as networks tell it in answers."""
        lean = self._trait(kind, lean=True) if network == CENTRE else None
        return lean or self._trait(kind, lean=False)

    def _trait(self, kind: str, *, lean: bool) -> Trait | None:
        return trait(kind, self.field, lean=lean) if self.field else None


def _fits(found: Trait, value: str) -> bool:
    try:
        found.adapter.validate_strings(value)
    except ValidationError:
        return False
    return True


@cache
def trait(kind: str, field: str, *, lean: bool) -> Trait | None:
    """A field of the events of a kind, or None when they do not tell it."""
    event = EVENT_OF_KIND[kind]
    model = event.lean if lean else event.full
    if model is None or field not in model.model_fields:
        return None
    annotation: Any = model.model_fields[field].annotation
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    many = get_origin(annotation) is list
    if many:
        annotation = get_args(annotation)[0]
    metadata = () if many else tuple(model.model_fields[field].metadata)
    adapter = TypeAdapter(Annotated[annotation, *metadata] if metadata else annotation)
    return Trait(_codes(annotation), many, annotation is bool, adapter)


def _codes(annotation: Any) -> tuple[str, ...]:
    if annotation is bool:
        return (YES, NO)
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


@cache
def load_dimensions() -> Mapping[str, Dimension]:
    """All dimensions by name."""
    entries = tomllib.loads(Path(__file__).with_name("dimensions.toml").read_text(encoding="utf-8"))
    groups = {name: tuple(patterns.items()) for name, patterns in entries["groups"].items()}
    found = [Dimension(name) for name in entries["derived"]]
    found += [Dimension(name, field, groups.get(name, ())) for name, field in entries["fields"].items()]
    return {dimension.name: dimension for dimension in found}
