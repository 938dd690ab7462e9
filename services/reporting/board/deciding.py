"""Decisions: made by people when all four groups have rated, opened again, never overwritten (GP-06 to GP-08)."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board import store
from services.reporting.board.commands import Decide, Reopen
from services.reporting.board.finding import NO_SITTING, found, on_agenda, rated
from services.reporting.board.proposals import Proposal
from services.reporting.board.rules import assess, check_reasons, undecidable
from services.reporting.board.tables import BoardDecisionRow
from shared.problems import Problem, invalid
from shared.recording import Actor
from shared.vocabulary.board import DecisionState

DECISION_MOVED = (
    "Inzwischen hat jemand anderes über diesen Vorschlag entschieden oder die Entscheidung wieder geöffnet. Nichts von "
    "Ihrer Eingabe ist verloren; unten steht, was jetzt gilt."
)
STANDS = (
    "Über diesen Vorschlag ist entschieden. Um neu zu entscheiden, öffnen Sie die Entscheidung bitte wieder und sagen, "
    "warum."
)
NOTHING_DECIDED = "Über diesen Vorschlag ist nichts entschieden, was sich wieder öffnen ließe."


async def decide(
    session: AsyncSession, sitting_id: UUID, item_id: UUID, command: Decide, actor: Actor
) -> BoardDecisionRow:
    """Decide about a proposal when all four groups have rated (GP-06 to GP-08). Raises Problem 404, 409 or 422."""
    await found(session, sitting_id)
    one = await on_agenda(session, sitting_id, item_id)
    stored = (await store.decisions(session, [one.key])).get(one.key)
    same = stored is not None and (stored.outcome, stored.reasons) == (command.outcome, command.reasons)
    if stored is not None and stored.state == DecisionState.DECIDED and same:
        return stored
    _check_seen(stored, command.revision)
    if stored is not None and stored.state == DecisionState.DECIDED:
        raise Problem(409, STANDS)
    rows = store.handed_in(await store.ratings(session, sitting_id, item_id))
    if missing := assess(rated(rows)).missing:
        raise Problem(409, undecidable(missing))
    if problems := check_reasons(command.reasons, confirmed=command.confirmed):
        raise invalid(*problems)
    return _add(session, one, stored, sitting_id, (DecisionState.DECIDED, command.outcome, command.reasons), actor)


async def reopen(
    session: AsyncSession, sitting_id: UUID, item_id: UUID, command: Reopen, actor: Actor
) -> BoardDecisionRow:
    """Open a decision anew: it no longer holds, and nothing of it is overwritten. Raises Problem 404, 409 or 422."""
    if await store.sitting(session, sitting_id, to_change=True) is None:
        raise Problem(404, NO_SITTING)
    one = await on_agenda(session, sitting_id, item_id)
    stored = (await store.decisions(session, [one.key])).get(one.key)
    _check_seen(stored, command.revision)
    if stored is None or stored.state != DecisionState.DECIDED:
        raise Problem(409, NOTHING_DECIDED)
    if problems := check_reasons(command.reasons, confirmed=command.confirmed):
        raise invalid(*problems)
    return _add(session, one, stored, sitting_id, (DecisionState.REOPENED, stored.outcome, command.reasons), actor)


def _check_seen(stored: BoardDecisionRow | None, seen: int) -> None:
    if (stored.revision if stored else 0) != seen:
        raise Problem(409, DECISION_MOVED)


def _add(
    session: AsyncSession,
    one: Proposal,
    stored: BoardDecisionRow | None,
    sitting_id: UUID,
    said: tuple[str, str, str],
    actor: Actor,
) -> BoardDecisionRow:
    state, outcome, reasons = (str(part) for part in said)
    row = BoardDecisionRow(
        region=one.region,
        item_id=one.item_id,
        revision=(stored.revision if stored else 0) + 1,
        state=state,
        outcome=outcome,
        reasons=reasons,
        decided_on=actor.today,
        decided_by=actor.principal.subject,
        sitting_id=sitting_id,
    )
    session.add(row)
    return row
