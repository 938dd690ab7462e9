"""What one may ask of a referral; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.counselling.commands import Command
from services.counselling.consents.commands import Details
from shared.vocabulary import ReferralTarget
from shared.vocabulary.consents import ConsentPurpose, ReferralResult

Stand = Annotated[int, Field(ge=1, le=1_000_000)]


class RecordReferral(Command):
    """Record or correct a referral to a body, or to a kind of body (`target`).

    Without `purpose` it is the usual one of the target. `named`: the body is told who comes, which a consent must
    cover and the person has `agreed` to. `session_id`: the session it was made in, whose `referral_target` it is.
    """

    date: date
    target: ReferralTarget | None = None
    body_id: UUID | None = None
    purpose: ConsentPurpose | None = None
    note: Details | None = None
    named: bool = False
    agreed: bool = False
    accompanied: bool = False
    session_id: UUID | None = None
    revision: Stand | None = None


class Answer(Command):
    """What became of a referral, and when that was known (None: today)."""

    result: ReferralResult
    result_on: date | None = None
