"""Makes the keys of persons anew when the rules of names have changed, after an upgrade, while the service works."""

import asyncio
import logging

from sqlalchemy.exc import DBAPIError

from services.registration.person_store import renew_keys
from shared.database import AWAY, SessionFactory

log = logging.getLogger(__name__)

BATCH = 200
RETRY_SECONDS = 10.0


async def renew_all(sessions: SessionFactory) -> None:
    """Renew batch by batch until no person has old keys; a database that is away is asked again."""
    while True:
        try:
            async with sessions() as session, session.begin():
                renewed = await renew_keys(session, BATCH)
        except (DBAPIError, *AWAY) as error:
            log.warning("keys of persons: %s", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
            continue
        if renewed < BATCH:
            return
