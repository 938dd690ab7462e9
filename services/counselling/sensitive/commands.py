"""What one may ask of the confidential data of a case; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.counselling.cases.commands import Revision
from services.counselling.commands import Command, Note, Title
from shared.vocabulary import sensitive as v

Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2200, 1, 1))]


class OpenConfidential(Command):
    """Open the confidential data of a case for a quarter of an hour."""

    reason: v.OpeningReason


class ExamineStructures(Command):
    """Open an examination of the structures of the place; `note` is what colleagues read of it."""

    note: Note | None = None


class Content(Command):
    """What is kept, all of it voluntary: no document and no status is ever needed (CNS-10)."""

    residence_status: v.ResidenceStatus | None = None
    residence_until: Day | None = None
    residence_note: Note | None = None
    asylum_stage: v.AsylumStage | None = None
    in_municipality: bool = False
    informed: list[v.AsylumInformation] = Field(default_factory=list, max_length=5)
    asylum_note: Note | None = None
    vulnerable: list[v.Vulnerability] = Field(default_factory=list, max_length=7)
    discrimination_state: v.DiscriminationState | None = None
    context: v.DiscriminationContext | None = None
    place: Title | None = None
    first_talk_on: Day | None = None
    referred_on: Day | None = None
    body_id: UUID | None = None
    support: v.SupportBeside | None = None
    assessment: v.LegalAssessment | None = None
    decision: v.ClientDecision | None = None
    discrimination_note: Note | None = None


class RecordConfidential(Content):
    """Record it; `reason` opens it where it is not open (any more), `revision` names the stand that was seen."""

    reason: v.OpeningReason | None = None
    revision: Revision | None = None

    def content(self) -> Content:
        """What of it is kept."""
        kept = self.model_dump(include=set(Content.model_fields))
        return Content(**kept | {name: sorted(set(kept[name])) for name in ("informed", "vulnerable")})
