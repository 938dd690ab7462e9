"""Rows of the board as its API says them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.reporting.board.answers import (
    AgendaItem,
    CriterionOut,
    DecisionOut,
    ProposalOut,
    SittingOut,
    SpreadOut,
)
from services.reporting.board.criteria import criteria
from services.reporting.board.finding import rated
from services.reporting.board.proposals import Key, Proposal
from services.reporting.board.rules import Spread, assess, missing_texts
from services.reporting.board.store import handed_in
from services.reporting.board.tables import BoardDecisionRow, RatingRow, SittingRow


def criteria_out() -> list[CriterionOut]:
    """All criteria."""
    return [CriterionOut.model_validate(one) for one in criteria().values()]


def decision_out(row: BoardDecisionRow | None) -> DecisionOut | None:
    """The newest revision of a decision."""
    return DecisionOut.model_validate(row) if row else None


def sitting_out(row: SittingRow, **more: Any) -> SittingOut:
    """A sitting in a list."""
    return SittingOut.model_validate(row).model_copy(update=more)


def spreads(found: Mapping[str, Spread]) -> dict[str, SpreadOut]:
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
    found, visible = assess(rated(counting)), more.pop("visible")
    return AgendaItem(
        region=key[0],
        item_id=key[1],
        title=one.title if one else "Vom Netzwerk zurückgezogen",
        round=one.round if one else None,
        gone=one is None,
        groups=dict(Counter(row.seat for row in counting)),
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
