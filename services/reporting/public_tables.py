"""Printed figures as tables that everybody has beside all editions, for the audit (contracts §6, ADR 0008)."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from services.reporting.counting import Counts
from services.reporting.disclosure.numbers import ENOUGH
from services.reporting.disclosure.published import (
    NOTHING_ELSE,
    TOTAL,
    Population,
    PublishedCell,
    PublishedTable,
    cells_of,
    is_covered,
    overlap,
    related,
)
from services.reporting.edition_questions import check_protectable
from services.reporting.edition_tables import Asked, described
from services.reporting.passport import Reach
from services.reporting.protection import known_range
from services.reporting.public_figures import SOURCE, PublicFigure, load_public
from services.reporting.question import Question, read_question
from shared.problems import Problem
from shared.topology import CENTRE


@cache
def public_questions() -> dict[str, tuple[Question, PublishedTable]]:
    """Every printed figure that counts people, by name: its question, and as of its own Stichtag a table.

    Left out: what editions show exactly, as it counts no people, and what they refuse as it cannot be protected.
    """
    return {table.name: (question, table) for figure in load_public() for question, table in _table(figure)}


def public_tables() -> list[PublishedTable]:
    """The tables of all printed figures, as known on their Stichtag."""
    return [table for _, table in public_questions().values()]


def confirmed(figure: PublishedTable, population: Population) -> PublishedTable:
    """A printed figure that is what the records of an edition say: everybody knows it of them too."""
    return replace(figure, population=population, printed={TOTAL: figure.total or 0})


def _table(figure: PublicFigure) -> Iterator[tuple[Question, PublishedTable]]:
    question = read_question(figure.parameters(), CENTRE, figure.as_of)
    try:
        check_protectable(question)
    except Problem:
        return
    if question.indicator.protect:
        values = ", ".join(value for _, told in question.filters for value in told)
        name = f"{SOURCE}, {question.indicator.title_de} {figure.first} bis {figure.last} {values}".strip()
        yield question, described(Asked(name, question, Counts((), figure.value), Reach(()), CENTRE), "exact")


def beside(tables: Sequence[PublishedTable], domains: Mapping[str, frozenset[str]]) -> list[PublishedTable]:
    """The printed figures by which readers of tables may find out one or two records.

    Left out is a figure of which at least three records are surely counted in no table, nor in a printed part of it:
    how many exactly nobody can tell, so that it says nothing of those that are.
    """
    near = [figure for figure in public_tables() if any(related(figure, table) for table in tables)]
    found: dict[str, PublishedTable] = {}
    for figure in near:
        left = (figure.total or 0) - sum(_most(table, figure) for table in tables)
        parts = [part for part in near if part is not figure and _holds(figure, part, domains)]
        if left < ENOUGH:
            found[figure.name] = figure
        elif left - sum(part.total or 0 for part in parts) < ENOUGH and not _is_made_of(figure, parts, domains):
            found |= {one.name: one for one in (figure, *parts)}
    return list(found.values())


def _most(table: PublishedTable, figure: PublishedTable) -> float:
    """How many records of a figure a table counts at most."""
    if not related(table, figure):
        return 0
    total, *rows = cells_of(table)
    inside = [row for row in rows if any(overlap(box, own) for box in row.boxes for own in figure.scope)]
    counted = sum(_high(row) for row in inside if row.row != NOTHING_ELSE)
    return min(_high(total), counted) if table.axes else _high(total)


def _high(cell: PublishedCell) -> float:
    _, most = known_range(cell.method, cell.value)
    return math.inf if most is None else most


def _holds(figure: PublishedTable, part: PublishedTable, domains: Mapping[str, frozenset[str]]) -> bool:
    return all(is_covered(box, figure.scope, domains) for box in part.scope)


def _is_made_of(figure: PublishedTable, parts: Sequence[PublishedTable], domains: Mapping[str, frozenset[str]]) -> bool:
    """Whether printed parts count every record of a figure, so that nothing is left beside them."""
    boxes = [box for part in parts for box in part.scope]
    return all(is_covered(box, boxes, domains) for box in figure.scope)
