"""What every act on the board begins with: an open sitting, a proposal that is up in it, the ratings that count."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board import store
from services.reporting.board.proposals import Proposal, proposals
from services.reporting.board.rules import Rated
from services.reporting.board.tables import RatingRow, SittingRow
from shared.problems import Problem
from shared.vocabulary.board import BoardGroup, SittingState

NO_SITTING = "Diese Sitzung gibt es nicht."
NOT_UP = "Dieser Vorschlag steht in dieser Sitzung nicht zur Bewertung, oder sein Netzwerk hat ihn zurückgezogen."
CLOSED = "Diese Sitzung ist geschlossen; in ihr wird nichts mehr bewertet und nichts mehr entschieden."


async def found(session: AsyncSession, sitting_id: UUID) -> SittingRow:
    """A sitting that is open, kept for this writer. Raises Problem 404 or 409."""
    row = await store.sitting(session, sitting_id, to_change=True)
    if row is None:
        raise Problem(404, NO_SITTING)
    if row.state != SittingState.OPEN:
        raise Problem(409, CLOSED)
    return row


async def on_agenda(session: AsyncSession, sitting_id: UUID, item_id: UUID) -> Proposal:
    """A proposal that is up in a sitting. Raises Problem 404."""
    rows = [row for row in await store.agenda(session, [sitting_id]) if row.item_id == item_id]
    known = await proposals(session, [item_id]) if rows else {}
    one = known.get((rows[0].region, item_id)) if rows else None
    if one is None:
        raise Problem(404, NOT_UP)
    return one


def rated(rows: Collection[RatingRow]) -> list[Rated]:
    """Ratings as the rules take them."""
    return [Rated(BoardGroup(row.seat), row.marks) for row in rows]
