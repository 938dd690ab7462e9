"""Old backups of each store on a running federation: nothing is skipped silently (reliability of design 6)."""

import pytest

from chaos.federation import federation
from chaos.oracle import Oracle
from chaos.restores import Restores

SEED = 20261126


@pytest.mark.long
@pytest.mark.timeout(420)
async def test_after_an_old_backup_everything_is_there_again_or_listed() -> None:
    async with federation(["rp"]) as attacked:
        found = await Restores(attacked, Oracle(), "rp", SEED).run()
    assert found == {"broker of de": [], "broker of rp": [], "database of de": [], "database of rp": []}
