"""Answers: ask the facts, add shares and passport, remember while nothing changes (design 10)."""

from collections import OrderedDict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import query, store
from services.reporting.answer import Cell, Values, rows
from services.reporting.dimensions import load_dimensions
from services.reporting.passport import passport
from services.reporting.question import Question
from shared.database import SessionFactory

REMEMBERED = 256
Answer = dict[str, Any]


class Figures:
    """Answers questions about the facts of a network, or of all networks at the centre."""

    def __init__(self, sessions: SessionFactory, network: str, *, synthetic: bool) -> None:
        self.sessions, self.network, self.synthetic = sessions, network, synthetic
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
            found = await self._ask(session, question)
        self._answers[key] = found
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return found

    async def _ask(self, session: AsyncSession, question: Question) -> Answer:
        cells, synthetic = await self._cells(session, question)
        total = sum(cell.value for cell in cells)
        bases: dict[Values, int] | None = None
        if question.indicator.measure == "mentions":
            found, _ = await self._cells(session, query.base(question))
            bases = {cell.values: cell.value for cell in found}
        elif any(load_dimensions()[name].many(question.indicator.kinds[0]) for name in question.by):
            whole, _ = await self._cells(session, replace(question, by=(), top=None))  # rows overlap
            total = sum(cell.value for cell in whole)
        networks = await store.coverage(session, self.network, question.known_at, question.indicator.kinds)
        return {
            "indicator": question.indicator.code,
            "passport": passport(question, self.network, networks, synthetic=synthetic or self.synthetic),
            "by": list(question.by),
            "rows": rows(cells, question, total, bases),
            "total": total,
        }

    async def _cells(self, session: AsyncSession, question: Question) -> tuple[list[Cell], bool]:
        connection = await session.connection()
        found = (await connection.execute(query.figures(question))).all()
        cells = [Cell(tuple(row[:-2]), int(row[-2])) for row in found if row[-2] is not None]
        return cells, any(row[-1] for row in found)
