"""What of completed programmes is due: the meetings that a calendar year brings (IKKE-26, IKBO-08)."""

from datetime import date
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance.yearly import EXPECTED, missing
from services.registration.contact_tables import ContactPersonRow
from services.registration.run_tables import ParticipantRow, RunMeetingRow, TrainingRunRow
from services.registration.store import Carriers
from shared import clock
from shared.clock import BERLIN
from shared.security import Principal
from shared.vocabulary import Programme
from shared.vocabulary.attendance import Stage
from shared.vocabulary.runs import RunMeetingState


async def open_items(session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """Yearly meetings that are missing from the plan of the own carrier."""
    year, carriers = clock.today().year, principal.carriers
    completed = {
        Programme.IKKE_MIB: await _qualified(session, carriers),
        Programme.IKBO: await _graduated(session, carriers),
    }
    found = []
    for programme, years in completed.items():
        title = missing(programme, year, years, await _planned(session, carriers, programme)) if years else None
        if title is not None:
            due = {"kind": "yearly_meeting", "entity_id": principal.carrier, "link": "/durchgaenge"}
            found.append(due | {"title": title, "due": date(year, 12, 31)})
    return found


async def _qualified(session: AsyncSession, carriers: Carriers) -> list[int]:
    """Years in which contact persons in office were qualified."""
    row = ContactPersonRow
    own = (col(row.carrier_id).in_(carriers), col(row.withdrawn).is_(False), col(row.inactive_on).is_(None))
    people = await session.exec(select(row).where(*own, col(row.qualified_on).is_not(None)))
    return [one.qualified_on.year for one in people if one.qualified_on is not None]


async def _graduated(session: AsyncSession, carriers: Carriers) -> list[int]:
    """Years of the last dates of runs in which somebody has graduated."""
    graduates = select(ParticipantRow.run_id).where(
        col(ParticipantRow.carrier_id).in_(carriers), ParticipantRow.stage == Stage.GRADUATED.value
    )
    return await _years(session, col(RunMeetingRow.run_id).in_(graduates))


async def _planned(session: AsyncSession, carriers: Carriers, programme: Programme) -> list[int]:
    """Years of the yearly days of a programme that are planned or held."""
    runs = select(TrainingRunRow.run_id).where(
        col(TrainingRunRow.carrier_id).in_(carriers),
        col(TrainingRunRow.withdrawn).is_(False),
        TrainingRunRow.programme == programme.value,
    )
    of_step = RunMeetingRow.step == EXPECTED[programme].step
    return await _years(session, col(RunMeetingRow.run_id).in_(runs), of_step)


async def _years(session: AsyncSession, *where: Any) -> list[int]:
    there = (col(RunMeetingRow.withdrawn).is_(False), RunMeetingRow.state != RunMeetingState.CANCELLED.value)
    rows = await session.exec(select(RunMeetingRow.starts_at).where(*there, *where))
    return [at.astimezone(BERLIN).year for at in rows]
