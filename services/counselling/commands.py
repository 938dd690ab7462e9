"""What one may ask of counselling; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import vocabulary as v
from shared.contracts.base import Code, Headcount, LanguageCode, Line, Nationality, Occupation
from shared.sectors import Sector, SizeClass
from shared.vocabulary.cases import Founder

Reference = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]
Account = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
"""Subject of an account."""
Title = Annotated[Line, StringConstraints(min_length=1, max_length=300)]
Note = Annotated[Line, StringConstraints(min_length=1, max_length=1000)]
OfficeCode = Code


class Command(BaseModel):
    """A closed body: an unknown field is refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)


class RecordSession(Command):
    """Record or correct a counselling session (Beratung).

    Without `session_type` the system decides first or follow-up (CNS-01, CNS-02). Traits left out are taken from the
    person's profile, else not stated. `revision` names the stand that a correction corrects; with `keep_person` it
    leaves the person as she is, also one that only an import's reference names. `partner_id`: in whose rooms (CNS-25).
    """

    date: date
    programme_line: v.ProgrammeLine
    session_type: v.SessionType | None = None
    channel: v.Channel | None = None
    mobile: bool = False
    outreach: bool = False
    language: LanguageCode | None = None
    office: Code | None = None
    person_id: UUID | None = None
    person_ref: Reference | None = None
    keep_person: bool = False
    nationality: Nationality | None = None
    refugee_background: v.YesNo | None = None
    gender: v.Gender | None = None
    birth_year: int | None = None
    age_group: v.AgeGroup | None = None
    has_degree: v.YesNo = v.YesNo.NOT_STATED
    reference_occupation: Occupation | None = None
    founder: Founder | None = None
    partner_id: UUID | None = None
    occasions: Annotated[list[v.Occasion], Field(max_length=7)] = []
    referral_target: v.ReferralTarget | None = None
    revision: Annotated[int, Field(ge=1)] | None = None


class RecordGroup(Command):
    """Record or correct group information (Gruppeninformation): a headcount, no persons (CNS-06)."""

    date: date
    programme_line: v.ProgrammeLine
    group_type: v.GroupType = v.GroupType.INFORMATION
    participants: Headcount
    office: Code | None = None
    topic: v.Topic | None = None
    language: LanguageCode | None = None
    revision: Annotated[int, Field(ge=1)] | None = None


class RecordCompany(Command):
    """Record or correct a counselling of a company (Beratung von Unternehmen).

    `company_ref` tells the companies of a carrier apart; without it every counselling counts as one of a new company.
    """

    date: date
    programme_line: v.ProgrammeLine
    participants: Headcount = 1
    company_ref: Reference | None = None
    sector: Sector | None = None
    size_class: SizeClass | None = None
    office: Code | None = None
    revision: Annotated[int, Field(ge=1)] | None = None


class Withdraw(Command):
    """Withdraw a record, with the reason; the reason stays in the network's database."""

    reason: Reason
