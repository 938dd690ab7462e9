"""What one may ask about a person's rights."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.registration.commands import Command

Reason = Literal["wish", "retention"]


class Erase(Command):
    """Erase a person for good, because she wishes it or because nothing demands any longer that she is kept."""

    reason: Reason


class EraseReference(Command):
    """Erase for good whom a carrier's old system calls by a reference and nobody has registered."""

    carrier_id: UUID
    person_ref: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    reason: Reason
