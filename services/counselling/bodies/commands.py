"""What one may say of a body."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.counselling.commands import Command
from shared import vocabulary as v
from shared.contracts.base import LanguageCode, Line

Words = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Address = Annotated[Line, StringConstraints(pattern=r"^https?://[!-~]{1,300}$")]


class RecordBody(Command):
    """Record or change an entry of the directory. `checked`: all of it was checked today."""

    kind: v.ReferralTarget
    name: Words
    address: Words | None = None
    phone: Words | None = None
    email: Annotated[Line, StringConstraints(pattern=r"^[^@\s]{1,100}@[^@\s]{1,100}\.[^@\s.]{1,30}$")] | None = None
    url: Address | None = None
    languages: Annotated[list[LanguageCode], Field(default_factory=list, max_length=40)]
    carrier_id: UUID | None = None
    checked: bool = False
    withdrawn: bool = False
    revision: Annotated[int, Field(ge=1)] | None = None
