"""What the board's API says; who a member or decider is stands in none of it, only for which group she rated."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.reporting.board.criteria import criteria
from services.reporting.board.handlers import rated
from services.reporting.board.proposals import Key, Proposal
from services.reporting.board.rules import Assessment, assess, missing_texts
from services.reporting.board.store import handed_in
from services.reporting.board.tables import BoardDecisionRow, RatingRow, SittingRow


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
    missing_texts: list[str]
    rating: RatingOut | None
    ratings: list[SaidOut] | None
    by_group: dict[str, dict[str, SpreadOut]] | None
    history: list[DecisionOut]


def criteria_out() -> list[CriterionOut]:
    """All criteria."""
    return [CriterionOut.model_validate(one) for one in criteria().values()]


def decision_out(row: BoardDecisionRow | None) -> DecisionOut | None:
    """The newest revision of a decision."""
    return DecisionOut.model_validate(row) if row else None


def sitting_out(row: SittingRow, **more: Any) -> SittingOut:
    """A sitting in a list."""
    return SittingOut.model_validate(row).model_copy(update=more)


def spreads(found: Any) -> dict[str, SpreadOut]:
    """Spreads by criterion."""
    return {code: SpreadOut.model_validate(one) for code, one in found.items()}


def agenda_item(
    key: Key,
    one: Proposal | None,
    rows: Sequence[RatingRow],
    decision: BoardDecisionRow | None,
    **more: Any,
) -> AgendaItem:
    """A proposal of a sitting; `more`: `own`, `barred`, and `visible`, whether marks are to be seen."""
    counting = handed_in(rows)
    found: Assessment = assess(rated(counting))
    groups: dict[str, int] = {}
    for row in counting:
        groups[row.seat] = groups.get(row.seat, 0) + 1
    visible = more.pop("visible")
    return AgendaItem(
        region=key[0],
        item_id=key[1],
        title=one.title if one else "Vom Netzwerk zurückgezogen",
        round=one.round if one else None,
        gone=one is None,
        groups=groups,
        missing=[group.value for group in found.missing],
        overall=spreads(found.overall) if visible else None,
        decision=decision_out(decision),
        **more,
    )


def proposal_out(one: Proposal, state: str, sitting_id: UUID | None, decision: BoardDecisionRow | None) -> ProposalOut:
    """A proposal in a list."""
    return ProposalOut(
        region=one.region,
        item_id=one.item_id,
        title=one.title,
        round=one.round,
        told_on=one.told_on,
        state=state,
        ready=bool(one.sheet),
        missing_texts=missing_texts(one.sheet),
        sitting_id=sitting_id,
        decision=decision_out(decision),
    )
