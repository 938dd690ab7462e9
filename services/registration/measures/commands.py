"""What one may ask of measures and participations; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.registration.commands import Command, Seen, Year
from services.registration.leaving import MOST
from shared import vocabulary as v
from shared.contracts.base import Code, Line, Nationality, Occupation
from shared.vocabulary.measures import MeasureType, Phase

OfferingCode = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
OwnReference = Annotated[Line, StringConstraints(min_length=1, max_length=80)]
Reference = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
Title = Annotated[Line, StringConstraints(min_length=3, max_length=200)]


class RecordOffering(Command):
    """Create an offering (Angebot, Maßnahme) or describe it anew; its `code` stays."""

    code: OfferingCode
    programme_line: v.ProgrammeLine = v.ProgrammeLine.QUALIFICATION
    title: Title | None = None
    measure: MeasureType | None = None
    format: v.MeetingFormat | None = None
    form: v.CourseForm = v.CourseForm.NOT_STATED
    delivery: v.Delivery = v.Delivery.NOT_STATED
    topic: v.Topic | None = None
    target_groups: Annotated[list[v.TargetGroup], Field(default_factory=list, max_length=6)]
    office: Code | None = None
    starts: date | None = None
    ends: date | None = None
    units: Annotated[int, Field(ge=0, le=10_000)] | None = None
    revision: Seen = None


class PhaseDays(Command):
    """A phase of “Specialized!” with its days; one that runs has no last one."""

    phase: Phase
    starts: date
    ends: date | None = None


class AfterExit(Command):
    """A situation on the labour market after the end, and the day since when it is known (ESF+)."""

    status: v.ExitStatus
    on: date


Situations = Annotated[list[AfterExit], Field(max_length=MOST)]


class RecordParticipation(Command):
    """Record or correct a participation.

    Of a new one, what is not stated comes from the proposal, from the person's record as it is on this day, and from
    the offering. `company` is the carrier's own reference of the company: only its keyed hash is kept. In a correction
    `person_id`, `external_id`, `company`, `phases` and what ESF+ asks that are left out stay as they are.
    """

    offering: OfferingCode
    new_offering: bool = False
    entered_on: date
    proposal_id: UUID | None = None
    person_id: UUID | None = None
    external_id: OwnReference | None = None
    nationality: Nationality = "not_stated"
    refugee_background: v.YesNo = v.YesNo.NOT_STATED
    gender: v.Gender = v.Gender.NOT_STATED
    birth_year: Year | None = None
    age_group: v.AgeGroup = v.AgeGroup.NOT_STATED
    german_level: v.LanguageLevel = v.LanguageLevel.NOT_STATED
    reference_occupation: Occupation | None = None
    delivery: v.Delivery = v.Delivery.NOT_STATED
    form: v.CourseForm = v.CourseForm.NOT_STATED
    came_from_counselling: v.YesNo = v.YesNo.NOT_STATED
    company: Reference | None = None
    phases: Annotated[list[PhaseDays], Field(default_factory=list, max_length=4)]
    employment_status: v.EmploymentStatus | None = None
    education_level: v.EducationLevel | None = None
    after_exit: Annotated[Situations, Field(default_factory=list)]
    ended_on: date | None = None
    result: v.Result | None = None
    success: v.Success | None = None
    revision: Seen = None


class EndParticipation(Command):
    """End a participation: finished or dropped out, with or without success (QUA-02).

    `after_exit` that is left out stays as it is.
    """

    ended_on: date
    result: v.Result
    success: v.Success | None = None
    after_exit: Situations | None = None
    revision: Seen = None


class FindPerson(Command):
    """Find somebody in the carrier's own register whom one knows by name and birth year."""

    name: Annotated[Line, StringConstraints(min_length=2, max_length=400)]
    birth_year: Year
