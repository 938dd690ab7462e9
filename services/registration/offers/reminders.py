"""What of runs is due: those that have too few registrations shortly before the decision (IKO-07)."""

from typing import Any

from fastapi import Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import TrainingRunRow
from services.registration.runs.store import registered_of
from services.registration.store import MANY, Carriers
from shared import clock
from shared.clock import BERLIN
from shared.security import Principal
from shared.vocabulary.runs import UNDECIDED, is_short


async def short_runs(session: AsyncSession, carriers: Carriers) -> list[tuple[TrainingRunRow, int]]:
    """Runs of the carriers that will not come about as it looks, each with its registrations, counted now."""
    mine = (col(TrainingRunRow.carrier_id).in_(carriers), col(TrainingRunRow.withdrawn).is_(False))
    states = [state.value for state in UNDECIDED]
    open_ = (col(TrainingRunRow.state).in_(states), col(TrainingRunRow.deadline).is_not(None))
    query = select(TrainingRunRow).where(*mine, *open_).order_by(col(TrainingRunRow.deadline)).limit(MANY)
    runs = (await session.exec(query)).all()
    counts, today = await registered_of(session, [run.run_id for run in runs]), clock.today()
    found = []
    for run in runs:
        taken = run.accepted + counts.get(run.run_id, 0)
        closes_on = run.deadline.astimezone(BERLIN).date() if run.deadline else None
        if is_short(run.state, taken, run.min_places, closes_on, today):
            found.append((run, taken))
    return found


async def open_items(_request: Request, session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """One item for each run that is short."""
    return [_due(run, taken) for run, taken in await short_runs(session, principal.carriers)]


def _due(run: TrainingRunRow, taken: int) -> dict[str, Any]:
    """An open item: a public title and two numbers."""
    assert run.deadline is not None  # a run without a deadline is never short
    many = "eine Anmeldung" if taken == 1 else f"{taken or 'keine'} Anmeldungen"
    title = f"Durchgang „{run.public_title}“: bisher {many}, mindestens {run.min_places} nötig"
    item: dict[str, Any] = {"kind": "run_short", "entity_id": run.run_id, "link": f"/durchgaenge/{run.run_id}"}
    return item | {"title": title, "due": run.deadline.astimezone(BERLIN).date()}
