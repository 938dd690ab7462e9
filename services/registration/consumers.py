"""What registration learns from counselling: who is proposed to a qualification; the newest revision wins."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.proposals import store
from shared.contracts.registry import PROPOSAL
from shared.messaging.ingest import Received


async def learn(session: AsyncSession, events: Sequence[Received]) -> None:
    """Apply proposals in the caller's transaction; counselling's other events are not ours."""
    bodies = [event.body.model_dump(include=store.FIELDS) for event in events if event.event is PROPOSAL]
    await store.keep(session, bodies)
