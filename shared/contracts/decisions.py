"""What the centre tells a network again and again about its Good Practice proposals: what the board decided (GP-07).

State, not an event: each message names the decisions that the centre's own facts do not show yet; that an item shows
one is its confirmation. The reasons cross, as who proposed shall be able to follow them; who decided does not.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_DECISIONS = 50
"""Decisions of one message (below 1 MiB with the longest reasons); of more, the oldest come first."""
LONGEST_REASONS = 2000
Reasons = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REASONS)]
Decision = Annotated[int, Field(ge=1, le=1_000_000)]


class DecidedItem(BaseModel):
    """A decision about a proposal: its own revision, outcome, day and reasons, which are about the proposal alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item_id: UUID
    revision: Decision
    outcome: Literal["selected", "not_selected"]
    decided_on: date
    reasons: Reasons


class ItemsDecided(BaseModel):
    """The centre's state about the proposals of a network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decisions: Annotated[tuple[DecidedItem, ...], Field(max_length=MOST_DECISIONS)]


def decided_subject(region: str = "") -> str:
    """Subject of the state: at the hub with the network's code, inside the network without it."""
    return ".".join(filter(None, ("down", region, "registration", "item_decided.v1")))
