"""What the centre tells a network again and again about runs elsewhere: those open to every Land (contracts §3).

State, not an event: each message names all of them, the newest counts, one that was missed is followed by the next. The
question beside it asks for the digest of the state that the network has: another one, or none, and it is told again.
"""

import hashlib
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared import vocabulary as v
from shared.contracts.base import Count, Month, PublicText, PublicUrl, canonical

MOST_OFFERS = 500
"""Runs of one message (below 1 MiB with the longest texts); of more, those that close first are told."""
Region = Annotated[str, StringConstraints(pattern="^[a-z]{2,8}$")]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class PublicOffer(BaseModel):
    """A run of another network that is open to people of every Land; `region` is the network that holds it.

    `accepted`, `registered` (not decided yet) and `waiting` count registrations, never people by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)

    region: Region
    run_id: UUID
    programme: v.Programme
    state: v.RunState
    public_title: PublicText
    month_from: Month
    month_to: Month | None
    min_places: Count
    max_places: Count
    accepted: Count
    registered: Count
    waiting: Count
    closes_on: date | None
    registration_url: PublicUrl | None


class OffersPublished(BaseModel):
    """The centre's state for one network: what others offer, and how many wait elsewhere for each programme."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)

    offers: Annotated[tuple[PublicOffer, ...], Field(max_length=MOST_OFFERS)]
    waiting: dict[v.Programme, Count]

    def digest(self) -> str:
        """What names this state: equal for equal contents."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


class OffersNoted(BaseModel):
    """The network's answer: the digest of the state it has; none before the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: Digest | None


def offer_subject(region: str = "") -> str:
    """Subject of the state: at the hub with the network's code, inside the network without it."""
    return ".".join(filter(None, ("down", region, "reporting", "offer_published.v1")))
