"""Answers: count here or ask the networks, add shares and passport, remember while nothing changes (design 10)."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import monotonic
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import store
from services.reporting.answer import rows
from services.reporting.asking import Asker
from services.reporting.counting import Counts, count
from services.reporting.holdings import holdings
from services.reporting.passport import Reach, passport
from services.reporting.question import Question
from shared.contracts.registry import STRUCTURE
from shared.database import SessionFactory
from shared.problems import Problem

REMEMBERED, MOST_CELLS = 1024, 300_000
"""Answers that are remembered, and how many cells all of them may have: some 75 MB."""
ASKED_SECONDS = 60
Answer = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What was counted, by whom it was not answered, and who contradicts its lean records."""

    counts: Counts
    missing: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


class Figures:
    """Answers questions about the facts of a network, or of all networks at the centre.

    `asker` asks the networks what only they know; there is none in a network.
    """

    def __init__(self, sessions: SessionFactory, network: str, *, synthetic: bool, asker: Asker | None = None) -> None:
        self.sessions, self.network, self.synthetic, self.asker = sessions, network, synthetic, asker
        self._remembered: OrderedDict[tuple[Question, str], Found] = OrderedDict()
        self._cells = 0
        self._reached: dict[tuple[date, tuple[str, ...]], tuple[str, Reach]] = {}

    async def answer(self, question: Question, today: date) -> Answer:
        """The answer with its passport.

        What was counted is remembered for ever for past days, else until something arrives that counts by `as_of`:
        today's records leave the figures of yesterday alone. What networks were asked is remembered for a minute, as
        theirs may arrive there a moment later than here.
        """
        async with self.sessions() as session:
            reach = await self._reach(session, question)
            # What arrives around midnight may still be committed for yesterday, so only older days are closed.
            closed = question.known_at < today - timedelta(days=1)
            key = (question, "" if closed else await self._stamp(session, question))
            found = self._remembered.get(key)
            if found is None and not question.asked:
                found = Found(await self._count(session, question))
        if found is None:
            counts, asked = await self._asked(question, reach.of(question), closed=closed)
            found = Found(counts, asked.missing, asked.differing)
        if not found.missing:
            self._remember(key, found)
        told = replace(reach.of(question), missing=found.missing, differing=found.differing, asked=question.asked)
        return self._told(question, found.counts, told)

    async def passport(self, question: Question) -> dict[str, Any]:
        """The passport of an answer, without counting: enough to compare by, where no network has to be asked."""
        async with self.sessions() as session:
            reach = await self._reach(session, question)
        return passport(question, self.network, reach.of(question), synthetic=self.synthetic)

    async def _reach(self, session: AsyncSession, question: Question) -> Reach:
        known, kinds = question.known_at, tuple(question.indicator.kinds)
        stamp = await store.stamp(session)
        before, reach = self._reached.get((known, kinds), ("", Reach(())))
        if stamp != before:
            reach = Reach(await store.coverage(session, self.network, known, kinds))
            if len(self._reached) >= REMEMBERED:
                self._reached.clear()
            self._reached[known, kinds] = stamp, reach
        return reach

    async def _stamp(self, session: AsyncSession, question: Question) -> str:
        if question.indicator.measure == "holdings":
            return await store.stamp(session)
        arrived = await store.arrivals(session, (*question.indicator.kinds, STRUCTURE.kind), question.as_of)
        return f"{arrived} {int(monotonic() / ASKED_SECONDS)}" if question.asked else str(arrived)

    def _remember(self, key: tuple[Question, str], found: Found) -> None:
        if (before := self._remembered.pop(key, None)) is not None:
            self._cells -= len(before.counts.cells)
        self._remembered[key] = found
        self._cells += len(found.counts.cells)
        while len(self._remembered) > REMEMBERED or (self._cells > MOST_CELLS and len(self._remembered) > 1):
            _, gone = self._remembered.popitem(last=False)
            self._cells -= len(gone.counts.cells)

    async def counts(self, question: Question, today: date, *, keys: bool = False) -> tuple[Counts, Reach]:
        """Counts with how far they reach, not remembered; with the keys of records for editions."""
        async with self.sessions() as session:
            reach = Reach(await store.coverage(session, self.network, question.known_at, question.indicator.kinds))
            if not question.asked:
                return await self._count(session, question, keys=keys), reach.of(question)
        return await self._asked(question, reach.of(question), closed=question.known_at < today, keys=keys)

    async def _count(self, session: AsyncSession, question: Question, *, keys: bool = False) -> Counts:
        if question.indicator.measure == "holdings":
            return await holdings(session, self.network, question)
        return await count(session, question, keys=keys)

    async def _asked(
        self, question: Question, reach: Reach, *, closed: bool, keys: bool = False
    ) -> tuple[Counts, Reach]:
        if self.asker is None:
            raise Problem(422, "Diese Angabe gibt es in diesem Netzwerk nicht.")
        regions = [entry.region for entry in reach.networks]
        replies = await self.asker.ask(question, regions, closed=closed, keys=keys)
        return replies.counts, Reach(reach.networks, replies.missing, replies.differing, asked=True)

    def _told(self, question: Question, counts: Counts, reach: Reach) -> Answer:
        synthetic = counts.synthetic or self.synthetic
        return {
            "indicator": question.indicator.code,
            "passport": passport(question, self.network, reach, synthetic=synthetic),
            "by": list(question.by),
            "rows": rows(list(counts.cells), question, counts.total, counts.bases),
            "total": counts.total,
        }
