"""Nobody comes back from a backup: the erasure journal is replayed in a restored database.

`python -m deploy.replay SERVICE`, for registration and counselling, before their processes start. It reads
IQ_DATABASE_URL, IQ_SIGNING_KEY (the one of always: references are hashed with it) and IQ_ERASURE_JOURNAL, and may run
again.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from services.counselling.rights.replaying import replay as replay_counselling
from services.registration.rights.journal import replay as replay_registration
from shared.database import make_engine, session_factory
from shared.rights.journal import Entry, ReferenceEntry, read

REPLAYS = {"registration": replay_registration, "counselling": replay_counselling}


async def replay_journal(service: str, url: str, entries: Sequence[Entry | ReferenceEntry], key: str) -> None:
    """Erase in a service's database whom the journal names, in one transaction. Repeatable."""
    engine = make_engine(url)
    try:
        async with session_factory(engine)() as session, session.begin():
            await REPLAYS[service](session, entries, key)
    finally:
        await engine.dispose()


def main() -> None:
    """Do it, and say how many persons the journal names; none is a mistake of mounting, not of nobody."""
    service = sys.argv[1]
    path = Path(os.environ["IQ_ERASURE_JOURNAL"])
    if not path.exists():
        sys.exit(f"Es gibt kein Löschjournal in {path}: Ist der Datenträger eingebunden?")
    entries = read(path)
    asyncio.run(replay_journal(service, os.environ["IQ_DATABASE_URL"], entries, os.environ["IQ_SIGNING_KEY"]))
    print(f"{service}: {len(entries)} gelöschte Personen laut Löschjournal")


if __name__ == "__main__":
    main()
