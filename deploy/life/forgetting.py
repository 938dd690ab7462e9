"""Nobody comes back from a backup: the erasure journal is replayed before a restored network starts."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from deploy.local.databases import database_name
from deploy.local.processes import Site
from deploy.replay import REPLAYS, replay_journal
from shared.database import ROLE, migrate
from shared.rights.journal import read


def forget_again(site: Site, network: str) -> int:
    """Erase in the restored databases whom the journal names; how many persons it names. PostgreSQL must run."""
    entries = read(site.paths.erasures(network))
    if not entries:
        return 0
    key = site.keys.signing(network)
    for service in REPLAYS:
        name = database_name(network, service)
        migrate(service, site.postgres.url(name))  # the backup may be of an older version
        # A thread of its own: whoever restores may run a loop already.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, replay_journal(service, site.postgres.url(name, ROLE), entries, key)).result()
    return len(entries)
