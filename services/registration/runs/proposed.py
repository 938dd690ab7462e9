"""Proposed dates of a stored run: from its programme's rules, on days that are free in the network's Land."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from services.registration.programmes.calendars import closed, school_known
from services.registration.programmes.proposing import NoFreeDayError, propose
from services.registration.runs.planning import RunPlan
from shared.problems import FieldProblem, invalid
from shared.topology import load_topology

FARTHEST = timedelta(days=5 * 366)


class ProposedDate(BaseModel):
    """A date to take over; taken over twice it is there once. `avoided`: what lies on the days before it."""

    run_meeting_id: UUID
    step: str
    title: str
    number: int
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    avoided: str | None


class Proposal(BaseModel):
    """Proposed dates of a run, and whether the school holidays of the Land are known for all of them."""

    items: list[ProposedDate]
    land: str
    school_holidays_known: bool


def proposal(plan: RunPlan, region: str, first: date, today: date) -> Proposal:
    """Dates for what the plan of a run still lacks, from `first` on. Raises Problem 422 where no day is free."""
    if not today <= first <= today + FARTHEST:
        text = "Der erste Tag liegt in der Vergangenheit." if first < today else "Der erste Tag liegt zu weit weg."
        raise invalid(FieldProblem("first", f"{first:%d.%m.%Y}", text, "Bitte einen anderen Tag wählen."))
    land = load_topology()[region].land
    try:
        found = propose(plan.definition, plan.dates, first, partial(closed, land))
    except NoFreeDayError as error:
        text = f"Für „{error.step.title}“ ist ab dem {error.first:%d.%m.%Y} kein freier Tag zu finden."
        raise invalid(FieldProblem("first", f"{first:%d.%m.%Y}", text, "Bitte einen anderen Tag wählen.")) from None
    titles = {step.code: step.title for step in plan.definition.steps}
    items = [
        ProposedDate(
            run_meeting_id=uuid5(plan.run.run_id, f"{one.step}/{one.number}/{one.starts_at.isoformat()}"),
            title=titles[one.step],
            **vars(one),
        )
        for one in found
    ]
    known = all(school_known(land, one.starts_at.date()) for one in found)
    return Proposal(items=items, land=land, school_holidays_known=known)
