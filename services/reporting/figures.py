"""Answers: count here or ask the networks, add shares and passport, remember while nothing changes (design 10)."""

from collections import OrderedDict
from datetime import date, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import store
from services.reporting.answer import rows
from services.reporting.asking import Asker
from services.reporting.counting import Counts, count
from services.reporting.holdings import holdings
from services.reporting.passport import Reach, passport
from services.reporting.question import Question
from shared.database import SessionFactory
from shared.problems import Problem

REMEMBERED = 1024
Answer = dict[str, Any]


class Figures:
    """Answers questions about the facts of a network, or of all networks at the centre.

    `asker` asks the networks what only they know; there is none in a network.
    """

    def __init__(self, sessions: SessionFactory, network: str, *, synthetic: bool, asker: Asker | None = None) -> None:
        self.sessions, self.network, self.synthetic, self.asker = sessions, network, synthetic, asker
        self._answers: OrderedDict[tuple[Question, str], Answer] = OrderedDict()

    async def answer(self, question: Question, today: date) -> Answer:
        """The answer with its passport; remembered for ever for past days, else until something is taken in."""
        async with self.sessions() as session:
            # What arrives around midnight may still be committed for yesterday, so only older days are closed.
            closed = question.known_at < today - timedelta(days=1)
            key = (question, "" if closed else await store.stamp(session))
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            reach = Reach(await store.coverage(session, self.network, question.known_at, question.indicator.kinds))
            counts = None if question.asked else await self._count(session, question)
        if counts is None:
            counts, reach = await self._asked(question, reach.of(question), closed=closed)
        found = self._told(question, counts, reach.of(question))
        if not reach.missing:
            self._answers[key] = found
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return found

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
