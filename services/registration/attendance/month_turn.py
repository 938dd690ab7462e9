"""Counts the contact persons of a new month though nobody changes one: a stock is told for every month."""

import asyncio
import logging

from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from services.registration import publishing
from services.registration.attendance.contacts import count_months
from services.registration.contact_tables import ContactPersonsRow
from shared import clock
from shared.database import AWAY, SessionFactory
from shared.recording import Revisions, month_days

log = logging.getLogger(__name__)
EVERY_SECONDS = 3600.0
SUBJECT = "counting"
"""Stands in the audit instead of an account."""


async def count_now(sessions: SessionFactory, region: str) -> None:
    """Count from the last month that was counted to this one; without any there is nothing to go on."""
    async with sessions() as session, session.begin():
        last = (await session.exec(select(func.max(ContactPersonsRow.month)))).one()
        if last is not None:
            revisions = Revisions(session, region, SUBJECT, clock.now(), publishing.row_messages)
            await count_months(session, revisions, month_days(last)[0], clock.today())


async def keep_counting(sessions: SessionFactory, region: str) -> None:
    """Count every hour, for as long as the service runs."""
    while True:
        try:
            await count_now(sessions, region)
        except (DBAPIError, *AWAY) as error:
            log.warning("contact persons: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
