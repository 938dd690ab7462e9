"""What the desk asks of registration: what is due, and whether anything has changed since it looked."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store
from services.registration.appointments import desk as appointments_desk
from services.registration.attendance import desk as attendance_desk
from services.registration.items.undocumented import undocumented
from services.registration.measures.store import unended
from services.registration.offers import reminders
from services.registration.proposals.store import unanswered
from services.registration.runs import desk as runs_desk
from shared import clock
from shared.importing.waiting import imports_waiting
from shared.security import Principal, allowed, require

router = APIRouter(prefix="/api/v1")

LOOKED_BACK = timedelta(days=90)
"""An offering that ended longer ago and has no numbers was most likely not held."""
ANSWER_WITHIN = timedelta(days=14)
"""By then whoever proposed somebody knows whether there is a place."""


class Due(BaseModel):
    """Something open: what, since or until when, and where it is done. No name; `person_id` where one belongs to it."""

    kind: str
    entity_id: UUID
    title: str
    due: date
    link: str
    person_id: UUID | None = None


class Dues(BaseModel):
    """What is open for the one who asks."""

    items: list[Due]


class Mark(BaseModel):
    """The state of the own carrier's meetings in a word; another mark after the same `floor` is another state."""

    floor: int
    mark: str


@router.get("/due")
async def get_due(request: Request, principal: Annotated[Principal, Depends(require("due:read"))]) -> Dues:
    """Everything open for the one who asks, of every kind the role may do."""
    items: list[Due] = []
    async with request.app.state.sessions() as session:
        for permission, find in KINDS:
            if allowed(principal, permission):
                items += await find(request, session, principal)
    return Dues(items=items)


async def imports(request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Files to map and rows to mend."""
    kinds = [kind for kind, _ in request.app.state.imports.kinds.values()]
    return [Due(**found) for found in await imports_waiting(session, kinds, principal)]


async def uncounted(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Offerings that are over without a headcount or a participation."""
    today = clock.today()
    over = await store.uncounted_offerings(session, principal.carriers, today - LOOKED_BACK, today)
    return [
        Due(
            kind="offering_uncounted",
            entity_id=row.offering_id,
            title=f"Angebot {row.external_id}: noch keine Teilnehmendenzahl",
            due=row.ends + timedelta(days=1),
            link="/import",
        )
        for row in over
        if row.ends is not None
    ]


async def appointments(request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Who waits for a time, who could not be told, and which appointments have no end."""
    return [Due(**found) for found in await appointments_desk.open_items(request, session, principal)]


async def proposals(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Proposals that wait for an answer, in one item."""
    rows = await unanswered(session, principal.carriers)
    if not rows:
        return []
    many = "Ein Vorschlag wartet" if len(rows) == 1 else f"{len(rows)} Vorschläge warten"
    item: dict[str, Any] = {"kind": "proposal_unanswered", "entity_id": rows[0].proposal_id, "link": "/vorschlaege"}
    return [Due(title=f"{many} auf Ihre Antwort", due=rows[0].proposed_on + ANSWER_WITHIN, **item)]


async def yearly_meetings(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Meetings that a calendar year brings and nobody has planned yet."""
    return [Due(**found) for found in await attendance_desk.open_items(session, principal)]


async def runs(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Dates of runs that come up or have no end, deadlines, and steps without a date."""
    return [Due(**found) for found in await runs_desk.open_items(session, principal)]


async def projects(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Runs whose projects are not all described before the closing event (IKO-25)."""
    return [
        Due(
            kind="projects_undocumented",
            entity_id=one.run_id,
            title=f"{one.title}: {one.projects} von {one.houses} Projekten beschrieben",
            due=one.closing,
            link="/vorgaenge?art=project",
        )
        for one in await undocumented(session, principal.carriers, clock.today())
    ]


async def unended_participations(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Measures that are over with participations that have no end yet, one item for each."""
    found = []
    for row, many in await unended(session, principal.carriers, clock.today()):
        words = "eine Teilnahme" if many == 1 else f"{many} Teilnahmen"
        title, link = f"Angebot {row.external_id} ist vorbei: {words} ohne Ende", quote(row.external_id or "", safe="")
        since = (row.ends or clock.today()) + timedelta(days=1)
        item: dict[str, Any] = {"kind": "participations_unended", "entity_id": row.offering_id, "title": title}
        found.append(Due(due=since, link=f"/teilnahmen?angebot={link}&stand=running", **item))
    return found


async def short_runs(request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Runs that have too few registrations shortly before their deadline."""
    return [Due(**found) for found in await reminders.open_items(request, session, principal)]


Find = Callable[[Request, AsyncSession, Principal], Awaitable[list[Due]]]
KINDS: tuple[tuple[str, Find], ...] = (
    ("imports:run", imports),
    ("imports:run", uncounted),
    ("appointments:read", appointments),
    ("proposals:write", proposals),
    ("runs:write", yearly_meetings),
    ("runs:write", runs),
    ("items:write", projects),
    ("participations:write", unended_participations),
    ("runs:write", short_runs),
)
"""Every kind of open item of this service, and the permission that makes it somebody's."""


@router.get("/changes")
async def get_changes(
    request: Request,
    principal: Annotated[Principal, Depends(require("meetings:read"))],
    floor: Annotated[int | None, Query(ge=0)] = None,
) -> Mark:
    """The mark of the own carrier's meetings; `floor` as given the last time."""
    async with request.app.state.sessions() as session:
        start = await store.last_message(session) if floor is None else floor
        seen = await store.movements(session, principal.carriers, start)
    return Mark(floor=start, mark=hashlib.sha256(repr(seen).encode()).hexdigest()[:32])
