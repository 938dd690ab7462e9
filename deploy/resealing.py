"""Seals a counselling database anew under the network's next key: `python -m deploy.resealing`, as a Job in a cluster.

It reads IQ_DATABASE_URL, IQ_SEALING_KEY (the new key) and IQ_SEALING_KEY_BEFORE. Services run beside it with both keys,
so that nothing is out of reach meanwhile; it may be stopped at any time and run again.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

from services.counselling.resealing import Tally, reseal
from services.gateway.seal import resealed
from shared.database import make_engine, session_factory


async def reseal_database(url: str, keys: Sequence[str]) -> tuple[Tally, Tally]:
    """Seal all confidential data and drafts of a counselling database by the first of the keys; what became of them."""
    engine = make_engine(url)
    try:
        return await reseal(session_factory(engine), keys, resealed)
    finally:
        await engine.dispose()


def told(records: Tally, drafts: Tally) -> str:
    """What was done, in a sentence."""
    return f"Neu verschlüsselt: {records.done} vertrauliche Angaben und {drafts.done} Entwürfe."


def lost(records: Tally) -> str:
    """What no key opens, in a sentence."""
    return (
        f"{records.lost} vertrauliche Angaben öffnet keiner der Schlüssel; sie blieben unverändert. "
        "Bitte beide Schlüssel behalten und mit einer Sicherung vergleichen."
    )


def main() -> None:
    """Do it; with exit code 1 where something opens with none of the keys."""
    keys = [os.environ[name] for name in ("IQ_SEALING_KEY", "IQ_SEALING_KEY_BEFORE")]
    records, drafts = asyncio.run(reseal_database(os.environ["IQ_DATABASE_URL"], keys))
    print(told(records, drafts))
    if records.lost:
        sys.exit(lost(records))


if __name__ == "__main__":
    main()
