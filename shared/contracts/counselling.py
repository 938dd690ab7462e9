"""Events of the context counselling: what leaves a network, and the fuller twin inside it (contracts §4)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared import vocabulary as v
from shared.contracts.base import (
    EventBody,
    FederalLine,
    Headcount,
    LanguageCode,
    Month,
    Nationality,
    Occupation,
    Revision,
)
from shared.sectors import Sector, SizeClass


class LeanSession(Revision):
    """A counselling session (Beratung) as it leaves the network; no trait but nationality and refugee background.

    `recorded_on` is null when it lies in the session's own month.
    """

    session_id: UUID
    recorded_on: date | None
    month: Month
    origin: v.Origin
    programme_line: FederalLine
    session_type: v.SessionType
    seen_before: v.SeenBefore
    nationality: Nationality
    refugee_background: v.YesNo


class FullSession(EventBody):
    """A counselling session inside its network: classes A to C, no identity, no free text."""

    session_id: UUID
    month: Month
    origin: v.Origin
    programme_line: v.ProgrammeLine
    session_type: v.SessionType
    seen_before: v.SeenBefore
    nationality: Nationality
    refugee_background: v.YesNo
    date: date
    carrier_id: UUID
    office_id: UUID | None
    project_id: UUID | None
    channel: v.Channel | None
    mobile: bool
    outreach: bool
    language: LanguageCode | None
    gender: v.Gender
    age_group: v.AgeGroup
    has_degree: v.YesNo
    reference_occupation: Occupation | None
    occasions: Annotated[list[v.Occasion], Field(max_length=7)]
    referral_target: v.ReferralTarget | None


class LeanGroup(EventBody):
    """Group information or group counselling (Gruppeninformation): a headcount, no persons (CNS-06)."""

    group_id: UUID
    month: Month
    origin: v.Origin
    programme_line: FederalLine
    group_type: v.GroupType
    participants: Headcount


class FullGroup(EventBody):
    """Group information inside its network."""

    group_id: UUID
    month: Month
    origin: v.Origin
    programme_line: v.ProgrammeLine
    group_type: v.GroupType
    participants: Headcount
    date: date
    carrier_id: UUID
    office_id: UUID | None
    topic: v.Topic | None
    language: LanguageCode | None


class LeanCompany(EventBody):
    """A counselling of a company (Beratung von Unternehmen); its sector and size stay in the network.

    `company_id` is the random id of this record, not of the company: no key of a company leaves a service.
    """

    company_id: UUID
    month: Month
    origin: v.Origin
    programme_line: FederalLine
    company_is_new: bool
    participants: Headcount


class FullCompany(EventBody):
    """A counselling of a company inside its network."""

    company_id: UUID
    month: Month
    origin: v.Origin
    programme_line: v.ProgrammeLine
    company_is_new: bool
    participants: Headcount
    date: date
    office_id: UUID | None
    sector: Sector | None
    size_class: SizeClass | None


class QualificationProposed(EventBody):
    """A person is proposed to an IQ qualification (Vorschlag), for registration in the same network; never on `up`.

    Ids and the statistical profile only: who she is, registration knows by the id. `carrier_id` counsels her,
    `to_carrier_id` qualifies; withdrawn when the referral, or her consent to it, is withdrawn.
    """

    proposal_id: UUID
    carrier_id: UUID
    to_carrier_id: UUID
    person_id: UUID
    proposed_on: date
    nationality: Nationality
    refugee_background: v.YesNo
    gender: v.Gender
    age_group: v.AgeGroup
    has_degree: v.YesNo
    reference_occupation: Occupation | None
    language: LanguageCode | None
