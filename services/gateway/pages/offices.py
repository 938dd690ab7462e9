"""Offices one may record for: those of the own carriers, from the structure register."""

import asyncio
import time
from typing import Any, NamedTuple

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.pages.records import upstreams
from shared import clock
from shared.problems import Problem

FRESH_SECONDS = 60.0
"""Offices open and close by the month; a form need not ask each time."""
Offices = list[tuple[str, str]]
Units = list[dict[str, Any]]
PARTNERS = ("job_centre", "employment_agency")
"""Kinds of bodies in whose rooms one counsels (CNS-25)."""


async def own_offices(request: Request, visitor: Visitor) -> tuple[Offices, str]:
    """Offices (code, name) of the visitor's carriers that are open, and the code of the account's own or "".

    Without registration there are none to choose; the form works all the same.
    """
    try:
        units = await _structure(request, visitor)
    except Problem:
        return [], ""
    carriers = {str(carrier) for carrier in visitor.principal.carriers}
    projects = {unit["structure_id"] for unit in units if unit["parent_id"] in carriers}
    today = clock.today().isoformat()
    own = [
        unit
        for unit in units
        if unit["kind"] == "office" and unit["parent_id"] in projects and (unit["valid_to"] or today) >= today
    ]
    usual = next((unit["code"] for unit in own if unit["structure_id"] == str(visitor.principal.office_id)), "")
    return [(unit["code"], unit["name"]) for unit in own], usual


class Places(NamedTuple):
    """Where a session may be: own offices (code, name), and partners in whose rooms (id, name)."""

    offices: Offices
    partners: Offices

    def with_partner(self, key: object) -> "Places":
        """The places with a partner that a record has and the directory may have lost since."""
        known = not key or str(key) in dict(self.partners)
        return self if known else Places(self.offices, [*self.partners, (str(key), "bisheriger Partner")])


async def own_places(request: Request, visitor: Visitor) -> tuple[Places, str]:
    """Where a session may be, and the code of the account's own office or ""."""
    asked = asyncio.gather(*(_partners(request, visitor, kind) for kind in PARTNERS))
    (offices, usual), found = await asyncio.gather(own_offices(request, visitor), asked)
    return Places(offices, [one for part in found for one in part]), usual


async def _partners(request: Request, visitor: Visitor, kind: str) -> Offices:
    """Bodies of a kind (id, name); none while counselling is away."""
    try:
        found = await upstreams(request).call(
            visitor.principal, "counselling", "GET", "/api/v1/bodies", params={"kind": kind}
        )
    except Problem:
        return []
    return [(one["body_id"], one["name"]) for one in found["items"]]


async def body_name(request: Request, visitor: Visitor, key: str) -> str:
    """The name of a body of the directory; none where it cannot be asked."""
    try:
        found = await upstreams(request).call(visitor.principal, "counselling", "GET", f"/api/v1/bodies/{key}")
    except Problem:
        return ""
    return str(found["name"])


async def _structure(request: Request, visitor: Visitor) -> Units:
    """The units of the network, public within it, so one copy serves everybody."""
    kept: tuple[float, Units] | None = request.app.state.structure
    if kept is None or kept[0] < time.monotonic():
        found = await upstreams(request).call(visitor.principal, "registration", "GET", "/api/v1/structure")
        kept = request.app.state.structure = (time.monotonic() + FRESH_SECONDS, found["items"])
    return kept[1]


async def carriers(request: Request, visitor: Visitor) -> Offices:
    """Carriers of the network (id, name); none while registration is away."""
    try:
        units = await _structure(request, visitor)
    except Problem:
        return []
    return [(unit["structure_id"], unit["name"]) for unit in units if unit["kind"] == "carrier"]
