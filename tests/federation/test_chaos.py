"""The short form of `make chaos`: every kind of process and of fault once, at least 25 kills, during 3,000 events."""

import pytest

from chaos.federation import federation
from chaos.scenario import Size, play

SEED = 20261126
SIZE = Size(["rp", "sl", "sn", "hb"], events=3000, kills=25, pause=0.5, at_once=10)


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_nothing_is_lost_doubled_or_wrong_whatever_is_struck() -> None:
    async with federation(SIZE.networks) as attacked:
        outcome, _ = await play(attacked, SIZE, SEED)
    print(outcome)  # shown with -s: what struck, and how long it took to settle
    assert outcome.good, outcome
