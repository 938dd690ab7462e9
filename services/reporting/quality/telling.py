"""Follow-ups on their way: told on `down` until the network's reporting confirms; its answers come with that.

Each round the centre asks every network for the digest of what it has. Where it differs, the network sends what it has;
what it knows and the centre does not (an answer, or a question that the centre lost with its database) is taken over,
and the centre tells the whole state. Equal states end it: any order, any number of times, after a restore of either.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from faststream.nats import NatsBroker
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.exchange import NoAnswer, ask, telling
from services.reporting.quality import store
from services.reporting.quality.states import genuine, merged
from services.reporting.quality.tables import FollowUpRow
from shared.contracts.follow_ups import (
    MOST_FOLLOW_UPS,
    FollowUp,
    FollowUpsAsked,
    FollowUpsNoted,
    FollowUpsTold,
    follow_up_subject,
)
from shared.database import AWAY, SessionFactory
from shared.topology import load_topology

log = logging.getLogger(__name__)

SECONDS = 5.0
QUESTION = "follow_ups.noted"


async def state_of(session: AsyncSession, region: str) -> FollowUpsTold:
    """What is known here of a network's follow-ups: those that are not closed, then the newest."""
    found = [one for _, one in await store.follow_ups(session, [region])]
    return FollowUpsTold(follow_ups=tuple(found[:MOST_FOLLOW_UPS]))


@dataclass(frozen=True)
class Hearing:
    """The network's side: keeps what it is asked, tells what it has."""

    sessions: SessionFactory
    network: str

    async def hear(self, body: bytes) -> None:
        """Take in the centre's state; told again, it changes nothing. What cannot be read or kept comes again."""
        try:
            told = FollowUpsTold.model_validate_json(body)
            async with self.sessions() as session, session.begin():
                for one in told.follow_ups:
                    row = await session.get(
                        FollowUpRow, (self.network, one.question.follow_up_id), with_for_update=True
                    )
                    await session.merge(store.row_of(self.network, self._known(one, row)))
        except (ValidationError, DBAPIError, *AWAY) as error:
            log.warning("follow-ups: %s", type(error).__name__)

    def _known(self, told: FollowUp, row: FollowUpRow | None) -> FollowUp:
        return told if row is None else merged(told, store.known(row))

    async def noted(self, question: bytes) -> bytes:
        """The digest of what is kept here, and that itself unless the centre has it too."""
        noted = FollowUpsNoted(digest=None, follow_ups=())
        try:
            asked = FollowUpsAsked.model_validate_json(question)
            async with self.sessions() as session:
                state = await state_of(session, self.network)
            same = state.digest() == asked.digest
            noted = FollowUpsNoted(digest=state.digest(), follow_ups=() if same else state.follow_ups)
        except (ValidationError, DBAPIError, *AWAY) as error:
            log.warning("follow-ups: %s", type(error).__name__)
        return noted.model_dump_json().encode()


@dataclass(frozen=True)
class Telling:
    """The centre's side: a round each `seconds`; `key` is the one that its questions are sealed with."""

    sessions: SessionFactory
    seconds: float
    key: str

    async def run(self, broker: NatsBroker) -> None:
        """Tell for ever."""
        await telling("follow-ups", partial(self.tell, broker), self.seconds)

    async def tell(self, broker: NatsBroker) -> list[str]:
        """Ask every network what it has, take over what is new, tell those whose state differs; which ones."""
        codes = list(load_topology())
        settled = await asyncio.gather(*(self._settled(broker, region) for region in codes))
        return [region for region, done in zip(codes, settled, strict=True) if not done]

    async def _settled(self, broker: NatsBroker, region: str) -> bool:
        async with self.sessions() as session:
            digest = (await state_of(session, region)).digest()
        question = FollowUpsAsked(digest=digest).model_dump_json().encode()
        try:
            noted = FollowUpsNoted.model_validate_json(await ask(broker, region, QUESTION, question, SECONDS))
        except (NoAnswer, ValidationError) as error:
            log.info("%s does not confirm its follow-ups: %s", region, type(error).__name__)
            return False
        if noted.digest == digest:
            return True
        async with self.sessions() as session, session.begin():
            await self._take_over(session, region, noted.follow_ups)
            state = await state_of(session, region)
        await broker.connection.publish(follow_up_subject(region), state.model_dump_json().encode())
        return False

    async def _take_over(self, session: AsyncSession, region: str, found: Sequence[FollowUp]) -> None:
        """What a network knows better: its answers, and of questions only what the centre itself once said."""
        for one in found:
            row = await session.get(FollowUpRow, (region, one.question.follow_up_id), with_for_update=True)
            ours, said = store.known(row) if row else None, genuine(one.question, self.key)
            if ours is None and not said:
                log.warning("%s tells a follow-up that was never asked", region)
                continue
            theirs = one if ours is None or said else FollowUp(question=ours.question, answer=one.answer)
            await session.merge(store.row_of(region, merged(ours or one, theirs)))
