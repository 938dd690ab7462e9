"""What a service supplies for one kind of import: its columns, and what to do with the rows (contracts §5)."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.importing.fields import Day
from shared.importing.tables import ImportJob
from shared.importing.words import SYNONYMS, key
from shared.vocabulary.permissions import PERMISSIONS


class Parser(Protocol):
    """Turns a cell that is not empty into a value; raises `fields.RefusedError` with a German sentence."""

    @property
    def hint(self) -> str:
        """What to enter, in German."""

    def __call__(self, cell: object, /) -> Any:
        """Parse a cell."""


@dataclass(frozen=True)
class Column:
    """A column: code, German header, whether it must be filled, parser of a cell, value of an empty cell."""

    name: str
    de: str
    required: bool
    parse: Parser
    empty: object = None


class ParsedRow(NamedTuple):
    """A row whose cells are valid: line of the file (header = 1) and the value of every column of the kind."""

    row: int
    values: dict[str, Any]


class RowOutcome(NamedTuple):
    """What became of a row; a rejected one names column, the cell's text and in German what to do."""

    row: int
    outcome: Literal["accepted", "unchanged", "rejected"]
    column: str = ""
    value: str = ""
    message: str = ""


Apply = Callable[[AsyncSession, ImportJob, Iterable[ParsedRow]], Awaitable[list[RowOutcome]]]
"""Saves all valid rows of a file in the transaction that ends the job; answers one outcome per row.

The rows may be iterated several times; each is made on the way, so that a large file stays small in memory.
"""

# Every kind takes them (contracts §5).
RECORDING = (
    Column("recorded_on", "Erfasst am", required=False, parse=Day()),
    Column("withdrawn_on", "Zurückgezogen am", required=False, parse=Day()),
)


@dataclass(frozen=True)
class Kind:
    """A kind of import: code, German title (sheet of the template), columns and who may run it.

    Rows belong to the carrier of the one who imports, or to the `whole_network`.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    permission: str = "imports:run"
    whole_network: bool = False

    def __post_init__(self) -> None:
        """Refuse an undeclared permission at import, not at the first request."""
        PERMISSIONS[self.permission]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by code."""
        return {column.name: column for column in self.columns}

    @cached_property
    def headers(self) -> dict[str, str]:
        """Code of the column by matching form of code, German header or synonym."""
        found: dict[str, str] = {}
        for column in self.columns:
            for word in (column.name, column.de, *SYNONYMS["columns"].get(column.name, ())):
                found.setdefault(key(word), column.name)
        return found
