"""Accepted editions on their way to the network: told on `down` again and again until it confirms (contracts §3).

What is still to be told lies in the centre's database, so that neither a restart nor a cut loses an acceptance. It ends
too when the network answers that it has no such edition, as after a restore from an old backup; both sides list that.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from faststream.nats import NatsBroker
from nats.errors import Error as NatsError
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from services.reporting.exchange import NoAnswer, ask
from services.reporting.tables import AcceptanceRow, EditionRow
from shared import clock
from shared.contracts.editions import (
    MOST_EDITIONS,
    AcceptedEdition,
    EditionsNoted,
    EditionsPublished,
    edition_subject,
)
from shared.database import AWAY, SessionFactory

log = logging.getLogger(__name__)

SECONDS = 5.0
FIRST = 0.5
"""Seconds until the second time; then twice as many each time, up to the usual interval."""


@dataclass(frozen=True)
class Noting:
    """The network's side: publishes what the centre accepted."""

    sessions: SessionFactory
    network: str

    async def hear(self, body: bytes) -> None:
        """Take in the centre's state; told again, it changes nothing. What cannot be read or kept comes again."""
        try:
            await self.note(EditionsPublished.model_validate_json(body))
        except (ValidationError, DBAPIError, *AWAY) as error:
            log.warning("accepted editions: %s", type(error).__name__)

    async def note(self, told: EditionsPublished) -> None:
        """Publish own editions as the centre published them: the same tables, by their hash; keep what is not known."""
        async with self.sessions() as session, session.begin():
            for entry in told.editions:
                row = await session.get(EditionRow, entry.edition_id, with_for_update=True)
                lost = await session.get(AcceptanceRow, entry.edition_id)
                if row is None or row.hash != entry.hash:
                    log.warning("accepted edition %s is not known here", entry.edition_id)
                    named = entry.model_dump() | {"region": self.network, "unknown_at": clock.now()}
                    session.add(lost or AcceptanceRow(**named))
                    continue
                if lost is not None:
                    await session.delete(lost)
                if row.state != "published":
                    row.state, row.published_on = "published", entry.published_on
                    session.add(row)

    async def noted(self, question: bytes) -> bytes:
        """Which editions of a question are published here, and which are not here; of what is no question, none."""
        with contextlib.suppress(ValidationError):
            told = {entry.edition_id: entry.hash for entry in EditionsPublished.model_validate_json(question).editions}
            query = select(EditionRow).where(col(EditionRow.edition_id).in_(told))
            async with self.sessions() as session:
                rows = (await session.exec(query)).all()
            states = {row.edition_id: row.state for row in rows if row.hash == told[row.edition_id]}
            found = tuple(key for key, state in states.items() if state == "published")
            return EditionsNoted(noted=found, unknown=tuple(key for key in told if key not in states)).told()
        return EditionsNoted(noted=()).told()


class Acceptances:
    """The centre's side: tells networks what was accepted until they confirm; `wake()` after each acceptance."""

    def __init__(self, sessions: SessionFactory, seconds: float) -> None:
        self.sessions, self.seconds = sessions, seconds
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was accepted: tell it now."""
        self._woken.set()

    async def run(self, broker: NatsBroker) -> None:
        """A round each `seconds`, soon after something was accepted; for ever."""
        wait = FIRST
        while True:
            self._woken.clear()
            try:
                left = await self.tell(broker)
            except (DBAPIError, NatsError, TimeoutError, *AWAY) as error:
                log.warning("accepted editions: %s", type(error).__name__)
                left = True
            try:
                await asyncio.wait_for(self._woken.wait(), min(wait, self.seconds) if left else self.seconds)
                wait = FIRST
            except TimeoutError:
                wait = min(2 * wait, self.seconds) if left else FIRST

    async def tell(self, broker: NatsBroker) -> bool:
        """Tell every network what it has not confirmed yet, and ask what it noted; whether anything is left."""
        still = (col(AcceptanceRow.confirmed_at).is_(None), col(AcceptanceRow.unknown_at).is_(None))
        query = select(AcceptanceRow).where(*still)
        async with self.sessions() as session:
            ordered = query.order_by(AcceptanceRow.region, col(AcceptanceRow.published_on))
            rows = (await session.exec(ordered)).all()
        left = 0
        for region, group in groupby(rows, key=lambda row: row.region):
            told = [AcceptedEdition.model_validate(row, from_attributes=True) for row in group]
            settled = await self._tell(broker, region, EditionsPublished(editions=tuple(told[:MOST_EDITIONS])))
            left += len(told) - len(settled)
        return left > 0

    async def _tell(self, broker: NatsBroker, region: str, state: EditionsPublished) -> Collection[UUID]:
        body = state.model_dump_json().encode()
        await broker.connection.publish(edition_subject(region), body)
        try:
            answer = EditionsNoted.model_validate_json(await ask(broker, region, "editions.noted", body, SECONDS))
        except (NoAnswer, ValidationError) as error:
            log.info("%s does not confirm accepted editions: %s", region, type(error).__name__)
            return ()
        asked = {entry.edition_id for entry in state.editions}
        noted = asked.intersection(answer.noted)
        unknown = asked.intersection(answer.unknown) - noted
        async with self.sessions() as session, session.begin():
            for keys, name in ((noted, "confirmed_at"), (unknown, "unknown_at")):
                own = (col(AcceptanceRow.region) == region, col(AcceptanceRow.edition_id).in_(keys))
                await session.exec(update(AcceptanceRow).where(*own).values({name: clock.now()}))
        return noted | unknown

    async def accepted(self, region: str, submitted: Collection[UUID]) -> set[UUID]:
        """Which of the editions that a network calls submitted were accepted; it is told so (again).

        A network that was restored from an old backup may have confirmed one and not know it any more; one that did
        not know it may have got it back.
        """
        own = (col(AcceptanceRow.region) == region, col(AcceptanceRow.edition_id).in_(submitted))
        async with self.sessions() as session, session.begin():
            found = set((await session.exec(select(AcceptanceRow.edition_id).where(*own))).all())
            if found:
                await session.exec(update(AcceptanceRow).where(*own).values(confirmed_at=None, unknown_at=None))
                self.wake()
        return found
