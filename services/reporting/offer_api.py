"""The API of runs that are open to every Land, and of those that are short: of other networks, or of all (centre)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.reporting.offers import Known, known_offers
from services.reporting.runs import Run, current_runs, offer_of, offers_for, short_runs, waiting_elsewhere
from shared import clock
from shared.contracts.offers import PublicOffer
from shared.security import Principal, require
from shared.topology import CENTRE

router = APIRouter(prefix="/api/v1/offers")
Reader = Annotated[Principal, Depends(require("offers:read"))]
Watcher = Annotated[Principal, Depends(require("offers:watch"))]


class OffersOut(BaseModel):
    """Runs open to every Land; in a network when it was told so, and when it last heard from the centre."""

    items: list[PublicOffer]
    told_at: datetime | None = None
    heard_at: datetime | None = None


class ShortRun(BaseModel):
    """A run with fewer registrations than it needs, and how many wait elsewhere for the same programme."""

    run: PublicOffer
    cross_region: bool
    waiting_elsewhere: int


class ShortRuns(BaseModel):
    """Runs whose deadline is at most two weeks away or past, those that close first first."""

    items: list[ShortRun]


@router.get("")
async def offers(request: Request, _who: Reader) -> OffersOut:
    """Runs of other networks that are open to people from here; at the centre those of all networks."""
    state, network = request.app.state, request.app.state.settings.network
    async with state.sessions() as session:
        if network == CENTRE:
            told = offers_for(CENTRE, await current_runs(session), clock.today())
            return OffersOut(items=list(told.offers))
        known = await known_offers(session, network)
    return OffersOut(items=list(known.state.offers), told_at=known.told_at, heard_at=known.heard_at)


@router.get("/short")
async def short(request: Request, _who: Watcher) -> ShortRuns:
    """Runs that will not come about as it looks: the network's own, at the centre those of all."""
    state, network = request.app.state, request.app.state.settings.network
    async with state.sessions() as session:
        runs = await current_runs(session)
        known = await known_offers(session, network)
    own = network != CENTRE
    found = short_runs([run for run in runs if not own or run.region == network], clock.today())
    return ShortRuns(items=[_short(run, known if own else None, runs) for run in found])


def _short(run: Run, known: Known | None, runs: list[Run]) -> ShortRun:
    waiting = waiting_elsewhere(run.region, runs) if known is None else known.state.waiting
    elsewhere = waiting.get(run.body.programme, 0)
    return ShortRun(run=offer_of(run), cross_region=run.body.cross_region, waiting_elsewhere=elsewhere)
