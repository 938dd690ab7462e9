"""Old backups of each store on a running federation: nothing is skipped silently (reliability of design 6)."""

import pytest

from chaos.ages import HOUR, WEEK, Age
from chaos.federation import federation
from chaos.oracle import Oracle
from chaos.restores import Restores

SEED = 20261126


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("age", [HOUR, WEEK], ids=["one-hour", "seven-days"])
async def test_after_an_old_backup_everything_is_there_again_or_listed(age: Age) -> None:
    async with federation(["rp"]) as attacked:
        restores = Restores(attacked, Oracle(), "rp", SEED, age)
        found = await restores.run()
    print("\n" + "".join(restores.told))  # shown with -s, for docs/backup.md
    assert found == {"broker of de": [], "broker of rp": [], "database of de": [], "database of rp": []}
