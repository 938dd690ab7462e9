"""Follow-ups as metrics: how many of a network are open, overdue, answered (docs/cockpit.md)."""

from collections import Counter

from services.reporting.quality import store
from services.reporting.quality.states import overdue, state
from shared import clock
from shared.database import SessionFactory
from shared.telemetry import gauge
from shared.topology import CENTRE, load_topology
from shared.vocabulary.quality import FollowUpState

FOLLOW_UPS = gauge("iq_follow_ups", "Follow-ups on findings that are not closed, by state", "state")
OVERDUE = "overdue"


class FollowUpGauges:
    """Keeps the gauge up to date."""

    def __init__(self, sessions: SessionFactory, network: str) -> None:
        self.sessions, self.network = sessions, network

    async def refresh(self) -> None:
        """Count and show; a network without any has zeros."""
        async with self.sessions() as session:
            found = await store.follow_ups(session)
        today = clock.today()
        counts = Counter((region, state(one).value) for region, one in found)
        late = Counter(region for region, one in found if overdue(one, today))
        for region in load_topology() if self.network == CENTRE else (self.network,):
            for name in (FollowUpState.OPEN, FollowUpState.ANSWERED):
                FOLLOW_UPS.labels(region, name.value).set(counts[region, name.value])
            FOLLOW_UPS.labels(region, OVERDUE).set(late[region])
