"""Events of the context registration (contracts §4)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared import vocabulary as v
from shared.contracts.base import Code, Count, EventBody, FederalLine, Month, Nationality, PublicText


class LeanMeeting(EventBody):
    """A training, event or counselling process (Schulung, Veranstaltung, Beratungsprozess): headcounts (TRN-07)."""

    meeting_id: UUID
    month: Month
    origin: v.Origin
    programme_line: FederalLine
    format: v.MeetingFormat
    role: v.MeetingRole
    number: Annotated[int, Field(ge=1, le=1000)]
    participants: Count
    new_participants: Count


class FullMeeting(EventBody):
    """A meeting inside its network."""

    meeting_id: UUID
    month: Month
    origin: v.Origin
    programme_line: v.ProgrammeLine
    format: v.MeetingFormat
    role: v.MeetingRole
    number: Annotated[int, Field(ge=1, le=1000)]
    participants: Count
    new_participants: Count
    date: date
    carrier_id: UUID
    offering_id: UUID | None
    office_id: UUID | None
    topic: v.Topic | None
    target_groups: Annotated[list[v.TargetGroup], Field(max_length=6)]
    units: Annotated[int, Field(ge=0, le=10_000)] | None


class StructureChanged(EventBody):
    """A unit of the structure register; public, the same inside and outside the network."""

    structure_id: UUID
    kind: v.StructureKind
    code: Code
    name: PublicText
    parent_id: UUID | None
    programme_line: FederalLine | None
    carrier_is_migrant_organisation: bool
    valid_from: date
    valid_to: date | None


class PersonChanged(EventBody):
    """The statistical profile of a person, for counselling in the same network. No identity; never on `up`."""

    person_id: UUID
    carrier_id: UUID
    nationality: Nationality
    refugee_background: v.YesNo
    gender: v.Gender
