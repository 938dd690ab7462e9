"""What one may ask of registration; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import vocabulary as v
from shared.contracts.base import Code, Count, FederalLine, LanguageCode, Line, Nationality, Occupation

PersonName = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Phone = Annotated[Line, StringConstraints(min_length=3, max_length=60)]
Email = Annotated[
    Line, StringConstraints(max_length=200, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$")
]
Address = Annotated[Line, StringConstraints(min_length=1, max_length=300)]
Year = Annotated[int, Field(ge=1900, le=2100)]
UnitName = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]
Seen = Annotated[int, Field(ge=1)] | None


class Command(BaseModel):
    """A closed body: an unknown field is refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)


class SpokenLanguage(Command):
    """A language of a person, with its level."""

    language: LanguageCode
    level: v.LanguageLevel = v.LanguageLevel.NOT_STATED


class Qualification(Command):
    """A qualification (Abschluss) of a person; the reference occupation is a key of the KldB 2010."""

    title: PersonName
    level: v.QualificationLevel = v.QualificationLevel.NOT_STATED
    country: Nationality = "not_stated"
    year: Year | None = None
    reference_occupation: Occupation | None = None


class RecordPerson(Command):
    """Record or correct a person in the carrier's register; all but a name is optional.

    A field that is left out keeps what is stored: a form that knows a part of the record never empties the rest. `name`
    is the whole name (family name, given names), for those who do not tell its parts.
    """

    name: PersonName | None = None
    family_name: PersonName | None = None
    given_names: PersonName | None = None
    original_name: PersonName | None = None
    birth_date: date | None = None
    birth_year: Year | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    contact_way: v.ContactWay = v.ContactWay.NOT_STATED
    languages: Annotated[list[SpokenLanguage], Field(max_length=10)] = []
    interpreter_needed: v.YesNo = v.YesNo.NOT_STATED
    nationality: Nationality = "not_stated"
    refugee_background: v.YesNo = v.YesNo.NOT_STATED
    gender: v.Gender = v.Gender.NOT_STATED
    has_degree: v.YesNo = v.YesNo.NOT_STATED
    german_level: v.LanguageLevel = v.LanguageLevel.NOT_STATED
    qualifications: Annotated[list[Qualification], Field(max_length=20)] = []
    revision: Seen = None


class Merge(Command):
    """Say that another record is the same person, or that it is not after all."""

    other: UUID


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
