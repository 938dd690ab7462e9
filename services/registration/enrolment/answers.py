"""What the API answers: models of its own, so that a new column is shown nowhere by accident."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registration.enrolment import words
from services.registration.enrolment.decision import Entry, in_order
from services.registration.enrolment.rules import TEAM, definition_of, places_of, state_at
from services.registration.enrolment.tables import RegistrationMailRow
from services.registration.run_tables import ParticipantRow, RegistrationRow, TrainingRunRow
from shared.vocabulary.runs import RegistrationState

QUEUED = frozenset({RegistrationState.SUBMITTED, RegistrationState.WAITING})
"""States in which the order still matters."""


class PublicRun(BaseModel):
    """A run as everyone sees it: what it is, and who may register until when."""

    run_id: UUID
    programme: str
    public_title: str
    summary: str | None
    state: str
    team: bool
    least: int
    most: int | None
    min_places: int
    max_places: int
    starts_on: dt.date
    ends_on: dt.date | None
    opens_at: dt.datetime | None
    deadline: dt.datetime | None


class PublicRuns(BaseModel):
    """Runs that everyone may register for, now or later; `mail`: whether e-mails are sent here."""

    items: list[PublicRun]
    mail: bool


class Registered(BaseModel):
    """A registration that was taken; the token opens and withdraws it."""

    token: str
    state: str


class TicketState(BaseModel):
    """What the link of a registration shows: how it stands and why, nothing of who registered."""

    run: PublicRun
    state: str
    told: list[str]
    submitted_at: dt.datetime
    offered_until: dt.datetime | None
    mail: bool


class Member(BaseModel):
    """A member of a registration as staff sees her."""

    model_config = ConfigDict(from_attributes=True)

    participant_id: UUID
    name: str
    email: str | None
    function: str | None
    graduate: bool
    lead: bool
    released: bool
    stage: str


class Mail(BaseModel):
    """An e-mail about a registration."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    state: str
    reply: str | None
    sent_at: dt.datetime | None


class Shown(BaseModel):
    """A registration as staff sees it; `rank` in the order of those still undecided or waiting."""

    model_config = ConfigDict(from_attributes=True)

    registration_id: UUID
    revision: int
    state: str
    reason: str | None
    submitted_at: dt.datetime
    source: str
    house: str | None
    topic: str | None
    email: str | None
    phone: str | None
    exception: str | None
    moved: str | None
    offered_until: dt.datetime | None
    rank: int | None = None
    places: int = 1
    members: list[Member] = []
    mails: list[Mail] = []


class Registrations(BaseModel):
    """All registrations for a run in their order, and the protocol of the decision."""

    items: list[Shown]
    protocol: dict[str, Any] | None


def public_run(run: TrainingRunRow, now: dt.datetime) -> PublicRun:
    """A run as everyone sees it."""
    definition = definition_of(run)
    names = PublicRun.model_fields.keys() - {"state", "team", "least", "most"}
    team, size = definition.unit == TEAM, definition.team
    kept = run.model_dump(include=set(names))
    return PublicRun(state=state_at(run, now).value, team=team, least=size.least, most=size.most, **kept)


def ticket(run: TrainingRunRow, row: RegistrationRow, now: dt.datetime, *, mail: bool) -> TicketState:
    """What the link of a registration shows."""
    kept = row.model_dump(include={"state", "submitted_at", "offered_until"})
    told, sent = words.told(row.state, row.reason), mail and bool(row.email)
    return TicketState(run=public_run(run, now), told=told, mail=sent, **kept)


def registrations(
    run: TrainingRunRow,
    rows: Sequence[RegistrationRow],
    members: dict[UUID, list[ParticipantRow]],
    mails: Sequence[RegistrationMailRow],
) -> Registrations:
    """Registrations in their order; those that are gone stand last."""
    definition = definition_of(run)
    sizes = {row.key: places_of(definition, len(members[row.key])) for row in rows}
    entries = [Entry(row.key, row.submitted_at, sizes[row.key], moved=row.moved is not None) for row in rows]
    at = {one.registration_id: place for place, one in enumerate(in_order(entries))}
    queued = sorted((row for row in rows if row.state in QUEUED), key=lambda row: at[row.key])
    ranks = {row.key: rank for rank, row in enumerate(queued, 1)}
    items = []
    for row in sorted(rows, key=lambda row: (row.state in GONE, at[row.key])):
        shown = Shown.model_validate(row)
        shown.rank, shown.places = ranks.get(row.key), sizes[row.key]
        shown.members = [Member.model_validate(one) for one in members[row.key]]
        shown.mails = [Mail.model_validate(one) for one in mails if one.registration_id == row.key]
        items.append(shown)
    return Registrations(items=items, protocol=run.protocol)


GONE = frozenset({RegistrationState.WITHDRAWN, RegistrationState.REJECTED})
