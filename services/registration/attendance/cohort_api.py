"""How far the participants of cohorts are, as counts: for who may see the runs, without anybody's name."""

from collections import defaultdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import func, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import ParticipantRow, RegistrationRow, TrainingRunRow
from services.registration.runs.store import reach
from services.registration.store import Carriers
from shared.audit import readings
from shared.security import Principal, require
from shared.vocabulary.runs import RegistrationState

router = APIRouter(prefix="/api/v1/run-stages", route_class=readings.RefusingRoute)

ReadPlans = Annotated[Principal, Depends(require("plans:read"))]


class RunStages(BaseModel):
    """How many of those who have a place in a run are at each stage; a stage that nobody is at is left out."""

    run_id: UUID
    stages: dict[str, int]


@router.get("")
async def get_run_stages(request: Request, principal: ReadPlans) -> list[RunStages]:
    """Stages in the runs of the own carrier, for a coordinator of the network; runs without participants are absent."""
    async with request.app.state.sessions() as session:
        found = await stages_counted(session, reach(principal))
    return [RunStages(run_id=run, stages=stages) for run, stages in sorted(found.items())]


async def stages_counted(session: AsyncSession, carriers: Carriers | None) -> dict[UUID, dict[str, int]]:
    """Participants who have a place, by run and stage; of the carriers, None: of all of the network."""
    own = true() if carriers is None else col(TrainingRunRow.carrier_id).in_(carriers)
    person, run, registration = ParticipantRow, TrainingRunRow, RegistrationRow
    query = select(person.run_id, person.stage, func.count()).join(run, col(run.run_id) == person.run_id)
    query = query.join(registration, col(registration.registration_id) == person.registration_id)
    query = query.where(
        own,
        *(col(row.withdrawn).is_(False) for row in (person, run, registration)),
        registration.state == RegistrationState.ACCEPTED.value,
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for run_id, stage, count in await session.exec(query.group_by(col(person.run_id), col(person.stage))):
        found[run_id][stage] = count
    return found
