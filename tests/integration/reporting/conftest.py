"""A reporting database with events in it, and answers from it."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest

from services.reporting.facts import keep_on
from services.reporting.figures import Figures
from services.reporting.question import read_question
from shared.database import SessionFactory, make_engine, session_factory
from shared.messaging.batch import Parked
from shared.topology import CENTRE
from tests.support.events import body, received

TODAY = date(2026, 11, 24)


@dataclass
class Desk:
    """Reporting of a network or the centre on its database."""

    sessions: SessionFactory
    network: str

    async def keep(self, events: Iterable[dict[str, Any]]) -> list[Parked]:
        """Keep events one by one, as written in the cases: kind, name, region, received and values of the body."""
        parked: list[Parked] = []
        lean = self.network == CENTRE
        for event in events:
            values = dict(event)
            kind, name = values.pop("event"), values.pop("name")
            region, day = values.pop("region", "rp"), values.pop("received", TODAY)
            entry = received(kind, region, body(kind, name, values, lean=lean), lean=lean)
            async with self.sessions() as session, session.begin():
                parked += await keep_on(session, [entry], day)
        return parked

    async def ask(self, text: str, today: date = TODAY) -> dict[str, Any]:
        """The answer to a question written as a query string."""
        question = read_question(parse_qsl(text, keep_blank_values=True), self.network, today)
        return await Figures(self.sessions, self.network, synthetic=False).answer(question, today)


@pytest.fixture
async def desk(database: Callable[[str], str]) -> AsyncIterator[Callable[[str], Desk]]:
    """Makes reporting desks: `desk("de")`, `desk("rp")`, each on a fresh database."""
    engines = []

    def make(network: str = CENTRE) -> Desk:
        engines.append(make_engine(database("reporting"), pool_size=2))
        return Desk(session_factory(engines[-1]), network)

    yield make
    for engine in engines:
        await engine.dispose()


@pytest.fixture
def reporting(desk: Callable[[str], Desk]) -> Desk:
    """The centre's reporting."""
    return desk(CENTRE)
