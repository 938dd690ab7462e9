"""What is open of referrals and of the directory, as the start page lists it (`desk.Due`)."""

from typing import Any

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bodies.rules import CHECKED, KEEPERS, is_stale
from services.counselling.bodies.store import list_bodies
from services.counselling.referrals import store
from services.counselling.referrals.rules import ASK_AFTER
from shared import clock
from shared.security import Principal
from shared.vocabulary import ReferralTarget


async def unanswered(_request: Request, session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """Referrals of the own cases whose result nobody has asked for (REF-02)."""
    rows = await store.unanswered(session, principal, clock.today() - ASK_AFTER)
    return [
        {
            "kind": "referral_unanswered",
            "entity_id": row.referral_id,
            "title": f"Verweis ({ReferralTarget(row.target).de}): was ist daraus geworden?",
            "due": row.date + ASK_AFTER,
            "link": f"/faelle/{row.case_id}#verweise",
            "person_id": person,
        }
        for row, person in rows
    ]


async def unchecked(_request: Request, session: AsyncSession, principal: Principal) -> list[dict[str, Any]]:
    """Entries of the directory that nobody has checked for a year, in one item for those who keep it."""
    if principal.role not in KEEPERS:
        return []
    today = clock.today()
    old = [row for row in await list_bodies(session, None, "", closed=False) if is_stale(row.checked_on, today)]
    if not old:
        return []
    many = "ein Eintrag ist" if len(old) == 1 else f"{len(old)} Einträge sind"
    item: dict[str, Any] = {"kind": "body_unchecked", "entity_id": old[0].body_id, "link": "/stellen?ungeprueft=1"}
    item["title"] = f"Verzeichnis der Stellen: {many} zu prüfen"
    item["due"] = min(row.checked_on + CHECKED if row.checked_on else row.recorded_on for row in old)
    return [item]
