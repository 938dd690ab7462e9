"""Takes in the board's decisions: each makes the next revision of its item, however often and in any order it is told.

That the item then shows it, is what the centre takes for its confirmation; until then it tells it again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import publishing
from services.registration.decisions.rules import holds, state_after
from services.registration.item_tables import ItemDecisionRow, ItemRow
from shared import clock
from shared.contracts.decisions import DecidedItem, ItemsDecided
from shared.database import SessionFactory
from shared.recording import Revisions
from shared.vocabulary import ItemKind

log = logging.getLogger(__name__)

BOARD = "board"
"""Who has done it, in the audit."""


@dataclass(frozen=True)
class Decisions:
    """The network's side; `wake` wakes the relay."""

    sessions: SessionFactory
    network: str
    wake: Callable[[], None]

    async def hear(self, body: bytes) -> None:
        """Take in the centre's state. Raises ValidationError for what cannot be read."""
        told = ItemsDecided.model_validate_json(body)
        async with self.sessions() as session, session.begin():
            revisions = Revisions(session, self.network, BOARD, clock.now(), publishing.row_messages)
            # By id, so that two workers never wait for each other.
            ordered = sorted(told.decisions, key=lambda one: one.item_id)
            changed = [one for one in ordered if await _follow(session, revisions, await _keep(session, one))]
            await revisions.write()
        if changed:
            log.info("decisions of the board: %d items follow", len(changed))
            self.wake()


async def _keep(session: AsyncSession, told: DecidedItem) -> ItemDecisionRow:
    """The decision that holds now."""
    kept = await session.get(ItemDecisionRow, told.item_id, with_for_update=True)
    if kept is not None and not holds(told, kept):
        return kept
    row = kept or ItemDecisionRow(**told.model_dump(), heard_on=clock.today())
    row.sqlmodel_update(told.model_dump())
    session.add(row)
    return row


async def _follow(session: AsyncSession, revisions: Revisions, decision: ItemDecisionRow) -> bool:
    """Make an item what was decided of it; whether that changed anything. One that is withdrawn stays so."""
    query = select(ItemRow).where(ItemRow.item_id == decision.item_id).with_for_update()
    row = (await session.exec(query)).first()
    if row is None or row.withdrawn or row.item_kind != ItemKind.GOOD_PRACTICE:
        return False
    state = state_after(row.state, decision.outcome)
    if (row.state, row.decision) == (state, decision.revision):
        return False
    row.state, row.decision = state, decision.revision
    row.revision, row.recorded_on = row.revision + 1, max(clock.today(), row.recorded_on)
    revisions.add(row, "item.decided")
    return True
