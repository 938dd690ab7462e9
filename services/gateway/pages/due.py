"""What is due: open items of all services in one list, oldest first, persons named."""

import asyncio
from datetime import date
from typing import Any

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.pages.records import upstreams
from services.gateway.rendering import due_words
from shared import clock
from shared.problems import Problem
from shared.security import allowed

SERVICES = ("counselling", "registration")
"""Whoever records may have open items; each service says which kinds (`GET /api/v1/due`)."""
PERSONS = "/api/v1/persons"
Items = list[dict[str, Any]]


async def due_items(request: Request, visitor: Visitor) -> tuple[Items, bool]:
    """Open items of the visitor, oldest first, with `words` and `name`; and whether every service has answered."""
    answers = await asyncio.gather(*(_of_service(request, visitor, service) for service in SERVICES))
    today = clock.today()
    items = [item for answer in answers for item in answer or []]
    names = await person_names(request, visitor, items)
    for item in items:
        item["words"] = due_words(date.fromisoformat(item["due"]), today)
        item["name"] = names.get(item["person_id"] or "", "")
    return sorted(items, key=lambda item: (item["due"], item["title"])), None not in answers


async def drafts_of(request: Request, visitor: Visitor, path: str) -> Items:
    """The visitor's own drafts of one form, for its list; none when their service is away."""
    if not path or not allowed(visitor.principal, "drafts:use"):
        return []
    items = await _of_service(request, visitor, "counselling") or []
    found = [item for item in items if item["kind"] == "draft" and item["link"].startswith(path)]
    names = await person_names(request, visitor, found)
    return [item | {"name": names.get(item["person_id"] or "", "")} for item in found]


async def _of_service(request: Request, visitor: Visitor, service: str) -> Items | None:
    try:
        found = await upstreams(request).call(visitor.principal, service, "GET", "/api/v1/due")
    except Problem as problem:
        if problem.status == 403:
            return []
        return None
    items: Items = found["items"]
    return items


async def person_names(request: Request, visitor: Visitor, items: Items) -> dict[str, str]:
    """Names of the persons of records, asked of registration; none while it is away or for whom it is none."""
    ids = sorted({item["person_id"] for item in items if item["person_id"]})
    if not ids or not allowed(visitor.principal, "persons:read"):
        return {}
    params = [("ids", key) for key in ids] + [("limit", "500")]
    try:
        found = await upstreams(request).call(visitor.principal, "registration", "GET", PERSONS, params=params)
    except Problem:
        return {}
    return {person["person_id"]: person["name"] for person in found["items"]}
