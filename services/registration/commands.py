"""What one may ask of registration; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import vocabulary as v
from shared.contracts.base import Code, Count, FederalLine, Line, Nationality

PersonName = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
UnitName = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]
Seen = Annotated[int, Field(ge=1)] | None


class Command(BaseModel):
    """A closed body: an unknown field is refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)


class RecordPerson(Command):
    """Record or correct a person in the carrier's register (smallest form)."""

    name: PersonName
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    nationality: Nationality = "not_stated"
    refugee_background: v.YesNo = v.YesNo.NOT_STATED
    gender: v.Gender = v.Gender.NOT_STATED
    revision: Seen = None


class RecordStructure(Command):
    """Record or change a unit of the structure register."""

    kind: v.StructureKind
    code: Code
    name: UnitName
    parent_id: UUID | None = None
    programme_line: FederalLine | None = None
    carrier_is_migrant_organisation: bool = False
    valid_from: date
    valid_to: date | None = None
    revision: Seen = None


class RecordMeeting(Command):
    """Record or correct a training, event or counselling process.

    `number` is its place in the training; `new_participants` are people not counted in an earlier meeting of it,
    by default `participants` when `number` is 1, else 0 (contracts §4).
    """

    date: date
    programme_line: v.ProgrammeLine
    format: v.MeetingFormat
    role: v.MeetingRole = v.MeetingRole.OWN
    number: Annotated[int, Field(ge=1, le=1000)] = 1
    participants: Count
    new_participants: Count | None = None
    units: Annotated[int, Field(ge=0, le=10_000)] | None = None
    topic: v.Topic | None = None
    target_groups: Annotated[list[v.TargetGroup], Field(max_length=6)] = []
    office: Code | None = None
    revision: Seen = None


class Withdraw(Command):
    """Withdraw a record, with the reason; the reason stays in the network's database."""

    reason: Reason
