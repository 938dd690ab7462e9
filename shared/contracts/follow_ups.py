"""Follow-ups (Nachfragen): what the centre asks a network about a finding, and what that answers (contracts §3).

State, not events: the centre tells all follow-ups of a network until that confirms by the digest of what it has; the
answers come with the confirmation. Codes, numbers and days only: no free text crosses the leaf. `seal` is the centre's
own mark, by which it knows what it said when a network gives it back after a restore.
"""

import hashlib
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import Code, Month, canonical
from shared.vocabulary import quality as v

MOST_FOLLOW_UPS = 500
"""Follow-ups of one message; of more, those that are not closed and the newest are told."""
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Times = Annotated[int, Field(ge=1, le=10_000)]
Measured = Annotated[float, Field(ge=0, le=1_000_000_000)]
Period = Annotated[str, StringConstraints(pattern=r"^((19|20)\d{2}-((0[1-9]|1[0-2])|(19|20)\d{2}))?$")]


class Closed(BaseModel):
    """Nothing else stands in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)


class FollowUpQuestion(Closed):
    """What the centre asks. `asked` counts how often (reopened: once more), `revision` every act of the centre.

    `period` is a month or a funding round; `value`, `low` and `high` are the finding's number and what was expected, as
    they were on the day it was asked.
    """

    follow_up_id: UUID
    revision: Times
    asked: Times
    closed: bool
    rule: v.FindingRule
    indicator: Code | None
    dimensions: Annotated[dict[Code, Code], Field(max_length=3)]
    period: Period
    value: Measured | None
    low: Measured | None
    high: Measured | None
    asked_on: date
    due_on: date
    reason: v.ReopenReason | None
    seal: Digest


class FollowUpAnswer(Closed):
    """What the network answers to a time of asking: a choice, with the cause or day it needs, perhaps a month."""

    asked: Times
    choice: v.FollowUpChoice
    cause: v.KnownCause | None
    until: date | None
    month: Month | None
    answered_on: date


class FollowUp(Closed):
    """A follow-up as one side knows it."""

    question: FollowUpQuestion
    answer: FollowUpAnswer | None


FollowUps = Annotated[tuple[FollowUp, ...], Field(max_length=MOST_FOLLOW_UPS)]


class FollowUpsTold(Closed):
    """All follow-ups of a network as the centre knows them."""

    follow_ups: FollowUps

    def digest(self) -> str:
        """What names this state: equal for equal contents."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


class FollowUpsAsked(Closed):
    """The centre's question: the digest of the state that it has."""

    digest: Digest


class FollowUpsNoted(Closed):
    """The network's answer: the digest of its own state (none where it cannot tell), and that state unless it is
    the one asked about.
    """

    digest: Digest | None
    follow_ups: FollowUps


def follow_up_subject(region: str = "") -> str:
    """Subject of the state: at the hub with the network's code, inside the network without it."""
    return ".".join(filter(None, ("down", region, "reporting", "follow_ups_asked.v1")))
