"""An edition beside everything readers have, in print too: protected, or refused in German (contracts §6, ADR 0008)."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import edition_store
from services.reporting.described import from_json
from services.reporting.disclosure.audit import TOO_MUCH, Domains, GivenAway, audit
from services.reporting.disclosure.program import ContradictionError
from services.reporting.disclosure.published import PublishedTable, TooMuchToCheckError
from services.reporting.disclosure.suppression import suppress
from services.reporting.edition_tables import Asked, described, domains, round_table
from services.reporting.protection import Method
from services.reporting.public_tables import beside
from services.reporting.tables import EditionRow
from shared.problems import FieldProblem, Problem, invalid

CONTRADICTION = (
    "Diese Tabellen widersprechen früheren Veröffentlichungen und sind deshalb nicht zu prüfen. "
    "Bitte wenden Sie sich an den Betrieb."
)


@dataclass(frozen=True)
class Earlier:
    """What readers have already: tables of all published editions, and the values of dimensions that they know."""

    tables: Sequence[PublishedTable]
    domains: Domains

    def domains_with(self, known: Domains) -> dict[str, frozenset[str]]:
        """All known values, those of another edition included: a leak may run through any of them."""
        names = {*self.domains, *known}
        return {name: self.domains.get(name, frozenset()) | known.get(name, frozenset()) for name in names}

    def beside(self, tables: Sequence[PublishedTable], known: Domains) -> list[PublishedTable]:
        """What readers have beside tables: all published ones, and what is printed as of other days.

        What is printed as of the tables' own day stands among them if their records bear it out (`borne_out`); else it
        tells nothing of them.
        """
        days = {table.population.as_of for table in tables}
        printed = [table for table in beside([*self.tables, *tables], known) if table.population.as_of not in days]
        return [*printed, *self.tables]


async def load_earlier(session: AsyncSession) -> Earlier:
    """Everything published, each table named with its edition."""
    tables: list[PublishedTable] = []
    found = Earlier((), {})
    for row in await edition_store.published(session):
        named = (from_json(entry) for entry in row.described)
        tables += [replace(table, name=f"{row.title}, {table.name}") for table in named]
        found = Earlier((), found.domains_with({name: frozenset(values) for name, values in row.domains.items()}))
    return Earlier(tables, found.domains)


@contextlib.contextmanager
def judged(tables: int) -> Iterator[None]:
    """What the audit cannot judge as a Problem: 422 when it is too much, 409 when published tables contradict it."""
    try:
        yield
    except TooMuchToCheckError:
        problem, remedy = TOO_MUCH
        raise invalid(FieldProblem("tables", tables, problem, remedy)) from None
    except ContradictionError:
        raise Problem(409, CONTRADICTION) from None


def make_safe(
    earlier: Earlier, asked: Sequence[Asked], method: Method, printed: Sequence[PublishedTable] = ()
) -> dict[str, PublishedTable]:
    """Tables protected so that nobody can find out a 1 or 2. Raises Problem 409 or 422 where that cannot be had.

    `printed`: figures that the records of this edition bear out; they are kept with it, as everybody knows them.
    """
    known = earlier.domains_with(domains(asked))
    with judged(len(asked)):
        if method == "rounded":
            tables: Sequence[PublishedTable] = [*(round_table(table) for table in asked), *printed]
            cells = audit(earlier.beside(tables, known), tables, known)
        else:
            exact = [*(described(table, method) for table in asked), *printed]
            verdict = suppress(earlier.beside(exact, known), exact, known)
            tables, cells = verdict.tables, verdict.given_away
    if cells:
        raise given_away(cells)
    return {table.name: table for table in tables}


def check(earlier: Earlier, row: EditionRow) -> None:
    """Audit a kept edition beside what is published by now. Raises Problem 409, 422 as `make_safe`."""
    known = earlier.domains_with({name: frozenset(values) for name, values in row.domains.items()})
    tables = [from_json(entry) for entry in row.described]
    with judged(len(tables)):
        cells = audit(earlier.beside(tables, known), tables, known) if tables else ()
    if cells:
        raise given_away(cells)


def given_away(cells: Sequence[GivenAway]) -> Problem:
    """The refusal of an edition, with the cells that would give one or two records away."""
    errors = [FieldProblem("tables", cell.cell.name, cell.problem, cell.remedy) for cell in cells[:20]]
    count = f"{len(cells)} Zellen würden" if len(cells) > 1 else "Eine Zelle würde"
    return Problem(409, f"{count} einzelne Menschen verraten. {errors[0].problem} {errors[0].remedy}", errors)
