"""The API of oversight; the numbers of people, sessions and participations come from `/figures`, never from here."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.reporting.oversight.cohorts import CohortPage, cohorts
from services.reporting.oversight.services import ServiceOut, services_heard
from services.reporting.oversight.transfers import TransferPage, titled_transfers
from shared import clock
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")
Watcher = Annotated[Principal, Depends(require("coverage:read"))]
Reader = Annotated[Principal, Depends(require("figures:read"))]


@router.get("/coverage/services")
async def get_services(request: Request, _who: Watcher) -> list[ServiceOut]:
    """Services of the networks as the centre hears them; in a network there are none to hear."""
    async with request.app.state.sessions() as session:
        return await services_heard(session)


@router.get("/cohorts")
async def get_cohorts(request: Request, _who: Reader) -> CohortPage:
    """Runs of the intercultural programmes: of all networks at the centre, in a network its own."""
    async with request.app.state.sessions() as session:
        return await cohorts(session)


@router.get("/transfers")
async def get_transfers(
    request: Request, _who: Reader, as_of: date | None = None, known_at: date | None = None
) -> TransferPage:
    """Transfers with a public title; without days as they are now."""
    today = clock.today()
    async with request.app.state.sessions() as session:
        return await titled_transfers(session, as_of or today, known_at or today)
