"""Runs of programmes as facts tell them: what a network offers to others, who waits, and which runs are short.

At the centre those of all networks, in a network its own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import BodyRow, FactRow
from shared.clock import month_of
from shared.contracts.offers import MOST_OFFERS, OffersPublished, PublicOffer
from shared.contracts.registration import LeanRun
from shared.contracts.registry import RUN
from shared.vocabulary import Programme
from shared.vocabulary.runs import OVER, UNDECIDED, is_short

LEAN = LeanRun.model_fields.keys()
KEY = ("region", "kind", "entity_id", "revision")


class Run(NamedTuple):
    """A run in force and the network that holds it."""

    region: str
    body: LeanRun

    @property
    def taken(self) -> int:
        """Registrations that count for the smallest number: with a place, or not decided yet."""
        return self.body.accepted + self.body.registered


async def current_runs(session: AsyncSession) -> list[Run]:
    """The newest revision of each run that is not withdrawn, by network and id."""
    newest = select(FactRow.region, BodyRow.body).ext(distinct_on(col(FactRow.region), col(FactRow.entity_id)))
    told = and_(*(getattr(BodyRow, name) == getattr(FactRow, name) for name in KEY))
    newest = newest.join(BodyRow, told).where(FactRow.kind == RUN.kind)
    ordered = newest.order_by(col(FactRow.region), col(FactRow.entity_id), col(FactRow.revision).desc())
    found = [Run(region, _lean(body)) for region, body in (await session.exec(ordered)).all()]
    return [run for run in found if not run.body.withdrawn]


def _lean(body: Mapping[str, Any]) -> LeanRun:
    return LeanRun.model_validate({name: body[name] for name in LEAN & body.keys()})


def offer_of(run: Run) -> PublicOffer:
    """A run as others see it."""
    return PublicOffer(region=run.region, **run.body.model_dump(include=set(PublicOffer.model_fields)))


def offers_for(region: str, runs: Sequence[Run], today: date) -> OffersPublished:
    """What a network is told: runs of others that are open to every Land and not over, those that close first first."""
    month = month_of(today)
    offers = [offer_of(run) for run in runs if run.region != region and _open(run.body, month)]
    offers.sort(key=lambda offer: (offer.closes_on or date.max, offer.region, offer.run_id))
    return OffersPublished(offers=tuple(offers[:MOST_OFFERS]), waiting=waiting_elsewhere(region, runs))


def _open(run: LeanRun, month: str) -> bool:
    return run.cross_region and run.state in UNDECIDED and (run.month_to or run.month_from) >= month


def waiting_elsewhere(region: str, runs: Sequence[Run]) -> dict[Programme, int]:
    """How many registrations wait for a place in other networks, by programme."""
    counts: Counter[Programme] = Counter()
    for run in runs:
        if run.region != region and run.body.state not in OVER and run.body.waiting:
            counts[run.body.programme] += run.body.waiting
    return dict(sorted(counts.items()))


def short_runs(runs: Sequence[Run], today: date) -> list[Run]:
    """Runs that will not come about as it looks shortly before their deadline, those that close first first."""
    found = [run for run in runs if is_short(run.body.state, run.taken, run.body.min_places, run.body.closes_on, today)]
    return sorted(found, key=lambda run: (run.body.closes_on or date.max, run.region, run.body.run_id))
