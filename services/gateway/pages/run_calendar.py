"""The dates of a run for calendars: for staff, and for whoever has the run's link, without an account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import read_form
from services.gateway.languages import _
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import upstreams
from services.gateway.pages.runs import API, Reader, Writer, ask
from services.gateway.upstreams import problem_of
from shared.problems import Problem

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]
NAME = {"Content-Disposition": 'attachment; filename="durchgang.ics"'}
MEDIA_TYPE = "text/calendar; charset=utf-8"


@router.get("/durchgaenge/{run_id}/kalender")
async def calendar(request: Request, visitor: Reader, run_id: UUID) -> Response:
    """All dates of a run as a file."""
    path = f"{API}/{run_id}/calendar"
    answer = await upstreams(request).send(visitor.principal, "registration", "GET", path)
    if not answer.is_success:
        raise problem_of(answer)
    return Response(answer.content, media_type=MEDIA_TYPE, headers=NAME)


@router.post("/durchgaenge/{run_id}/kalender/link")
async def share(request: Request, visitor: Writer, run_id: UUID) -> Response:
    """Make a link for people without an account; the one before is void."""
    await read_form(request, visitor)
    await ask(request, visitor, "POST", f"/{run_id}/calendar-link")
    return RedirectResponse(f"/durchgaenge/{run_id}?erledigt=5", 303)


@router.get("/kalender/{token}")
async def followed(request: Request, token: Token) -> Response:
    """The dates of the run of a link; a calendar asks for it again and again."""
    path = "/api/v1/intake/run-calendar"
    answer = await upstreams(request).send(everyone(request), "registration", "POST", path, json={"token": token})
    if not answer.is_success:
        raise Problem(404, _("Diesen Kalender gibt es nicht (mehr). Bitte lassen Sie sich einen neuen Link geben."))
    return Response(answer.content, media_type=MEDIA_TYPE, headers=NAME)
