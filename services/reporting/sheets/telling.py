"""The board's decisions on their way to the networks: told on `down` until the centre's own facts show them (GP-07).

Nothing of it needs to be remembered, and no network is asked: an item that follows a decision tells so with its next
revision. A network that was away, or set back to an old backup, is told again.
"""

from dataclasses import dataclass
from functools import partial
from itertools import groupby

from faststream.nats import NatsBroker

from services.reporting.exchange import telling
from services.reporting.sheets.rules import TOLD, Known
from services.reporting.sheets.store import decisions
from shared.contracts.decisions import LONGEST_REASONS, MOST_DECISIONS, DecidedItem, ItemsDecided, decided_subject
from shared.database import SessionFactory
from shared.topology import load_topology


def decided(known: Known) -> DecidedItem:
    """A decision as its network hears it; never who decided, nor what members said."""
    return DecidedItem(
        item_id=known.item_id,
        revision=known.revision,
        outcome="selected" if known.outcome == "selected" else "not_selected",
        decided_on=known.decided_on,
        reasons=known.reasons[:LONGEST_REASONS],
    )


@dataclass(frozen=True)
class Decisions:
    """The centre's side: a round each `seconds`."""

    sessions: SessionFactory
    seconds: float

    async def run(self, broker: NatsBroker) -> None:
        """Tell for ever."""
        await telling("decisions of the board", partial(self.tell, broker), self.seconds)

    async def tell(self, broker: NatsBroker) -> list[str]:
        """Tell every network the decisions that its items do not show yet; which ones."""
        async with self.sessions() as session:
            left = [one for one in await decisions(session) if one.standing in TOLD and one.region in load_topology()]
        told = []
        for region, group in groupby(sorted(left, key=lambda one: one.region), key=lambda one: one.region):
            state = ItemsDecided(decisions=tuple(map(decided, list(group)[:MOST_DECISIONS])))
            await broker.connection.publish(decided_subject(region), state.model_dump_json().encode())
            told.append(region)
        return told
