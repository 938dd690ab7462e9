"""Hiding of small numbers (`minimum3`): 1 and 2, and further cells until no reader can compute them (contracts §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.reporting.disclosure.audit import Domains, Edition, GivenAway
from services.reporting.disclosure.certainty import Columns
from services.reporting.disclosure.published import PublishedTable, cells_of
from services.reporting.protection import is_small


@dataclass(frozen=True)
class Suppressed:
    """Tables with hidden cells, and what they give away all the same: then the edition must not be published."""

    tables: tuple[PublishedTable, ...]
    given_away: tuple[GivenAway, ...]


def suppress(earlier: Sequence[PublishedTable], exact: Sequence[PublishedTable], domains: Domains) -> Suppressed:
    """Hide 1 and 2, then more until the audit finds nothing.

    In each round, of the cells that together give a group away, the one that readers lose least with is hidden. What
    earlier editions, empty rows and printed numbers (never hidden) give away without any other cell of this one cannot
    be mended by hiding. The same tables give the same answer. Arguments and errors as of `disclosure.audit`.
    """
    edition = Edition(earlier, exact, domains)
    cells = edition.readers.cells
    hidden = {cell for cell in edition.new if is_small(cells[cell].value or 0)} - edition.printed
    _hide(edition, hidden)
    while unsafe := edition.unsafe():
        more = _smallest(edition, unsafe, hidden | edition.printed)
        if not more:
            break
        _hide(edition, more)
        hidden |= more
    return Suppressed(_without(exact, [cell - edition.new.start for cell in hidden]), edition.given_away(unsafe))


def _hide(edition: Edition, cells: Iterable[int]) -> None:
    """Let readers know of cells only that they are not empty."""
    for cell in cells:
        edition.readers.show(cell, (1, None))
    if edition.readers.settle():
        edition.witnesses.forget()


def _smallest(edition: Edition, unsafe: Sequence[Columns], fixed: set[int]) -> set[int]:
    """For each group one more cell to hide, unless one of its cells was just chosen for another group."""
    chosen: set[int] = set()
    for columns in unsafe:
        because = [cell for cell in edition.because(columns) if cell in edition.new and cell not in fixed]
        shown = [cell for cell in because if edition.readers.cells[cell].value]
        if shown and chosen.isdisjoint(shown):
            chosen.add(min(shown, key=edition.loss))
    return chosen


def _without(tables: Sequence[PublishedTable], hidden: Sequence[int]) -> tuple[PublishedTable, ...]:
    """The tables without hidden cells, which are numbered through all of them."""
    found, start = [], 0
    for table in tables:
        cells = list(cells_of(table))
        gone = {cells[number - start].row for number in hidden if start <= number < start + len(cells)}
        rows = {row: None if row in gone else value for row, value in table.rows.items()}
        found.append(replace(table, rows=rows, total=None if cells[0].row in gone else table.total))
        start += len(cells)
    return tuple(found)
