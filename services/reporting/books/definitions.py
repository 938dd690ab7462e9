"""What stands in a book, as data: `kinds/*.toml`, one file per kind. A new table is an entry there, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.reporting.books.quarters import Period
from shared.topology import CENTRE, load_topology

Content = Literal["figures", "published", "changes"]
"""`published`: own figures beside published ones. `changes`: what the data changed since the last book (MON-03)."""
Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=60)]
Filters = dict[str, str]


class Closed(BaseModel):
    """Nothing that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(Closed):
    """What one row of several indicators asks, or all rows of a table by dimensions; `title`: its own."""

    indicator: Name
    filters: Filters = {}
    title: str = ""


class Table(Closed):
    """A table: one indicator `by` dimensions, or several as `lines`; a column for each of its `periods`.

    `top`: the n largest of the first period. The chart is drawn from the first period too.
    """

    id: Name
    title: str
    indicator: Name | Literal[""] = ""
    by: tuple[Name, ...] = ()
    filters: Filters = {}
    lines: tuple[Line, ...] = ()
    periods: tuple[Period, ...] = ()
    top: int | None = None
    chart: Literal["", "bars", "map", "line"] = ""
    note: str = ""
    content: Content = "figures"

    @model_validator(mode="after")
    def _holds_together(self) -> "Table":
        if self.content == "figures" and (bool(self.indicator) is bool(self.lines) or not self.periods):
            raise ValueError(f"{self.id}: either one indicator or lines, and a period")
        if self.lines and (self.by or self.top or self.filters):
            raise ValueError(f"{self.id}: lines have no dimensions of their own")
        if self.content == "published" and self.lines:
            raise ValueError(f"{self.id}: what is compared follows from what is published")
        return self

    @property
    def asked(self) -> tuple[Line, ...]:
        """What is asked for each period."""
        if self.lines or not self.indicator:
            return self.lines
        return (Line(indicator=self.indicator, filters=self.filters, title=self.title),)


class Chapter(Closed):
    """A chapter with its tables."""

    title: str
    tables: Annotated[tuple[Table, ...], Field(min_length=1)]


class Definition(Closed):
    """A kind of book: `title` as people call it; `network`: whether it is a network's, else the whole country's.

    `each`: at the centre it can be made of all networks too, with its chapters once for each.
    """

    kind: Name
    title: str
    network: bool
    each: bool = False
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _named_once(self) -> "Definition":
        names = [table.id for chapter in self.chapters for table in chapter.tables]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.kind}: a table's id stands twice")
        return self

    def regions(self, network: str) -> tuple[str, ...]:
        """Of what it can be made in a network or at the centre: networks, or `de`; nothing where it is not made."""
        if network != CENTRE:
            return (network,) if self.network else ()
        if not self.network:
            return (CENTRE,)
        return (*((CENTRE,) if self.each else ()), *load_topology())


@dataclass(frozen=True)
class Step:
    """One table to write: its chapter, and the network whose figures it has (`de`: all of them)."""

    chapter: str
    region: str
    table: Table


@cache
def load_definitions() -> Mapping[str, Definition]:
    """All kinds of books by code. Raises ValueError naming the file of one that does not hold together."""
    found = {}
    for path in sorted((Path(__file__).parent / "kinds").glob("*.toml")):
        try:
            found[path.stem] = Definition.model_validate(
                {"kind": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))}
            )
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
    return found


def steps_of(kind: str, region: str) -> list[Step]:
    """The tables of a book in their order; of a book of all networks once for each of them."""
    definition = load_definitions()[kind]
    regions = list(load_topology()) if definition.network and region == CENTRE else [region]
    return [
        Step(load_topology()[code].land if len(regions) > 1 else chapter.title, code, table)
        for code in regions
        for chapter in definition.chapters
        for table in chapter.tables
    ]
