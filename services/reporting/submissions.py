"""Editions of networks: submitted there, accepted and published by the coordination (contracts §6).

The centre asks for what was submitted and tells what it accepted, both through the leaf. It accepts only what its own
records say too, so far as lean events tell it: the same records show the same value in every table.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from faststream.nats import NatsBroker

from services.reporting import edition_store
from services.reporting.editions import Editions, digest
from services.reporting.exchange import LARGEST_ANSWER, NoAnswer, ask
from services.reporting.tables import EditionRow
from shared import clock
from shared.database import SessionFactory
from shared.problems import Problem
from shared.topology import load_topology

SECONDS = 5.0
FIELDS = ("title", "method", "hash", "asked", "shown", "described", "domains")
DIFFERENT = "Die Zahlen dieser Einreichung stimmen nicht mit den Datensätzen beim Bund überein."


def _told(row: EditionRow) -> dict[str, Any]:
    days = {"edition_id": str(row.edition_id), "as_of": row.as_of.isoformat(), "known_at": row.known_at.isoformat()}
    return days | {name: getattr(row, name) for name in FIELDS}


@dataclass(frozen=True)
class Submitting:
    """The network's side: tells what was submitted, and notes what was accepted."""

    sessions: SessionFactory

    async def submissions(self, _question: bytes) -> bytes:
        """Everything submitted and not yet accepted; as many as fit into an answer."""
        async with self.sessions() as session:
            rows = [row for row in await edition_store.editions(session, drafts=True) if row.state == "submitted"]
        told = [_told(row) for row in rows]
        while len(content := json.dumps(told).encode()) > LARGEST_ANSWER:
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

    async def submitted(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Editions submitted in networks, each with its network, and the networks that did not answer."""
        codes = list(load_topology())
        answers = await asyncio.gather(*(self._of(code) for code in codes))
        pairs = list(zip(codes, answers, strict=True))
        found = [{"region": code} | told for code, answer in pairs for told in answer or ()]
        return found, [code for code, answer in pairs if answer is None]

    async def accept(self, region: str, edition_id: UUID, author: str) -> EditionRow:
        """Publish a network's edition, checked against own records and beside all editions.

        Raises Problem 404 when it is not submitted (any more), 409 when numbers differ, when it would give small
        numbers away or when the network does not answer.
        """
        told = next((e for e in await self._of(region) or () if e["edition_id"] == str(edition_id)), None)
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

    async def _of(self, region: str) -> list[dict[str, Any]] | None:
        try:
            found = json.loads(await ask(self.broker, region, "submissions", b"{}", SECONDS))
        except (NoAnswer, ValueError):
            return None
        return [entry for entry in found if isinstance(entry, dict)]

    async def _tell(self, region: str, row: EditionRow) -> None:
        question = json.dumps({"edition_id": str(row.edition_id), "hash": row.hash}).encode()
        try:
            noted = json.loads(await ask(self.broker, region, "accepted", question, SECONDS))["noted"]
        except (NoAnswer, ValueError, KeyError):
            noted = False
        if not noted:
            raise Problem(409, "Das Netzwerk hat die Annahme nicht bestätigt. Bitte später noch einmal versuchen.")

    async def _compare(self, region: str, told: Mapping[str, Any]) -> None:
        """Raises Problem 409 unless the submission is what it says and what the centre's records say."""
        as_of = date.fromisoformat(told["as_of"])
        if digest(told["title"], as_of, told["method"], told["shown"]) != told["hash"]:
            raise Problem(409, "Diese Einreichung ist beschädigt: Prüfsumme und Tabellen passen nicht zusammen.")
        here = [{**table, "region": region} for table in told["asked"]]
        counted = await self.editions.count(as_of, here)
        for one, table in zip(counted, told["shown"], strict=True):
            shown_there = {tuple(row[name] for name in table["by"]): row["value"] for row in table["rows"]}
            for cell in one.rows:
                if not self.editions.agrees(told["method"], one, cell, shown_there.get(cell.values, 0)):
                    raise Problem(409, f"{DIFFERENT} {one.name}: {', '.join(cell.values)}.")


def _row(region: str, told: Mapping[str, Any], author: str) -> EditionRow:
    return EditionRow(
        edition_id=UUID(told["edition_id"]),
        region=region,
        as_of=date.fromisoformat(told["as_of"]),
        known_at=date.fromisoformat(told["known_at"]),
        state="submitted",
        created_by=author,
        created_on=clock.today(),
        **{name: told[name] for name in FIELDS},
    )
