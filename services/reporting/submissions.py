"""Editions of networks: submitted there, accepted and published by the coordination (contracts §6).

The centre asks for what was submitted; what it accepted, `acceptances` tells the network. It accepts only what its own
records say too, so far as lean events tell it: the same records show the same value in every table.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from faststream.nats import NatsBroker
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from services.reporting import edition_store
from services.reporting.acceptances import Acceptances
from services.reporting.edition_agreement import Difference, check_described, differing
from services.reporting.editions import MOST_TABLES, EditionMethod, Editions, digest
from services.reporting.exchange import LARGEST_ANSWER, NoAnswer, ask
from services.reporting.tables import AcceptanceRow, EditionRow
from services.reporting.told_tables import check_told
from shared import clock
from shared.contracts.base import Line
from shared.database import SessionFactory
from shared.problems import Problem
from shared.topology import load_topology

SECONDS = 5.0
DAMAGED = "Diese Einreichung ist nicht lesbar oder widerspricht sich selbst."
ACCEPTED = "Diese Einreichung ist schon angenommen und erschienen. Ein zweites Mal ist nicht nötig."
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
    """The network's side: tells what was submitted."""

    sessions: SessionFactory

    async def submissions(self, _question: bytes) -> bytes:
        """Everything submitted and not yet accepted; as many as fit into an answer."""
        async with self.sessions() as session:
            rows = [row for row in await edition_store.editions(session, drafts=True) if row.state == "submitted"]
        told = [Submitted.model_validate(row) for row in rows]
        while len(content := TOLD.dump_json(told)) > LARGEST_ANSWER:
            told.pop()
        return content


@dataclass(frozen=True)
class Examined:
    """A submission as it would be published, and what is against that.

    `row` is none where what was told is no edition; `refusal` says why accepting it would be refused now.
    """

    row: EditionRow | None
    differences: list[Difference] = field(default_factory=list)
    refusal: Problem | None = None


@dataclass(frozen=True)
class Accepting:
    """The centre's side."""

    editions: Editions
    broker: NatsBroker
    acceptances: Acceptances

    async def submitted(self) -> tuple[list[tuple[str, Submitted]], list[str]]:
        """Editions submitted in networks and not accepted yet, each with its network, and who did not answer."""
        codes = list(load_topology())
        answers = await asyncio.gather(*(self._of(code) for code in codes))
        pairs = list(zip(codes, answers, strict=True))
        found = []
        for code, told in pairs:
            accepted = await self.acceptances.accepted(code, [one.edition_id for one in told]) if told else set()
            found += [(code, one) for one in told or () if one.edition_id not in accepted]
        return found, [code for code, answer in pairs if answer is None]

    async def accept(self, region: str, edition_id: UUID, author: str) -> EditionRow:
        """Publish a network's edition, checked against own records and beside all editions.

        The network is told until it confirms. Raises Problem 404 when it is not submitted or the network does not
        answer, 409 when it is accepted already, when numbers differ or when it would give small numbers away.
        """
        told = await self._told(region, edition_id)
        if wrong := await self._compare(region, told):
            raise _different(wrong)
        row = _row(region, told, author)
        async with self.editions.sessions() as session, session.begin():
            await edition_store.alone(session)
            await self.editions.check(session, row)
            row.state, row.published_on = "published", clock.today()
            await session.merge(row)
            named: dict[str, Any] = {"region": region, "hash": row.hash, "published_on": row.published_on}
            session.add(AcceptanceRow(edition_id=edition_id, **named))
        self.acceptances.wake()
        return row

    async def examine(self, region: str, edition_id: UUID) -> Examined:
        """A submission with its differences to own records, and whether it would be accepted; nothing is kept.

        Raises Problem 404, 409 as `accept` does for what is not there or accepted already.
        """
        told = await self._told(region, edition_id)
        row = _row(region, told, "")
        try:
            if wrong := await self._compare(region, told):
                return Examined(row, wrong, _different(wrong))
        except Problem as problem:
            return Examined(None, refusal=problem)
        try:
            async with self.editions.sessions() as session:
                await self.editions.check(session, row)
        except Problem as problem:
            return Examined(row, refusal=problem)
        return Examined(row)

    async def _told(self, region: str, edition_id: UUID) -> Submitted:
        known = region in load_topology()
        if known and await self.acceptances.accepted(region, [edition_id]):
            raise Problem(409, ACCEPTED)
        told = next((e for e in (await self._of(region) if known else None) or () if e.edition_id == edition_id), None)
        if told is None:
            raise Problem(404, "Diese Einreichung gibt es nicht, oder das Netzwerk antwortet nicht.")
        return told

    async def _of(self, region: str) -> list[Submitted] | None:
        try:
            return TOLD.validate_json(await ask(self.broker, region, "submissions", b"{}", SECONDS))
        except (NoAnswer, ValidationError):
            return None

    async def _compare(self, region: str, told: Submitted) -> list[Difference]:
        """Where the centre's records say something else. Raises Problem 409 unless a submission is what it says."""
        if digest(told.title, told.as_of, told.method, told.shown) != told.hash:
            raise Problem(409, "Diese Einreichung ist beschädigt: Prüfsumme und Tabellen passen nicht zusammen.")
        counted = await self.editions.count(told.as_of, [{**table, "region": region} for table in told.asked])
        try:
            check_told(counted, told.shown)
            pairs = enumerate(zip(counted, told.shown, strict=True), start=1)
            wrong = [found for number, pair in pairs for found in differing(told.method, number, *pair)]
            check_described(told.shown, told.described)
        except (KeyError, TypeError, ValueError):
            raise Problem(409, DAMAGED) from None
        return wrong


def _different(wrong: list[Difference]) -> Problem:
    return Problem(409, f"{DIFFERENT} {wrong[0]}.")


def _row(region: str, told: Submitted, author: str) -> EditionRow:
    fields = {**told.model_dump(), "region": region, "state": "submitted", "created_by": author}
    return EditionRow(**fields, created_on=clock.today())
