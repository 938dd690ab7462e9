"""Editions: made once from facts, protected, audited beside all earlier ones, then never changed (contracts §6)."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import edition_store
from services.reporting.described import to_json
from services.reporting.disclosure.published import PublishedTable
from services.reporting.edition_audit import Earlier, check, load_earlier, make_safe
from services.reporting.edition_checks import Remark, remarks
from services.reporting.edition_questions import read_table
from services.reporting.edition_tables import Asked, described, domains, method_of, shown
from services.reporting.figures import Figures
from services.reporting.public_figures import printed_cells
from services.reporting.public_tables import beside, confirmed, public_questions
from services.reporting.tables import EditionRow
from shared import clock
from shared.contracts.base import canonical
from shared.database import SessionFactory
from shared.problems import FieldProblem, Problem, invalid
from shared.topology import CENTRE, load_topology

EditionMethod = Literal["rounded", "minimum3"]
MOST_TABLES = 40
UNKNOWN = "Diese Veröffentlichung gibt es nicht."


class Editions:
    """Makes and keeps the editions of a network or of the centre."""

    def __init__(self, sessions: SessionFactory, network: str, figures: Figures) -> None:
        self.sessions, self.network, self.figures = sessions, network, figures

    async def make(
        self, title: str, as_of: date, method: EditionMethod, tables: Sequence[Mapping[str, Any]], author: str
    ) -> EditionRow:
        """Count, protect and audit tables and keep them as a draft.

        Raises Problem 422 for tables that cannot be asked, 409 when networks are missing or small numbers would be
        given away, naming cells and remedy.
        """
        asked = await self.count(as_of, tables)
        published, shown_tables = await self.protect(asked, method)
        row = EditionRow(
            edition_id=uuid4(),
            region=self.network,
            title=title,
            as_of=as_of,
            known_at=clock.today(),
            method=method,
            state="draft",
            hash=digest(title, as_of, method, shown_tables),
            asked=[dict(table) for table in tables],
            shown=shown_tables,
            described=[to_json(table) for table in published],
            domains={name: sorted(values) for name, values in domains(asked).items()},
            created_by=author,
            created_on=clock.today(),
        )
        async with self.sessions() as session, session.begin():
            session.add(row)
        return row

    async def preview(
        self, as_of: date, method: EditionMethod, tables: Sequence[Mapping[str, Any]]
    ) -> tuple[list[dict[str, Any]], list[Remark]]:
        """Tables as readers would see them, and what to look at before; nothing is kept. Raises as `make`."""
        asked = await self.count(as_of, tables)
        _, shown_tables = await self.protect(asked, method)
        return shown_tables, await remarks(self.figures, asked, clock.today())

    async def count(self, as_of: date, tables: Sequence[Mapping[str, Any]]) -> list[Asked]:
        """Tables as counted. Raises Problem as `make`."""
        today = clock.today()
        if as_of > today:
            problem = "Dieser Stichtag liegt in der Zukunft."
            raise invalid(FieldProblem("as_of", as_of.isoformat(), problem, "Bitte heute oder früher wählen."))
        found = []
        for number, table in enumerate(tables, start=1):
            question = read_table(table, number, as_of, self.network, today)
            counts, reach = await self.figures.counts(question, today, keys=True)
            if absent := [*reach.missing, *reach.differing]:
                names = ", ".join(load_topology()[code].name for code in absent)
                words = "haben nicht geantwortet" if reach.missing else "antworten anders, als ihre Datensätze sagen"
                raise Problem(409, f"Tabelle {number}: {names} {words}. Bitte später noch einmal versuchen.")
            printed = printed_cells(question, self.network)
            found.append(Asked(f"Tabelle {number}", question, counts, reach, self.network, printed))
        return found

    async def protect(
        self, asked: Sequence[Asked], method: EditionMethod
    ) -> tuple[list[PublishedTable], list[dict[str, Any]]]:
        """Tables as described and as shown; audited beside everything that is published. Raises Problem 409."""
        protected = [table for table in asked if method_of(table, method) != "exact"]
        async with self.sessions() as session:
            earlier = await load_earlier(session)
        printed = await self.borne_out(earlier, protected) if protected else []
        safe = await asyncio.to_thread(make_safe, earlier, protected, method, printed) if protected else {}
        tables = [safe.get(table.name) or described(table, "exact") for table in asked]
        synthetic = self.figures.synthetic
        pairs = zip(asked, tables, strict=True)
        return list(safe.values()), [shown(one, table, synthetic=synthetic) for one, table in pairs]

    async def borne_out(self, earlier: Earlier, asked: Sequence[Asked]) -> list[PublishedTable]:
        """Printed figures of the edition's Stichtag that may help readers, and that the records bear out exactly."""
        tables, found = [described(table, "exact") for table in asked], []
        for figure in beside([*earlier.tables, *tables], earlier.domains_with(domains(asked))):
            question, _ = public_questions()[figure.name]
            own = self.network in (CENTRE, *dict(question.filters).get("region", ()))
            if own and question.as_of == tables[0].population.as_of:
                known = replace(question, known_at=tables[0].population.known_at)
                counts, reach = await self.figures.counts(known, clock.today())
                if counts.total == figure.total and not reach.missing:
                    found.append(confirmed(figure, tables[0].population))
        return found

    async def check(self, session: AsyncSession, row: EditionRow) -> None:
        """Audit a kept edition beside everything published by now. Raises Problem 409, 422 as making one does."""
        await asyncio.to_thread(check, await load_earlier(session), row)

    async def publish(self, edition_id: UUID) -> EditionRow:
        """Publish a draft or what was submitted; checked again, as others may have been published since.

        Raises Problem 404, 409 when it is published already or would give small numbers away by now.
        """
        async with self.sessions() as session, session.begin():
            await edition_store.alone(session)
            row = await found(session, edition_id)
            if row.state == "published":
                raise Problem(409, "Diese Veröffentlichung ist schon erschienen und ändert sich nicht mehr.")
            await self.check(session, row)
            row.state, row.published_on = "published", clock.today()
            session.add(row)
        return row


async def found(session: AsyncSession, edition_id: UUID) -> EditionRow:
    """An edition. Raises Problem 404."""
    row = await session.get(EditionRow, edition_id)
    if row is None:
        raise Problem(404, UNKNOWN)
    return row


def digest(title: str, as_of: date, method: str, tables: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over title, Stichtag, method and tables, by which anyone sees that an edition is unchanged."""
    body = {"title": title, "as_of": as_of.isoformat(), "method": method, "tables": list(tables)}
    return hashlib.sha256(canonical(body)).hexdigest()
