"""What the desk asks of counselling: what is due, and whether anything has changed since it looked."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import drafts, store
from services.counselling.cases import open_items
from services.counselling.procedures.telling import due_soon
from services.counselling.referrals import open_items as referral_items
from shared import clock
from shared.importing.waiting import imports_waiting
from shared.security import Principal, allowed, require

router = APIRouter(prefix="/api/v1")

OVERDUE = timedelta(days=1)
"""By then a record has arrived at the nation, or something is in its way."""
# Form of a draft: what it will become, and where it is finished.
FORMS = {
    "session": ("Beratung", "/beratungen/neu"),
    "group": ("Gruppeninformation", "/gruppen/neu"),
    "meeting": ("Schulung oder Veranstaltung", "/schulungen/neu"),
    "participation": ("Teilnahme", "/teilnahmen/neu"),
    "person": ("Person", "/personen/neu"),
}


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
    """The state of the own carrier's records in a word; another mark after the same `floor` is another state."""

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


async def unfinished(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Drafts of the account."""
    return [
        Due(
            kind="draft",
            entity_id=row.draft_id,
            title=f"Entwurf: {FORMS[row.form][0]}",
            due=row.saved_at.astimezone(clock.BERLIN).date(),
            link=f"{FORMS[row.form][1]}?entwurf={row.draft_id}",
            person_id=row.person_id,
        )
        for row in await drafts.unfinished(session, principal)
    ]


async def not_arrived(_request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Sessions that the nation has not confirmed within a day: the record itself, or the list where there are more."""
    late = await store.late_sessions(session, principal.carriers, clock.now() - OVERDUE)
    if not late:
        return []
    first = late[0]
    item: dict[str, Any] = {"title": "Beratung ist noch nicht beim Bund angekommen", "person_id": first.person_id}
    item["link"] = f"/beratungen/{first.session_id}"
    if len(late) > 1:
        some = f"{len(late)}" if len(late) < store.MANY else f"{store.MANY} oder mehr"
        item = {"title": f"{some} Beratungen sind noch nicht beim Bund angekommen"}
        item["link"] = "/beratungen?unterwegs=1"
    due = (first.created_at + OVERDUE).astimezone(clock.BERLIN).date()
    return [Due(kind="not_arrived", entity_id=first.session_id, due=due, **item)]


async def imports(request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
    """Files to map and rows to mend."""
    kinds = [kind for kind, _ in request.app.state.imports.kinds.values()]
    return [Due(**found) for found in await imports_waiting(session, kinds, principal)]


Told = Callable[[Request, AsyncSession, Principal], Awaitable[list[dict[str, Any]]]]
"""What a part of the service finds, as it tells it."""


def due_of(tell: Told) -> "Find":
    """Open items of a part that knows nothing of this list."""

    async def found(request: Request, session: AsyncSession, principal: Principal) -> list[Due]:
        return [Due(**item) for item in await tell(request, session, principal)]

    return found


Find = Callable[[Request, AsyncSession, Principal], Awaitable[list[Due]]]
KINDS: tuple[tuple[str, Find], ...] = (
    ("drafts:use", unfinished),
    ("sessions:write", not_arrived),
    ("imports:run", imports),
    ("cases:write", due_of(open_items.steps)),
    ("cases:write", due_of(open_items.missing_plans)),
    ("cases:write", due_of(open_items.offers)),
    ("cases:write", due_of(referral_items.unanswered)),
    ("bodies:write", due_of(referral_items.unchecked)),
    ("cases:read", due_of(due_soon)),
)
"""Every kind of open item of this service, and the permission that makes it somebody's."""


@router.get("/changes")
async def get_changes(
    request: Request,
    principal: Annotated[Principal, Depends(require("sessions:read"))],
    floor: Annotated[int | None, Query(ge=0)] = None,
) -> Mark:
    """The mark of the own carrier's records; `floor` as given the last time."""
    async with request.app.state.sessions() as session:
        start = await store.last_message(session) if floor is None else floor
        seen = await store.movements(session, principal.carriers, start)
    return Mark(floor=start, mark=hashlib.sha256(repr(seen).encode()).hexdigest()[:32])
