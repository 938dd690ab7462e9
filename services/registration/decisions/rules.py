"""Which decision holds, and what an item's state becomes by it. Pure (GP-07, GP-10)."""

from datetime import date
from typing import Protocol

from shared.vocabulary import ItemState


class Decided(Protocol):
    """A decision, as it was told or as it is kept."""

    @property
    def revision(self) -> int:
        """Its own revision at the centre."""

    @property
    def decided_on(self) -> date:
        """The day it was made."""

    @property
    def outcome(self) -> str:
        """What was decided."""


def holds(told: Decided, kept: Decided | None) -> bool:
    """Whether what is told now counts instead of what is kept: the later day, of one day the higher revision.

    The day comes first: a centre that was set back to an old backup begins to count again. What is told twice is equal.
    """
    return kept is None or (told.decided_on, told.revision) >= (kept.decided_on, kept.revision)


def state_after(state: str, outcome: str) -> str:
    """The state that a decision makes of another one; a sheet that is published stays so while it is selected."""
    if outcome == ItemState.SELECTED and state == ItemState.PUBLISHED:
        return state
    return outcome
