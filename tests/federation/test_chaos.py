"""The short form of `make chaos`: each kind of process killed once during a load, the hub away in between."""

from pathlib import Path

import pytest

from chaos.scenario import play
from tests.support.local_run import start_local_run

SEED = 20261124


@pytest.mark.slow
@pytest.mark.xdist_group("local-run")
@pytest.mark.timeout(240)
async def test_nothing_is_lost_or_counted_twice_whatever_is_killed(tmp_path: Path) -> None:
    run = start_local_run(tmp_path / "local", "rp")
    try:
        result = await play(run, count=300, seed=SEED, pause=0.4)
    finally:
        run.stop()
    assert result.good, result
