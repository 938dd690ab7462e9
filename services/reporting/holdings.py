"""Completeness as a figure: records held here against records that networks say they have (design 6)."""

from collections import defaultdict

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import store
from services.reporting.answer import Cell, Values
from services.reporting.counting import Counts
from services.reporting.question import Question
from shared.contracts.registry import EVENTS


async def holdings(session: AsyncSession, network: str, question: Question) -> Counts:
    """Records held by network and service as far as asked for; the base of shares is what is expected."""
    held: dict[Values, int] = defaultdict(int)
    bases: dict[Values, int] = defaultdict(int)
    wanted = dict(question.filters)
    for context in sorted({event.name.context for event in EVENTS.values() if event.lean is not None}):
        kinds = [event.kind for event in EVENTS.values() if event.name.context == context and event.lean is not None]
        for entry in await store.coverage(session, network, question.known_at, kinds):
            told = {"region": entry.region, "service": context}
            if entry.expected and all(told[name] in values for name, values in wanted.items()):
                key = tuple(told[name] for name in question.by)
                held[key] += entry.records
                bases[key] += entry.expected
    cells = tuple(Cell(key, value) for key, value in held.items())
    return Counts(cells, sum(held.values()), dict(bases))
