"""Sends e-mails that are due, one after the other; what the mail server does not take now is tried again."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from services.registration.mailing import queues
from services.registration.mailing.delivery import DROPPED, NO_ADDRESS, Outcome, deliver
from services.registration.mailing.queues import Post, Queue
from services.registration.mailing.settings import MailSettings
from services.registration.mailing.tables import OfMail
from shared import clock
from shared.database import SessionFactory
from shared.tasks import end

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)


class Sender:
    """Sends what is due of one database's queues. Several may run: each mail is leased to one of them."""

    def __init__(self, sessions: SessionFactory, settings: MailSettings, key: str, waiting: Sequence[Queue]) -> None:
        self.sessions, self.settings, self.key, self.waiting = sessions, settings, key, waiting

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send in the background, if there is a mail server."""
        tasks = [asyncio.create_task(self._run())] if self.settings.configured else []
        try:
            yield
        finally:
            await end(tasks)

    async def _run(self) -> None:
        while True:
            try:
                more = await self.work_one()
            except Exception as error:  # noqa: BLE001 - one e-mail nobody foresaw must not stop all others; it is leased
                log.warning("e-mails: %s", type(error).__name__)
                more = False
            if not more:
                await asyncio.sleep(self.settings.poll_seconds)

    async def work_one(self) -> bool:
        """Try a mail that is due; whether there may be more to do now."""
        now = clock.now()
        for queue in self.waiting:
            async with self.sessions() as session, session.begin():
                mail = await queues.claim(session, queue.table, now, LEASE)
            if mail is None:
                continue
            outcome = await self._try(queue, mail, now)
            async with self.sessions() as session, session.begin():
                await queues.settle(session, queue.table, mail.mail_id, outcome, now)
            return not outcome.away
        return False

    async def _try(self, queue: Queue, mail: OfMail, now: datetime) -> Outcome:
        try:
            async with self.sessions() as session:
                letter = await queue.compose(session, mail, Post(self.settings, self.key, now))
        except ValueError:
            return NO_ADDRESS
        if letter is None:
            return DROPPED
        return await asyncio.to_thread(deliver, letter.message, letter.to, self.settings)
