"""From an appointment into a session: the form has what it knows, and it learns what it became."""

import contextlib
from typing import Any
from uuid import UUID

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.forms import Form, read_id
from services.gateway.pages.appointments import API, local_day, offices_of
from services.gateway.pages.records import upstreams
from shared import clock
from shared.problems import Problem


async def appointment(request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
    """An appointment of the own carrier. Raises Problem 404."""
    found: dict[str, Any] = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/{key}")
    return found


async def prefilled(request: Request, visitor: Visitor, form: Form, item: dict[str, Any]) -> Form:
    """The form of a session with day, channel, language, office and, if nobody is known yet, the name."""
    day = min(local_day(item["starts_at"]), clock.today()) if item["starts_at"] else clock.today()
    values = {"date": day.isoformat(), "channel": item["channel"], "language": item["language"]}
    codes = {one["office_id"]: one["code"] for one in await offices_of(request, visitor)}
    values["office"] = codes.get(item["office_id"])
    if not form.text("name"):
        values["name"] = item["name"]
    told = {name: value for name, value in values.items() if value}
    other = form.with_values(told)
    for name in told:
        form = form.replaced(name, other)
    return Form(form.fields, {**form.hidden, "appointment_id": item["appointment_id"]})


async def became(request: Request, visitor: Visitor, form: Form, session_id: str, person_id: str | None) -> None:
    """Tell the appointment its session once that is saved; while it cannot be told, it stays due."""
    if not form.hidden["appointment_id"]:
        return
    path = f"{API}/{read_id(form.hidden['appointment_id'])}/held"
    body = {"session_id": session_id, "person_id": person_id}
    with contextlib.suppress(Problem):
        await upstreams(request).call(visitor.principal, "registration", "POST", path, json=body)
