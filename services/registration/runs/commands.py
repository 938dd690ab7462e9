"""What one may ask of runs; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from services.registration.commands import Command, PersonName, Reason, Seen
from shared import vocabulary as v
from shared.contracts.base import Line
from shared.vocabulary.runs import CoachingForm, Policy

Title = Annotated[Line, StringConstraints(min_length=3, max_length=200)]
# Several lines, and no other control character, which no database or page could take.
Lines = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=Lines)]
Places = Annotated[int, Field(ge=1, le=10_000)]
StepCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Place = Annotated[Line, StringConstraints(min_length=1, max_length=300)]
Link = Annotated[str, StringConstraints(pattern=r"^https://[!-~]{1,1000}$")]


class RecordRun(Command):
    """Plan a run, or change it; sizes that are left out are the programme's.

    Everything here but `topic` and `opening_process` is public once the run is `published`.
    """

    programme: v.Programme
    programme_line: v.ProgrammeLine | None = None
    public_title: Title
    summary: Summary | None = None
    topic: v.Topic | None = None
    starts_on: date
    ends_on: date | None = None
    min_places: Places | None = None
    max_places: Places | None = None
    opens_at: AwareDatetime | None = None
    deadline: AwareDatetime | None = None
    policy: Policy = Policy.STRICT
    published: bool = False
    cross_region: bool = False
    opening_process: Title | None = None
    revision: Seen = None


class RecordRunMeeting(Command):
    """Plan a date of a run or change it; `registration_id` names the team where the step is held in each house.

    `replaces` is the cancelled date it stands in for (IKO-14). `speakers` are class D.
    """

    step: StepCode
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    registration_id: UUID | None = None
    place: Place | None = None
    link: Link | None = None
    speakers: Annotated[list[PersonName], Field(max_length=20, default_factory=list)]
    form: CoachingForm | None = None
    replaces: UUID | None = None
    revision: Seen = None


class TakenDate(Command):
    """A proposed date that is taken over."""

    run_meeting_id: UUID
    step: StepCode
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class TakeOver(Command):
    """Take over proposed dates, all or none; those that are there already stay as they are."""

    meetings: Annotated[list[TakenDate], Field(min_length=1, max_length=100)]


class Because(Command):
    """Cancel a date or a run, or let a rule pass, with a reason."""

    reason: Reason


class CalendarTicket(Command):
    """What the link to the calendar of a run holds."""

    token: Annotated[str, StringConstraints(max_length=100)]
