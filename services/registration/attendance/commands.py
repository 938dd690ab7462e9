"""What one may ask of attendance, tasks, contact persons and feedback; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.registration.commands import Command, Email, PersonName, Reason, Seen
from shared.contracts.base import Line
from shared.vocabulary.attendance import TaskKind
from shared.vocabulary.runs import CoachingForm, Presence

House = Annotated[Line, StringConstraints(min_length=2, max_length=200)]
Note = Annotated[Line, StringConstraints(min_length=1, max_length=500)]
Answer = Annotated[int, Field(ge=1, le=5)]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class Attending(Command):
    """Whether a participant was there."""

    participant_id: UUID
    presence: Presence


class RecordAttendance(Command):
    """Who was at a date; who is not named has no entry. `revision` is the date's as it was read.

    `guests` were there beside the participants: managements and other houses at a kick-off (IKO-13, IKO-26). `form`
    (IKO-16, IKO-23) and `note`, what the management of the house was told (IKO-24), belong to a date in one house;
    where they are left out, what is stored stays.
    """

    entries: Annotated[list[Attending], Field(max_length=1000)]
    guests: Annotated[int, Field(ge=0, le=10_000)] = 0
    form: CoachingForm | None = None
    note: Note | None = None
    revision: Seen = None


class HandedIn(Command):
    """A practice task of a participant: handed in on a day, or (without one) not handed in after all."""

    participant_id: UUID
    module: Annotated[int, Field(ge=1, le=4)]
    kind: TaskKind = TaskKind.OTHER
    handed_in_on: date | None = None


class RecordTasks(Command):
    """Practice tasks of a run; what is not named stays."""

    entries: Annotated[list[HandedIn], Field(max_length=1000)]


class RecordContactPerson(Command):
    """Record or correct a contact person, or somebody who is trained to become one (IKKE-23 … IKKE-25, ACT-04).

    `participants` are her places in runs, that a run builds on an earlier one of hers (IKKE-06); `evidence` where she
    completed phases that are not recorded here.
    """

    name: PersonName
    email: Email | None = None
    house: House
    officer: bool = False
    bridge: PersonName | None = None
    bridge_email: Email | None = None
    evidence: Reason | None = None
    selected_on: date | None = None
    qualified_on: date | None = None
    mandated_on: date | None = None
    inactive_on: date | None = None
    participants: Annotated[list[UUID], Field(max_length=50, default_factory=list)]
    revision: Seen = None


class OpenFeedback(Command):
    """Open the feedback of a run, or close it."""

    open: bool


class Ticket(Command):
    """The token of a feedback's link; it stands in a body, so that it is in no address of a service."""

    token: Token


class GiveFeedback(Ticket):
    """Five numbers from 1 (not at all) to 5 (fully), and nothing else (IKKE-30)."""

    benefit: Answer
    clear: Answer
    exchange: Answer
    trainers: Answer
    frame: Answer
