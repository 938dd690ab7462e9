"""Keeps what is told of a run beside its plan: how many registrations wait for the decision, and its public link.

Beside the registrations, not with them: however many come in a minute, a run is told once, and nobody who registers
waits for it. The figure told is at most `SECONDS` old.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import publishing
from services.registration.run_tables import TrainingRunRow
from services.registration.runs.store import registered_of
from shared import clock
from shared.database import AWAY, SessionFactory
from shared.recording import Revisions
from shared.vocabulary import RunState
from shared.vocabulary.runs import UNDECIDED

log = logging.getLogger(__name__)

SECONDS = 60.0
CAUSE = "offers"
"""Who has done it, in the audit."""
ADDRESS = "/anmeldung/durchgang"
"""Page of the gateway where everyone registers for a run."""
MAY_REGISTER = (RunState.ANNOUNCED, RunState.REGISTRATION_OPEN)


async def keep_told(
    sessions: SessionFactory, network: str, public_url: str, wake: Callable[[], None], _broker: object = None
) -> None:
    """Bring up to date what is told, for ever: a job beside the relay, which `wake` wakes."""
    while True:
        try:
            async with sessions() as session, session.begin():
                changed = await bring_up_to_date(session, network, public_url)
            if changed:
                wake()
        except (DBAPIError, *AWAY) as error:
            log.warning("runs as told elsewhere: %s", type(error).__name__)
        await asyncio.sleep(SECONDS)


async def bring_up_to_date(session: AsyncSession, network: str, public_url: str) -> int:
    """Give runs of which something else is told a next revision, in the caller's transaction; how many.

    `public_url` is where browsers reach the gateway; without one no run has a link.
    """
    told_before = or_(col(TrainingRunRow.registered) != 0, col(TrainingRunRow.registration_url).is_not(None))
    concerned = or_(col(TrainingRunRow.state).in_([state.value for state in UNDECIDED]), told_before)
    query = select(TrainingRunRow).where(concerned, col(TrainingRunRow.withdrawn).is_(False))
    runs = (await session.exec(query)).all()
    counts = await registered_of(session, [run.run_id for run in runs])
    late = [run.run_id for run in runs if _differs(run, told_now(run, counts, public_url))]
    if not late:
        return 0
    # Read again under a lock, by id, so that two workers never wait for each other; who changes a run now, tells it.
    locked = select(TrainingRunRow).where(col(TrainingRunRow.run_id).in_(late)).order_by(col(TrainingRunRow.run_id))
    locked = locked.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    revisions = Revisions(session, network, CAUSE, clock.now(), publishing.row_messages)
    changed = 0
    for run in (await session.exec(locked)).all():
        now = told_now(run, counts, public_url)
        if run.withdrawn or not _differs(run, now):
            continue
        run.sqlmodel_update(now)
        run.revision, run.recorded_on = run.revision + 1, max(clock.today(), run.recorded_on)
        revisions.add(run, "run.counted")
        changed += 1
    await revisions.write()
    return changed


def told_now(run: TrainingRunRow, counts: dict[UUID, int], public_url: str) -> dict[str, Any]:
    """What is to be told of a run: a link as long as others may register by it."""
    open_to_all = run.published and run.cross_region and run.state in MAY_REGISTER
    link = f"{public_url.rstrip('/')}{ADDRESS}/{run.run_id}" if public_url and open_to_all else None
    return {"registered": counts.get(run.run_id, 0), "registration_url": link}


def _differs(run: TrainingRunRow, now: dict[str, Any]) -> bool:
    return any(getattr(run, name) != value for name, value in now.items())
