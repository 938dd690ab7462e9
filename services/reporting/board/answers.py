"""What the board's API says; who a member or decider is stands in none of it, only for which group she rated."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Made of rows."""

    model_config = ConfigDict(from_attributes=True)


class CriterionOut(Answer):
    """A criterion with the words of its scale."""

    code: str
    title: str
    question: str
    anchors: tuple[str, ...]
    rule: str


class DecisionOut(Answer):
    """A revision of a decision, and the sitting it was made in."""

    sitting_id: UUID
    state: str
    outcome: str
    reasons: str
    decided_on: date
    revision: int


class ProposalOut(BaseModel):
    """A proposal in a list; `ready`: it has texts to rate. `sitting_id` is the open sitting it is up in."""

    region: str
    item_id: UUID
    title: str
    round: str | None
    told_on: date
    state: str
    ready: bool
    missing_texts: list[str]
    sitting_id: UUID | None
    decision: DecisionOut | None


class ProposalPage(BaseModel):
    """One page of proposals; `counts` are all of them by state."""

    items: list[ProposalOut]
    total: int
    counts: dict[str, int]


class SittingOut(Answer):
    """A sitting; `proposals` is how many are up, `open` how many of them the asking member still has to rate."""

    sitting_id: UUID
    title: str
    day: date
    state: str
    revision: int
    closed_on: date | None
    proposals: int = 0
    open: int | None = None


class SpreadOut(Answer):
    """Marks of several members."""

    count: int
    median: float
    lowest: int
    highest: int
    divided: bool


class AgendaItem(BaseModel):
    """A proposal of a sitting: how many of each group have rated, who is missing, what was decided.

    `own` is the state of the member's own rating, `barred` why she may not rate; `overall` is null where marks are not
    to be seen yet. `gone`: its network has withdrawn it.
    """

    region: str
    item_id: UUID
    title: str
    round: str | None
    gone: bool
    groups: dict[str, int]
    missing: list[str]
    own: str | None
    barred: str | None
    overall: dict[str, SpreadOut] | None
    decision: DecisionOut | None


class SittingDetail(SittingOut):
    """A sitting with what is up in it."""

    items: list[AgendaItem]


class RatingOut(Answer):
    """A rating as its writer sees it."""

    state: str
    revision: int
    marks: dict[str, Any]
    changed_at: datetime


class SaidOut(BaseModel):
    """What a member said, and for which group; nobody is named."""

    seat: str
    own: bool
    marks: dict[str, Any]


class ItemDetail(BaseModel):
    """A proposal of a sitting with its sheet, the own rating, and what may be seen of the others'."""

    sitting: SittingOut
    item: AgendaItem
    told_on: date
    sheet: dict[str, Any]
    sections: list[tuple[str, str]]
    missing_texts: list[str]
    rating: RatingOut | None
    ratings: list[SaidOut] | None
    by_group: dict[str, dict[str, SpreadOut]] | None
    history: list[DecisionOut]
