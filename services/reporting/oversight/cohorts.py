"""Cohorts: the runs (Durchgänge) of the intercultural programmes as networks tell them, places and never people."""

from uuid import UUID

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.runs import Run, current_runs
from shared.vocabulary import Programme, RunState

PROGRAMMES = (Programme.IKKE_MIB, Programme.IKBO, Programme.IKO)
"""Programmes of intercultural competence that people go through in steps (domain 6.1–6.3)."""
MOST = 500


class Cohort(BaseModel):
    """A run of a programme: its places, registrations not decided on yet, accepted ones, and those that wait."""

    region: str
    run_id: UUID
    programme: Programme
    state: RunState
    public_title: str
    month_from: str
    month_to: str | None
    min_places: int
    max_places: int
    registered: int
    accepted: int
    waiting: int


class CohortPage(BaseModel):
    """Cohorts by programme, the latest to begin first; `total` counts those left out too."""

    items: list[Cohort]
    total: int


async def cohorts(session: AsyncSession) -> CohortPage:
    """The cohorts that are in force, as last told."""
    found = [run for run in await current_runs(session) if run.body.programme in PROGRAMMES]
    found.sort(key=lambda run: (run.region, str(run.body.run_id)))
    found.sort(key=lambda run: run.body.month_from, reverse=True)
    found.sort(key=lambda run: PROGRAMMES.index(run.body.programme))
    return CohortPage(items=[_cohort(run) for run in found[:MOST]], total=len(found))


def _cohort(run: Run) -> Cohort:
    same = Cohort.model_fields.keys() - {"region"}
    return Cohort(region=run.region, **run.body.model_dump(include=set(same)))
