"""Nobody comes back from a backup: the erasure journal is replayed before a restored network starts."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from deploy.local.databases import database_name
from deploy.local.processes import Site
from services.counselling.rights.replaying import replay as replay_counselling
from services.registration.rights.journal import replay as replay_registration
from shared.database import ROLE, make_engine, migrate, session_factory
from shared.rights.journal import Entry, ReferenceEntry, read

REPLAYS = {"registration": replay_registration, "counselling": replay_counselling}


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
            pool.submit(asyncio.run, _replay(service, site.postgres.url(name, ROLE), entries, key)).result()
    return len(entries)


async def _replay(service: str, url: str, entries: Sequence[Entry | ReferenceEntry], key: str) -> None:
    engine = make_engine(url)
    try:
        async with session_factory(engine)() as session, session.begin():
            await REPLAYS[service](session, entries, key)
    finally:
        await engine.dispose()
