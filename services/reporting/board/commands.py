"""What one may ask of the board; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import Line
from shared.vocabulary.board import BoardOutcome, RatingState

TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""No control character but tabulator and line break."""
Title = Annotated[Line, StringConstraints(min_length=3, max_length=200)]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,8}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=TEXT)]
Reasons = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=TEXT)]
Seen = Annotated[int, Field(ge=0, le=1_000_000)]
"""The revision that was seen; 0: there was none."""


class Command(BaseModel):
    """Closed: an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)


class Named(Command):
    """A proposal: its network and its item."""

    region: Region
    item_id: UUID


class PlanSitting(Command):
    """Make a sitting, or change one that is open: title, day, and what is up."""

    title: Title
    day: Annotated[date, Field(ge=date(2020, 1, 1), le=date(2100, 1, 1))]
    proposals: Annotated[list[Named], Field(max_length=200)]
    revision: Seen = 0


class CloseSitting(Command):
    """Close a sitting: nothing is rated or decided in it any more."""

    revision: Seen


class Mark(Command):
    """A mark with its reason; a draft may lack either."""

    mark: Annotated[int, Field(ge=1, le=4)] | None = None
    reason: Reason = ""


class Rate(Command):
    """Rate a proposal; `confirmed`: what looks like a person in a reason is none."""

    state: RatingState = RatingState.HANDED_IN
    marks: Annotated[dict[Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")], Mark], Field(max_length=20)]
    confirmed: bool = False
    revision: Seen = 0


class Decide(Command):
    """Decide about a proposal; the network reads the reasons."""

    outcome: BoardOutcome
    reasons: Reasons
    confirmed: bool = False
    revision: Seen = 0


class Reopen(Command):
    """Open a decision anew, and say why."""

    reasons: Reasons
    confirmed: bool = False
    revision: Seen
