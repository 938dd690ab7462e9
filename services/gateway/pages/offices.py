"""Offices one may record for: those of the own carriers, from the structure register."""

import time
from typing import Any

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.pages.records import upstreams
from shared import clock
from shared.problems import Problem

FRESH_SECONDS = 60.0
"""Offices open and close by the month; a form need not ask each time."""
Offices = list[tuple[str, str]]
Units = list[dict[str, Any]]


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
