"""Opens, closes and decides runs when the instant has come, and lets offers run out; in the background.

Several may run: a run is one worker's for one transaction, and whatever is done twice is done once.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment import store
from services.registration.enrolment.deciding import decide_run, expire, settle
from services.registration.enrolment.rules import state_at, to_be_decided
from services.registration.enrolment.settings import EnrolmentSettings
from services.registration.run_tables import TrainingRunRow
from services.registration.runs.handlers import save
from shared import clock
from shared.database import SessionFactory
from shared.recording import Actor
from shared.security import Principal
from shared.settings import Settings
from shared.tasks import end
from shared.vocabulary import Role, RunState

log = logging.getLogger(__name__)

SUBJECT = "enrolment"
"""Stands in the audit instead of an account."""
ACTIONS = {RunState.REGISTRATION_OPEN: "run.opened", RunState.REGISTRATION_CLOSED: "run.closed"}


async def advance(session: AsyncSession, run: TrainingRunRow, actor: Actor, days: int) -> None:
    """Do what time asks of a run."""
    state = state_at(run, actor.instant)
    if state.value != run.state:
        run.state = state.value
        await save(session, run, ACTIONS[state], actor)
    if to_be_decided(run, actor.instant):
        await decide_run(session, run, actor)
        return
    await expire(session, run, actor)
    await settle(session, run, actor, days)


class Advancing:
    """Advances all runs of one database; `wake` has told what they tell."""

    def __init__(
        self, sessions: SessionFactory, settings: Settings, enrolment: EnrolmentSettings, wake: Callable[[], None]
    ) -> None:
        self.sessions, self.settings, self.enrolment, self.wake = sessions, settings, enrolment, wake

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Advance in the background."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            await end([task])

    async def _run(self) -> None:
        while True:
            try:
                await self.work()
            except Exception as error:  # noqa: BLE001 - a run nobody foresaw, or no database: it is looked at again
                log.warning("runs: %s", type(error).__name__)
            await asyncio.sleep(self.enrolment.poll_seconds)

    async def work(self) -> None:
        """Look at every run once; one that fails does not keep the others waiting."""
        async with self.sessions() as session:
            due = await store.due_runs(session, clock.now())
        failed: Exception | None = None
        for run_id in due:
            try:
                await self._one(run_id)
            except Exception as error:  # noqa: BLE001 - told below
                failed = error
        if failed is not None:
            raise failed

    async def _one(self, run_id: UUID) -> None:
        async with self.sessions() as session, session.begin():
            run = await store.locked_run(session, run_id, patient=False)
            if run is None:
                return
            principal = Principal(SUBJECT, Role.OPERATIONS, self.settings.network, (run.carrier_id,))
            key = self.settings.signing_key.get_secret_value()
            actor = Actor(principal, self.settings.network, clock.today(), clock.now(), key)
            await advance(session, run, actor, self.enrolment.offer_days)
        self.wake()
