"""What the pages of records share: saving a form so that nothing typed is lost, and listing."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.gateway.access import Visitor
from services.gateway.forms import Field, Form, read_month
from services.gateway.rendering import render
from services.gateway.upstreams import Upstreams
from shared.problems import Problem

PAGE_SIZE = 50
REASON = Field("reason", "Grund", hint="Bleibt im Netzwerk, zum Beispiel „doppelt erfasst“", optional=True)


def upstreams(request: Request) -> Upstreams:
    """The services behind this gateway."""
    found: Upstreams = request.app.state.upstreams
    return found


def new_id() -> str:
    """An id for a record whose form is being opened."""
    return str(uuid4())


async def save(
    request: Request,
    visitor: Visitor,
    form: Form,
    template: str,
    work: Callable[[Form], Awaitable[str]],
    *,
    on_conflict: Callable[[Form], Awaitable[Response | None]] | None = None,
    **context: Any,
) -> Response:
    """Do `work` with the filled form and go where it says; a refusal shows the form again with what was typed.

    `on_conflict` answers a record that has changed in the meantime, unless it returns None.
    """
    try:
        target = await work(form)
    except Problem as problem:
        if problem.status == 409 and on_conflict is not None and (page := await on_conflict(form)) is not None:
            return page
        status = problem.status if problem.status in (404, 409, 413, 422, 503) else 422
        return render(request, template, visitor, status, form=form.refused(problem), **context)
    return RedirectResponse(target, 303)


async def withdraw(request: Request, visitor: Visitor, service: str, path: str, data: FormData) -> Form | None:
    """Withdraw a record with the reason that was typed; the form with its mistake if that is refused."""
    form = Form((REASON,)).filled(data)
    body = {"reason": form.text("reason") or "ohne Angabe"}
    try:
        await upstreams(request).call(visitor.principal, service, "POST", f"{path}/withdraw", json=body)
    except Problem as problem:
        if problem.status != 422:
            raise
        return form.refused(problem)
    return None


def month_filter(typed: str) -> tuple[Form, str]:
    """The filter of a list with what was typed, and the month as services take it; empty for all, and for no month."""
    form = Form((Field("month", "Monat", hint="MM/JJJJ", value=typed),))
    try:
        return form, read_month(typed, "month", "Monat")
    except Problem as problem:
        return form.refused(problem), ""


def pages(total: int, offset: int, size: int = PAGE_SIZE) -> dict[str, int | None]:
    """Offsets of the previous and next page."""
    return {
        "from": min(offset + 1, total),
        "to": min(offset + size, total),
        "total": total,
        "previous": max(offset - size, 0) if offset else None,
        "next": offset + size if offset + size < total else None,
    }


async def last_session(request: Request, visitor: Visitor, person_id: str) -> dict[str, Any] | None:
    """The newest session in force of a person."""
    params = {"person_id": person_id, "limit": "20"}
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", "/api/v1/sessions", params=params)
    return next((item for item in found["items"] if not item["withdrawn"]), None)
