"""How many people a date counts, and which number it has: the figures of attendance (contracts 4, TRN-07). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class HeldDate:
    """A date that was held, as counting sees it: of which step and team, when, who was there, how many guests.

    `format` says whether the step is part of a training, an event or a counselling process of the run.
    """

    key: UUID
    step: str
    format: str
    registration_id: UUID | None
    starts_at: datetime
    present: Collection[UUID]
    guests: int


@dataclass(frozen=True)
class Figures:
    """What the record of a date says: its place in its step, how many were there, how many for the first time."""

    number: int
    participants: int
    new_participants: int


def figures_of(dates: Sequence[HeldDate]) -> dict[UUID, Figures]:
    """Figures of all held dates of a run: numbers count up within a step (of a team).

    People count once in the trainings of a run, once in its events and once in its counselling (contracts 4). Guests
    have no name to know them again by: they are new at the first date of a step.
    """
    found: dict[UUID, Figures] = {}
    known: dict[str, set[UUID]] = {}
    numbers: dict[tuple[str, UUID | None], int] = {}
    for one in sorted(dates, key=lambda date: (date.starts_at, str(date.key))):
        place = (one.step, one.registration_id)
        number = numbers[place] = numbers.get(place, 0) + 1
        present, counted = set(one.present), known.setdefault(one.format, set())
        new = len(present - counted) + (one.guests if number == 1 else 0)
        found[one.key] = Figures(number, len(present) + one.guests, new)
        counted |= present
    return found
