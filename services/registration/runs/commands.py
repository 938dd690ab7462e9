"""What one may ask of runs; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from services.registration.commands import Command, Seen
from shared import vocabulary as v
from shared.contracts.base import Line
from shared.vocabulary.runs import Policy

Title = Annotated[Line, StringConstraints(min_length=3, max_length=200)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Places = Annotated[int, Field(ge=1, le=10_000)]


class RecordRun(Command):
    """Plan a run, or change it; sizes that are left out are the programme's.

    Everything here but `topic` is public once the run is `published`.
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
    revision: Seen = None
