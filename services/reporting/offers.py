"""Runs that are open to every Land on their way to the other networks: told on `down` until confirmed (contracts §3).

The network's reporting keeps the state, as it keeps all other facts. What is to be told follows from the centre's facts
and what was confirmed is asked of the network each time: nothing needs to be remembered here, and a network that was
away or set back is told again.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from faststream.nats import NatsBroker
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.exchange import NoAnswer, ask, telling
from services.reporting.runs import current_runs, offers_for
from services.reporting.tables import OffersRow
from shared import clock
from shared.contracts.offers import OffersNoted, OffersPublished, offer_subject
from shared.database import AWAY, SessionFactory
from shared.topology import load_topology

log = logging.getLogger(__name__)

SECONDS = 5.0
QUESTION = "offers.noted"


@dataclass(frozen=True)
class Known:
    """What a network has been told: the state, since when it is so, and when the centre was last heard."""

    state: OffersPublished
    told_at: datetime | None = None
    heard_at: datetime | None = None


NOTHING = Known(OffersPublished(offers=(), waiting={}))


@dataclass(frozen=True)
class Hearing:
    """The network's side: keeps the newest state."""

    sessions: SessionFactory
    network: str

    async def hear(self, body: bytes) -> None:
        """Take in the centre's state; told again, it changes nothing. What cannot be read or kept comes again."""
        try:
            told = OffersPublished.model_validate_json(body)
            now = clock.now()
            state: dict[str, Any] = told.model_dump(mode="json")
            row = OffersRow(region=self.network, digest=told.digest(), state=state, told_at=now, heard_at=now)
            async with self.sessions() as session, session.begin():
                await session.merge(row)
        except (ValidationError, DBAPIError, *AWAY) as error:
            log.warning("offers of other networks: %s", type(error).__name__)

    async def noted(self, _question: bytes) -> bytes:
        """The digest of the state that is kept here; that the centre asks is noted too, for it is heard."""
        digest: str | None = None
        try:
            heard = update(OffersRow).where(col(OffersRow.region) == self.network).values(heard_at=clock.now())
            async with self.sessions() as session, session.begin():
                digest = (await session.exec(heard.returning(col(OffersRow.digest)))).scalar_one_or_none()
        except (DBAPIError, *AWAY) as error:
            log.warning("offers of other networks: %s", type(error).__name__)
        return OffersNoted(digest=digest).model_dump_json().encode()


async def known_offers(session: AsyncSession, network: str) -> Known:
    """What this network was told last."""
    row = await session.get(OffersRow, network)
    return Known(OffersPublished.model_validate(row.state), row.told_at, row.heard_at) if row else NOTHING


@dataclass(frozen=True)
class Offers:
    """The centre's side: tells each network what the others offer, a round each `seconds`."""

    sessions: SessionFactory
    seconds: float

    async def run(self, broker: NatsBroker) -> None:
        """Tell for ever."""
        await telling("offers of networks", partial(self.tell, broker), self.seconds)

    async def tell(self, broker: NatsBroker) -> list[str]:
        """Tell every network that does not confirm its state; which ones."""
        async with self.sessions() as session:
            runs = await current_runs(session)
        today = clock.today()
        states = {region: offers_for(region, runs, today) for region in load_topology()}
        confirmed = await asyncio.gather(*(_confirmed(broker, region, state) for region, state in states.items()))
        left = [region for region, done in zip(states, confirmed, strict=True) if not done]
        for region in left:
            await broker.connection.publish(offer_subject(region), states[region].model_dump_json().encode())
        return left


async def _confirmed(broker: NatsBroker, region: str, state: OffersPublished) -> bool:
    try:
        answer: Any = OffersNoted.model_validate_json(await ask(broker, region, QUESTION, b"{}", SECONDS))
    except (NoAnswer, ValidationError) as error:
        log.info("%s does not confirm the offers of others: %s", region, type(error).__name__)
        return False
    return bool(answer.digest == state.digest())
