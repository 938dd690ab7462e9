"""What one may ask of registrations; the bodies of the API are these commands."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.registration.commands import Command, Email, PersonName, Phone, Reason, Seen, UnitName
from shared.contracts.base import Line
from shared.vocabulary.runs import TeamFunction

Topic = Annotated[Line, StringConstraints(min_length=3, max_length=500)]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
LARGEST = 20
"""Members that a body may name, so that a team of five is told what is wrong with it."""


class Member(Command):
    """Somebody who is registered; `graduate` has completed the one-year training, `lead` leads the team (IKO-03)."""

    name: PersonName
    email: Email | None = None
    function: TeamFunction | None = None
    graduate: bool = False
    lead: bool = False


class Participant(Member):
    """A member as staff knows her; `participant_id` keeps who she is when the list is changed, else her place in it."""

    participant_id: UUID | None = None
    released: bool = False


class Registration(Command):
    """A team of a house, or one person (IKO-01). What only some programmes ask for may be left out.

    `house` is what people call it; `house_id` a unit of the structure register instead.
    """

    house: UnitName | None = None
    house_id: UUID | None = None
    topic: Topic | None = None
    phone: Phone | None = None
    binding: bool = False


class PublicRegistration(Registration):
    """Register by the public link; how it was decided is told to `email`."""

    email: Email
    members: Annotated[list[Member], Field(min_length=1, max_length=LARGEST)]


class RecordRegistration(Registration):
    """Record or change a registration by staff; `exception` is the reason to take one out of time (IKO-06)."""

    email: Email | None = None
    members: Annotated[list[Participant], Field(min_length=1, max_length=LARGEST)]
    exception: Reason | None = None
    revision: Seen = None


class Move(Command):
    """Put a registration before all others, with the reason: the only way past the order of time (IKO-09)."""

    reason: Reason


class Ticket(Command):
    """What the link of a registration holds."""

    token: Token
