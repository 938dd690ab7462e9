"""Editions of networks: submitted there, accepted and published by the coordination (contracts §6).

The centre asks for what was submitted and tells what it accepted, both through the leaf. It accepts only what its own
records say too, so far as lean events tell it: the same records show the same value in every table.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from faststream.nats import NatsBroker
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from services.reporting import edition_store
from services.reporting.answer import Cell
from services.reporting.described import from_json
from services.reporting.edition_tables import Asked
from services.reporting.editions import MOST_TABLES, EditionMethod, Editions, digest
from services.reporting.exchange import LARGEST_ANSWER, NoAnswer, ask
from services.reporting.tables import EditionRow
from shared import clock
from shared.contracts.base import Line
from shared.database import SessionFactory
from shared.problems import Problem
from shared.topology import load_topology

SECONDS = 5.0
DAMAGED = "Diese Einreichung ist nicht lesbar oder widerspricht sich selbst."
DIFFERENT = "Die Zahlen dieser Einreichung stimmen nicht mit den Datensätzen beim Bund überein."


class Submitted(BaseModel):
    """An edition as a network tells it; closed and bounded, as it comes from elsewhere."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    edition_id: UUID
    title: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    as_of: date
    known_at: date
    method: EditionMethod
    hash: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    asked: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_TABLES)]
    shown: Annotated[list[dict[str, Any]], Field(max_length=MOST_TABLES)]
    described: Annotated[list[dict[str, Any]], Field(max_length=MOST_TABLES)]
    domains: dict[str, list[str]]


TOLD = TypeAdapter(list[Submitted])


@dataclass(frozen=True)
class Submitting:
    """The network's side: tells what was submitted, and notes what was accepted."""

    sessions: SessionFactory

    async def submissions(self, _question: bytes) -> bytes:
        """Everything submitted and not yet accepted; as many as fit into an answer."""
        async with self.sessions() as session:
            rows = [row for row in await edition_store.editions(session, drafts=True) if row.state == "submitted"]
        told = [Submitted.model_validate(row) for row in rows]
        while len(content := TOLD.dump_json(told)) > LARGEST_ANSWER:
            told.pop()
        return content

    async def accepted(self, question: bytes) -> bytes:
        """Note that an edition of this network is published; told again, it changes nothing."""
        told = json.loads(question)
        async with self.sessions() as session, session.begin():
            row = await session.get(EditionRow, UUID(told["edition_id"]))
            known = row is not None and row.hash == told["hash"] and row.state != "draft"
            if row is not None and known and row.state == "submitted":
                row.state, row.published_on = "published", clock.today()
                session.add(row)
        return json.dumps({"noted": known}).encode()


@dataclass(frozen=True)
class Accepting:
    """The centre's side."""

    editions: Editions
    broker: NatsBroker

    async def submitted(self) -> tuple[list[tuple[str, Submitted]], list[str]]:
        """Editions submitted in networks, each with its network, and the networks that did not answer."""
        codes = list(load_topology())
        answers = await asyncio.gather(*(self._of(code) for code in codes))
        pairs = list(zip(codes, answers, strict=True))
        found = [(code, told) for code, answer in pairs for told in answer or ()]
        return found, [code for code, answer in pairs if answer is None]

    async def accept(self, region: str, edition_id: UUID, author: str) -> EditionRow:
        """Publish a network's edition, checked against own records and beside all editions.

        Raises Problem 404 when it is not submitted (any more), 409 when numbers differ, when it would give small
        numbers away or when the network does not answer.
        """
        known = region in load_topology()
        told = next((e for e in (await self._of(region) if known else None) or () if e.edition_id == edition_id), None)
        if told is None:
            raise Problem(404, "Diese Einreichung gibt es nicht, oder das Netzwerk antwortet nicht.")
        await self._compare(region, told)
        row = _row(region, told, author)
        async with self.editions.sessions() as session, session.begin():
            await edition_store.alone(session)
            await self.editions.check(session, row)
            await self._tell(region, row)
            row.state, row.published_on = "published", clock.today()
            await session.merge(row)
        return row

    async def _of(self, region: str) -> list[Submitted] | None:
        try:
            return TOLD.validate_json(await ask(self.broker, region, "submissions", b"{}", SECONDS))
        except (NoAnswer, ValidationError):
            return None

    async def _tell(self, region: str, row: EditionRow) -> None:
        question = json.dumps({"edition_id": str(row.edition_id), "hash": row.hash}).encode()
        try:
            noted = json.loads(await ask(self.broker, region, "accepted", question, SECONDS))["noted"]
        except (NoAnswer, ValueError, KeyError):
            noted = False
        if not noted:
            raise Problem(409, "Das Netzwerk hat die Annahme nicht bestätigt. Bitte später noch einmal versuchen.")

    async def _compare(self, region: str, told: Submitted) -> None:
        """Raises Problem 409 unless the submission is what it says and what the centre's records say."""
        if digest(told.title, told.as_of, told.method, told.shown) != told.hash:
            raise Problem(409, "Diese Einreichung ist beschädigt: Prüfsumme und Tabellen passen nicht zusammen.")
        counted = await self.editions.count(told.as_of, [{**table, "region": region} for table in told.asked])
        try:
            pairs = list(zip(counted, told.shown, strict=True))
            wrong = [name for one, table in pairs for name in self._differing(told.method, one, table)]
            _check_described(told)
        except (KeyError, TypeError, ValueError):
            raise Problem(409, DAMAGED) from None
        if wrong:
            raise Problem(409, f"{DIFFERENT} {wrong[0]}.")

    def _differing(self, method: EditionMethod, one: Asked, table: Mapping[str, Any]) -> Iterator[str]:
        """Rows, and the total, whose number is another one here; also rows that only one side has."""
        there = {tuple(row[name] for name in one.question.by): row["value"] for row in table["rows"]}
        here = {cell.values: cell for cell in one.rows}
        for values in {**there, **here}:
            cell = here.get(values, Cell(values, 0))
            if not self.editions.agrees(method, one, cell, there.get(values, 0)):
                yield f"{one.name}: {', '.join(values) or 'Summe'}"
        whole = Cell((), one.counts.total, one.counts.total_key)
        if not self.editions.agrees(method, one, whole, table["total"]):
            yield f"{one.name}: Summe"


def _check_described(told: Submitted) -> None:
    """Raises ValueError unless the protected tables are described, for later audits, as they are shown."""
    tables = {f"Tabelle {number}": table for number, table in enumerate(told.shown, start=1)}
    for table in map(from_json, told.described):
        seen = tables[table.name]
        rows = {tuple(row[name] for name in seen["by"]): row["value"] for row in seen["rows"]}
        if {values: value for values, value in table.rows.items() if value != 0} != rows or table.total != seen[
            "total"
        ]:
            raise ValueError(table.name)


def _row(region: str, told: Submitted, author: str) -> EditionRow:
    fields = {**told.model_dump(), "region": region, "state": "submitted", "created_by": author}
    return EditionRow(**fields, created_on=clock.today())
