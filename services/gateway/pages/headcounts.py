"""Pages of headcounts: group information (counsellors) and trainings or events (trainers)."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_day, read_number, terms
from services.gateway.pages.records import PAGE_SIZE, new_id, pages, save, upstreams
from services.gateway.rendering import render
from shared import clock
from shared import vocabulary as v

DATE = Field("date", "Datum", "date", "Zum Beispiel 01.09.2026")
LINE = Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine))
TOPIC = Field("topic", "Thema", "select", options=[("", "keine Angabe"), *terms(v.Topic)], optional=True)
COUNT = Field("participants", "Zahl der Teilnehmenden", "number")


@dataclass(frozen=True)
class Area:
    """One kind of headcount: where it lives, its words and its fields."""

    path: str
    service: str
    resource: str
    key: str
    title: str
    new_title: str
    permission: str
    fields: tuple[Field, ...]
    defaults: dict[str, str]


GROUPS = Area(
    "/gruppen",
    "counselling",
    "groups",
    "group_id",
    "Gruppenangebote",
    "Neue Gruppeninformation",
    "groups",
    (DATE, LINE, Field("group_type", "Art", "radio", options=terms(v.GroupType)), COUNT, TOPIC),
    {"programme_line": "fair_integration", "group_type": "information"},
)
MEETINGS = Area(
    "/schulungen",
    "registration",
    "meetings",
    "meeting_id",
    "Schulungen und Veranstaltungen",
    "Neue Schulung",
    "meetings",
    (
        DATE,
        LINE,
        Field("format", "Format", "radio", options=terms(v.MeetingFormat)),
        Field("role", "Rolle", "radio", options=terms(v.MeetingRole)),
        COUNT,
        Field("number", "Termin Nummer", "number", "1 für den ersten oder einzigen Termin"),
        Field(
            "new_participants", "Davon neu in dieser Reihe", "number", "Leer lassen beim ersten Termin", optional=True
        ),
        TOPIC,
    ),
    {"programme_line": "intercultural", "format": "training", "role": "own", "number": "1"},
)
NUMBERS = ("participants", "number", "new_participants")


def form_of(area: Area, values: dict[str, Any], hidden: dict[str, str]) -> Form:
    """The form of an area with values."""
    return Form(area.fields, hidden).with_values(values)


def body_of(form: Form) -> dict[str, Any]:
    """The record as the service's API takes it."""
    body: dict[str, Any] = {}
    for entry in form.fields:
        typed = form.text(entry.name)
        if entry.kind == "date":
            body[entry.name] = read_day(typed, entry.name, entry.label).isoformat()
        elif entry.name in NUMBERS:
            body[entry.name] = read_number(typed, entry.name, entry.label, optional=entry.optional)
        else:
            body[entry.name] = typed or None
    if form.hidden["revision"]:
        body["revision"] = int(form.hidden["revision"])
    return body


def area_router(area: Area) -> APIRouter:
    """The pages of one area."""
    router = APIRouter(prefix=area.path, include_in_schema=False)
    reader = Annotated[Visitor, Depends(SignedIn(f"{area.permission}:read"))]
    writer = Annotated[Visitor, Depends(SignedIn(f"{area.permission}:write"))]
    api = f"/api/v1/{area.resource}"

    @router.get("/neu")
    async def new_record(request: Request, visitor: writer) -> Response:
        values = area.defaults | {"date": clock.today().isoformat()}
        form = form_of(area, values, {"key": new_id(), "revision": ""})
        return render(request, "headcount_form.html", visitor, form=form, area=area, title=area.new_title)

    @router.post("/neu")
    async def save_record(request: Request, visitor: writer) -> Response:
        form = form_of(area, {}, {"key": new_id(), "revision": ""}).filled(await read_form(request, visitor))

        async def work(typed: Form) -> str:
            path = f"{api}/{UUID(typed.hidden['key'])}"
            await upstreams(request).call(visitor.principal, area.service, "PUT", path, json=body_of(typed))
            return f"{area.path}?gespeichert=1"

        return await save(request, visitor, form, "headcount_form.html", work, area=area, title=area.new_title)

    @router.get("")
    async def list_records(
        request: Request,
        visitor: reader,
        month: Annotated[str, Query(max_length=7)] = "",
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        gespeichert: Annotated[str, Query(max_length=2)] = "",
    ) -> Response:
        params = {"limit": PAGE_SIZE, "offset": offset} | ({"month": month} if month else {})
        found = await upstreams(request).call(visitor.principal, area.service, "GET", api, params=params)
        context = {"items": found["items"], "month": month, "pages": pages(found["total"], offset)}
        return render(request, "headcounts.html", visitor, area=area, saved=bool(gespeichert), **context)

    @router.get("/{key}/korrigieren")
    async def correct_record(request: Request, visitor: writer, key: UUID) -> Response:
        item = await upstreams(request).call(visitor.principal, area.service, "GET", f"{api}/{key}")
        form = form_of(area, item, {"key": str(key), "revision": str(item["revision"])})
        return render(request, "headcount_form.html", visitor, form=form, area=area, title="Korrigieren")

    @router.post("/{key}/zurueckziehen")
    async def withdraw_record(request: Request, visitor: writer, key: UUID) -> Response:
        reason = str((await read_form(request, visitor)).get("reason", "")).strip() or "ohne Angabe"
        path = f"{api}/{key}/withdraw"
        await upstreams(request).call(visitor.principal, area.service, "POST", path, json={"reason": reason})
        return RedirectResponse(area.path, 303)

    return router


groups = area_router(GROUPS)
meetings = area_router(MEETINGS)
