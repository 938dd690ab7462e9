"""What the API tells of runs and their plans. A coordinator is told neither names of people nor of houses."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registration.programmes.definition import Content, Definition, Step
from services.registration.run_tables import RunMeetingRow, TrainingRunRow
from services.registration.runs.planning import RunPlan

NAMING: Mapping[str, Any] = {"speakers": [], "house": None, "link": None, "reason": None, "registration_id": None}
"""What of a date may name somebody, and what a coordinator sees instead."""


class Run(BaseModel):
    """A run as staff sees it; `carrier` is the name of whose it is."""

    model_config = ConfigDict(from_attributes=True)

    run_id: UUID
    revision: int
    carrier_id: UUID
    carrier: str | None = None
    programme: str
    programme_line: str
    state: str
    public_title: str
    summary: str | None
    topic: str | None
    starts_on: dt.date
    ends_on: dt.date | None
    min_places: int
    max_places: int
    opens_at: dt.datetime | None
    deadline: dt.datetime | None
    policy: str
    published: bool
    cross_region: bool
    opening_process: str | None
    reason: str | None
    accepted: int
    waiting: int
    decided_at: dt.datetime | None


class RunPage(BaseModel):
    """Runs of the carrier, or of the network."""

    items: list[Run]
    total: int


class RunMeeting(BaseModel):
    """A date of a run; `house` is the one it is held in."""

    model_config = ConfigDict(from_attributes=True)

    run_meeting_id: UUID
    revision: int
    step: str
    number: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    registration_id: UUID | None
    house: str | None = None
    place: str | None
    link: str | None
    speakers: list[str]
    form: str | None
    state: str
    replaces: UUID | None
    reason: str | None


class Finding(BaseModel):
    """A rule that the plan touches; `override`: the reason, account and day it was let pass."""

    rule: str
    strength: str
    text: str
    remedy: str
    where: str | None
    open: bool
    override: dict[str, Any] | None


class Team(BaseModel):
    """A house that has a place."""

    registration_id: UUID
    house: str


class Plan(BaseModel):
    """A run with its programme, its dates, the houses that have a place, and what its plan touches."""

    run: Run
    programme: dict[str, Any]
    meetings: list[RunMeeting]
    teams: list[Team]
    findings: list[Finding]
    calendar_token: str | None


def run_of(row: TrainingRunRow, carriers: Mapping[UUID, str]) -> Run:
    """A run with the name of its carrier."""
    return Run.model_validate(row).model_copy(update={"carrier": carriers.get(row.carrier_id)})


def meetings_of(plan: RunPlan, *, names: bool) -> list[RunMeeting]:
    """The dates of a run."""
    return [meeting_of(plan, row, names=names) for row in plan.meetings]


def meeting_of(plan: RunPlan, row: RunMeetingRow, *, names: bool) -> RunMeeting:
    """A date of a run."""
    house = dict(plan.teams).get(row.registration_id) if row.registration_id else None
    return RunMeeting.model_validate(row).model_copy(update={"house": house} if names else NAMING)


def plan_answer(plan: RunPlan, carriers: Mapping[UUID, str], *, names: bool) -> Plan:
    """The plan of a run; without `names` nothing that may name somebody, and no link to share."""
    overridden = plan.overridden
    return Plan(
        run=run_of(plan.run, carriers).model_copy(update={} if names else {"reason": None}),
        programme=programme_of(plan.definition),
        meetings=meetings_of(plan, names=names),
        teams=[Team(registration_id=key, house=house or "") for key, house in plan.teams] if names else [],
        findings=[Finding(**vars(one), override=overridden.get(one.rule)) for one in plan.findings],
        calendar_token=plan.run.calendar_token if names else None,
    )


def programme_of(one: Definition) -> dict[str, Any]:
    """A programme with its sizes and steps."""
    return {
        "programme": one.programme.value,
        "title": one.title,
        "programme_line": one.programme_line.value if one.programme_line else None,
        "unit": one.unit,
        "places": [one.places.least, one.places.most],
        "team": [one.team.least, one.team.most],
        "steps": [_step(step) for step in one.steps],
        "contents": _contents(one.contents),
    }


def _step(step: Step) -> dict[str, Any]:
    numbers = {"dates": [step.dates.least, step.dates.most], "half_day": step.half_day}
    texts = {"code": step.code, "title": step.title, "format": step.format.value}
    return texts | numbers | {"per_team": step.per_team, "contents": _contents(step.contents)}


def _contents(contents: tuple[Content, ...]) -> list[dict[str, str]]:
    return [vars(one) for one in contents]
