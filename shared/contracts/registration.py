"""Events of the context registration (contracts §4)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from shared import vocabulary as v
from shared.contracts.base import (
    Code,
    Count,
    EventBody,
    FederalLine,
    Mailbox,
    Month,
    Nationality,
    Occupation,
    PublicSummary,
    PublicText,
    PublicUrl,
    Round,
)
from shared.vocabulary.proposals import DeclineReason, ProposalAnswer

LATER = ("topic", "programme")
"""Fields of a public sheet that were added to the first version."""
ESF = ("employment_status", "education_level", "exit_status", "esf_participant_id")
"""Fields of a full participation that were added to the first version."""


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


class PersonMerged(EventBody):
    """Who became whom: two records of one person, for counselling in the same network; never on `up`.

    `person_id` is who became `merged_into`; withdrawn, she is herself again. No identity.
    """

    person_id: UUID
    carrier_id: UUID
    merged_into: UUID


class LeanParticipation(EventBody):
    """A participation in a measure (Teilnahme) as it leaves the network: no trait of the person, no offering.

    `month_ended` is null while it runs; the round of a success is that of `month_entered` (QUA-01).
    """

    participation_id: UUID
    origin: v.Origin
    programme_line: FederalLine
    month_entered: Month
    month_ended: Month | None
    result: v.Result | None
    success: v.Success | None
    delivery: v.Delivery
    form: v.CourseForm
    came_from_counselling: v.YesNo


class FullParticipation(EventBody):
    """A participation inside its network: classes A to C, no identity.

    What ESF+ asks came later: where it is not told it is left out, so that a body of before stays what it was.
    `exit_status` is the situation that counts; `esf_participant_id` is random, one for a person in an offering.
    """

    participation_id: UUID
    origin: v.Origin
    programme_line: v.ProgrammeLine
    month_entered: Month
    month_ended: Month | None
    result: v.Result | None
    success: v.Success | None
    delivery: v.Delivery
    form: v.CourseForm
    came_from_counselling: v.YesNo
    offering_id: UUID
    carrier_id: UUID
    nationality: Nationality
    refugee_background: v.YesNo
    gender: v.Gender
    age_group: v.AgeGroup
    reference_occupation: Occupation | None
    employment_status: v.EmploymentStatus | None = None
    education_level: v.EducationLevel | None = None
    exit_status: v.ExitStatus | None = None
    esf_participant_id: UUID | None = None

    @model_serializer(mode="wrap")
    def _without_esf(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The body without what ESF+ asks where it is not told."""
        told: dict[str, Any] = write(self)
        return {name: value for name, value in told.items() if name not in ESF or value is not None}


class PublicSheet(BaseModel):
    """The public texts of an item: what its sheet or entry says; the contact is an organisation's, never a person's.

    `topic` and `programme` came later: where they are not told they are left out, so that a sheet of before keeps its
    canonical form and its digest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: PublicText | None = None
    summary: PublicSummary | None = None
    organisation: PublicText | None = None
    url: PublicUrl | None = None
    mailbox: Mailbox | None = None
    topic: v.Topic | None = None
    programme: v.Programme | None = None

    @model_serializer(mode="wrap")
    def _without_later(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The sheet without what came later and is not told."""
        told: dict[str, Any] = write(self)
        return {name: value for name, value in told.items() if name not in LATER or value is not None}


class ItemChanged(EventBody):
    """A transfer, Good Practice example or project (Verstetigung, Good Practice, Projekt); the same everywhere.

    Public by its nature: `public` is what was shown as public before it was sent, null without a sheet.
    """

    item_id: UUID
    item_kind: v.ItemKind
    state: v.ItemState
    round: Round | None
    area: v.Area | None
    delivery: v.Delivery
    route: v.Route | None
    public: PublicSheet | None


class LeanRun(EventBody):
    """A run of a programme (Durchgang) as it is announced: places and how many are taken, never who.

    `registered` are registrations nobody has decided on yet, `closes_on` is the day of the deadline.
    """

    run_id: UUID
    programme: v.Programme
    state: v.RunState
    month_from: Month
    month_to: Month | None
    min_places: Count
    max_places: Count
    accepted: Count
    waiting: Count
    cross_region: bool
    public_title: PublicText
    registered: Count = 0
    closes_on: date | None = None
    registration_url: PublicUrl | None = None


class FullRun(LeanRun):
    """A run inside its network."""

    offering_id: UUID | None


class ContactPersonsCounted(EventBody):
    """How many contact persons (Ansprechpersonen) a network has in a month: qualified, and mandated (IKKE-23, -24)."""

    contact_persons_id: UUID
    month: Month
    qualified: Count
    mandated: Count


class ProposalAnswered(EventBody):
    """What a proposal to a qualification was answered (Antwort), for counselling in the same network; never on `up`.

    Codes and ids only; `carrier_id` is the one that proposed.
    """

    proposal_id: UUID
    carrier_id: UUID
    answer: ProposalAnswer
    reason: DeclineReason | None
