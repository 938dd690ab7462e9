"""Participations and offerings as they are shown; names only to those who keep participations, and that is noted."""

from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store as records
from services.registration.measures import store
from services.registration.measures.rules import notices, with_days
from services.registration.tables import OfferingRow, ParticipationRow
from shared.audit import readings
from shared.security import Principal, allowed
from shared.vocabulary import ProgrammeLine

HIDDEN = {"carrier_id", "row_hash", "row_recorded_on", "ended_recorded_on"}
HIDDEN |= {"person_key", "company_key", "esf_participant_id"}


def looked_at(row: ParticipationRow, offering: OfferingRow) -> list[dict[str, str]]:
    """What to look at in a participation."""
    return [notice._asdict() for notice in notices(with_days(row.model_dump()), offering.model_dump())]


async def page(
    session: AsyncSession, principal: Principal, wanted: store.Wanted, verb: Literal["listed", "read"]
) -> tuple[list[dict[str, Any]], int]:
    """Participations as they are shown, and how many there are; what and whose name is shown is noted."""
    rows, total = await store.list_participations(session, principal.carriers, wanted)
    found = [row for row, _ in rows]
    people = await names(session, principal, found)
    if verb == "read" and found:
        await readings.read(session, principal, "participation", found[0])
    else:
        await readings.listed(session, principal, "participation", found)
    keys = [row.key for row in found]
    arrived, unreported = await records.arrived(session, keys), await records.unreported(session, keys)
    items = []
    for row, offering in rows:
        name = people.get(row.person_id) if row.person_id else None
        sent = row.key not in unreported and row.programme_line != ProgrammeLine.MIGRATION_SERVICE
        state = {"arrived_at": arrived.get((row.key, row.revision)), "reported": sent}
        items.append(shown(row, offering) | {"name": name} | state)
    return items, total


async def names(session: AsyncSession, principal: Principal, rows: list[ParticipationRow]) -> dict[UUID, str]:
    """Names of those who are in the register, for whoever keeps participations; that they were shown is noted."""
    if not allowed(principal, "participations:write"):
        return {}
    keys = [row.person_id for row in rows if row.person_id is not None]
    people = await store.persons(session, keys)
    await readings.listed(session, principal, "person", people)
    return {row.person_id: row.name for row in people}


def shown(row: ParticipationRow, offering: OfferingRow) -> dict[str, Any]:
    """A participation with its offering and what to look at."""
    more: dict[str, Any] = {
        "offering": offering.external_id,
        "offering_title": offering.title,
        "measure": offering.measure,
    }
    more |= {"company_known": row.company_key is not None, "notices": looked_at(row, offering)}
    return row.model_dump(exclude=HIDDEN) | more
