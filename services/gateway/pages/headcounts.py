"""Pages of headcounts: group information (counsellors) and trainings or events (trainers)."""

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import drafts
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id, read_number, terms
from services.gateway.pages.conflict import conflict_page, settled, wants_stored
from services.gateway.pages.due import drafts_of
from services.gateway.pages.records import (
    PAGE_SIZE,
    REASON,
    month_filter,
    new_id,
    pages,
    save,
    upstreams,
    withdraw,
)
from services.gateway.pages.session_form import values_of
from services.gateway.pages.undo import Record, remember, undo, undo_words
from services.gateway.reading import Attempt, Reading, everything_wrong, saved
from services.gateway.rendering import render
from shared import clock
from shared import vocabulary as v
from shared.problems import Problem

DATE = Field("date", "Datum", "date", "Zum Beispiel 01.09.2026")
LINE = Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine))
TOPIC = Field("topic", "Thema", "select", options=[("", "keine Angabe"), *terms(v.Topic)], optional=True)
# STR-02
FOR_ALL = "Gruppenangebote des Migrationsfachdienstes sind offen für alle Menschen im Sozialraum in dieser Lebenslage"
# TRN-02
TOOK_PART = "Wer daran teilnahm; wen Sie auf einer Messe oder bei einem Vortrag anderer trafen, zählt nicht"
COUNT = Field("participants", "Zahl der Teilnehmenden", "number")


@dataclass(frozen=True)
class Area:
    """One kind of headcount: where it lives, its words and its fields.

    `draft` is the code of its drafts; `kept` are values that the form does not ask for and a correction leaves alone.
    """

    path: str
    service: str
    resource: str
    key: str
    title: str
    new_title: str
    permission: str
    fields: tuple[Field, ...]
    defaults: dict[str, str]
    draft: str
    kept: tuple[str, ...]


GROUPS = Area(
    "/gruppen",
    "counselling",
    "groups",
    "group_id",
    "Gruppenangebote",
    "Neue Gruppeninformation",
    "groups",
    (DATE, LINE, Field("group_type", "Art", "radio", FOR_ALL, terms(v.GroupType)), COUNT, TOPIC),
    {"programme_line": "fair_integration", "group_type": "information"},
    "group",
    ("office", "language"),
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
        replace(COUNT, hint=TOOK_PART),
        Field("target_groups", "Zielgruppen", "checks", options=terms(v.TargetGroup), optional=True),
        Field("number", "Termin Nummer", "number", "1 für den ersten oder einzigen Termin"),
        Field(
            "new_participants", "Davon neu in dieser Reihe", "number", "Leer lassen beim ersten Termin", optional=True
        ),
        TOPIC,
    ),
    {"programme_line": "intercultural", "format": "training", "role": "own", "number": "1"},
    "meeting",
    ("office", "units"),
)
NUMBERS = ("participants", "number", "new_participants")


def opened(area: Area) -> Form:
    """A new form of an area."""
    values = area.defaults | {"date": clock.today().isoformat()}
    return Form(area.fields, {"key": new_id(), "revision": "", "before": ""}).with_values(values)


def stored_form(area: Area, item: dict[str, Any]) -> Form:
    """The form with the values of a stored record; `before` keeps them, to tell later what was changed here."""
    form = Form(area.fields).with_values(item)
    hidden = {"key": str(item[area.key]), "revision": str(item["revision"]), "before": values_of(form)}
    return Form(form.fields, hidden)


def body_of(reading: Reading) -> dict[str, Any]:
    """The record as the service's API takes it; what cannot be read is noted. Raises Problem 422 for a bent form."""
    body: dict[str, Any] = {}
    form = reading.form
    for entry in form.fields:
        typed = form.text(entry.name)
        if entry.kind == "date":
            body[entry.name] = reading.day(entry).isoformat()
        elif entry.name in NUMBERS:
            body[entry.name] = reading.number(entry, optional=entry.optional)
        elif entry.kind == "checks":
            body[entry.name] = form.chosen(entry.name)
        else:
            body[entry.name] = typed or None
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    return body


class Pages:
    """The pages of one area."""

    def __init__(self, area: Area) -> None:
        self.area = area

    def at(self, key: UUID) -> Record:
        """Where a record lives."""
        return Record(self.area.service, self.area.resource, key)

    async def fetch(self, request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
        """A record. Raises Problem 404."""
        one = self.at(key)
        item: dict[str, Any] = await upstreams(request).call(visitor.principal, one.service, "GET", one.path)
        return item

    def page(self, request: Request, visitor: Visitor, form: Form, status: int = 200, **more: Any) -> Response:
        """The page of the form."""
        context = self.context(request, visitor, form) | more
        return render(request, "headcount_form.html", visitor, status, form=form, **context)

    def context(self, request: Request, visitor: Visitor, form: Form) -> dict[str, Any]:
        """What the page needs beside the form."""
        title = "Korrigieren" if form.hidden["revision"] else self.area.new_title
        found = {"area": self.area, "title": title, "keep": drafts.keep_token(request, visitor)}
        return found | {"withdrawal": Form((REASON,))}

    async def new(self, request: Request, visitor: Visitor, draft: UUID | None) -> Response:
        """The form, empty or as a draft was left."""
        found = await drafts.restored(request, visitor, self.area.draft, draft)
        if found is not None:
            return self.page(request, visitor, opened(self.area).filled(found.data), draft=found)
        return self.page(request, visitor, opened(self.area), lost=draft is not None)

    async def save(self, request: Request, visitor: Visitor) -> Response:
        """Save what the form says; a repeated or double save changes nothing."""
        data = await drafts.read_typed(request, visitor, self.area.draft)
        form = opened(self.area).filled(data)
        if names := wants_stored(data):
            form = settled(form, await self.stored(request, visitor, form), names)

        async def work(typed: Form) -> str:
            if drafts.BUTTON in data:
                await drafts.keep(request, visitor.principal, self.area.draft, data)
                return drafts.KEPT_PAGE
            return await self.record(request, visitor, typed)

        async def clash(typed: Form) -> Response | None:
            try:
                kept = await self.stored(request, visitor, typed)
            except Problem:
                return None
            where = {"action": f"{self.area.path}/neu", "back": self.area.path, "title": "Korrigieren"}
            return conflict_page(request, visitor, typed, kept, drafts.keep_token(request, visitor), **where)

        context = self.context(request, visitor, form)
        return await save(request, visitor, form, "headcount_form.html", work, on_conflict=clash, **context)

    async def stored(self, request: Request, visitor: Visitor, typed: Form) -> Form:
        """The form with what is stored now. Raises Problem 404 when nothing is."""
        return stored_form(self.area, await self.fetch(request, visitor, read_id(typed.hidden["key"])))

    async def record(self, request: Request, visitor: Visitor, typed: Form) -> str:
        """Save; the draft goes, and what was replaced can be brought back for a while."""
        reading, one = Reading(typed), self.at(read_id(typed.hidden["key"]))
        body = body_of(reading)
        record = Attempt(one.service, one.path, body)
        if reading.wrong:
            raise await everything_wrong(request, visitor, reading.wrong, [record])
        before = await self.fetch(request, visitor, one.key) if "revision" in body else None
        if before is not None:
            body |= {name: before[name] for name in self.area.kept}
        told = await saved(request, visitor, record)
        await drafts.forget(request, visitor.principal, self.area.draft, one.key)
        if before is None and told["revision"] == 1:
            await remember(request, visitor, one, "withdraw", 1)
        elif before is not None and told["revision"] != before["revision"]:
            names = [*(entry.name for entry in self.area.fields), *self.area.kept]
            earlier = {name: before[name] for name in names}
            await remember(request, visitor, one, "correct", told["revision"], earlier)
        return f"{self.area.path}?gespeichert={one.key}"

    async def listing(
        self, request: Request, visitor: Visitor, month: str, offset: int, saved: UUID | None
    ) -> Response:
        """The list, with what was just done and can be undone."""
        form, chosen = month_filter(month)
        params = {"limit": PAGE_SIZE, "offset": offset} | ({"month": chosen} if chosen else {})
        path = f"/api/v1/{self.area.resource}"
        found, open_drafts = await asyncio.gather(
            upstreams(request).call(visitor.principal, self.area.service, "GET", path, params=params),
            drafts_of(request, visitor, f"{self.area.path}/neu"),
        )
        words = await undo_words(request, visitor, saved) if saved is not None else ""
        context = {"items": found["items"], "month": chosen, "pages": pages(found["total"], offset)}
        context |= {"area": self.area, "saved": saved, "undo": words, "drafts": open_drafts, "form": form}
        return render(request, "headcounts.html", visitor, 422 if form.errors else 200, **context)

    async def correct(
        self, request: Request, visitor: Visitor, key: UUID, withdrawal: Form | None = None, status: int = 200
    ) -> Response:
        """The form with the stored values; a draft of it is offered. Below it the form that withdraws the record."""
        form = stored_form(self.area, await self.fetch(request, visitor, key))
        found = await drafts.restored(request, visitor, self.area.draft, key)
        return self.page(request, visitor, form, status, offered=found, withdrawal=withdrawal or Form((REASON,)))

    async def withdraw(self, request: Request, visitor: Visitor, key: UUID) -> Response:
        """Withdraw a record with a reason; one that is refused comes back with the page."""
        data, one = await read_form(request, visitor), self.at(key)
        if refused := await withdraw(request, visitor, one.service, one.path, data):
            return await self.correct(request, visitor, key, refused, 422)
        await remember(request, visitor, one, "restore", (await self.fetch(request, visitor, key))["revision"])
        return RedirectResponse(f"{self.area.path}?gespeichert={key}", 303)


def area_router(area: Area) -> APIRouter:
    """The routes of one area."""
    router, desk = APIRouter(prefix=area.path, include_in_schema=False), Pages(area)
    reader = Annotated[Visitor, Depends(SignedIn(f"{area.permission}:read"))]
    writer = Annotated[Visitor, Depends(SignedIn(f"{area.permission}:write"))]
    typist = Annotated[Visitor, Depends(drafts.Typing(f"{area.permission}:write", area.draft))]

    @router.get("/neu")
    async def new_record(request: Request, visitor: writer, entwurf: UUID | None = None) -> Response:
        return await desk.new(request, visitor, entwurf)

    @router.post("/neu")
    async def save_record(request: Request, visitor: typist) -> Response:
        return await desk.save(request, visitor)

    @router.get("")
    async def list_records(
        request: Request,
        visitor: reader,
        month: Annotated[str, Query(max_length=40)] = "",
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        gespeichert: UUID | None = None,
    ) -> Response:
        return await desk.listing(request, visitor, month, offset, gespeichert)

    @router.get("/{key}/korrigieren")
    async def correct_record(request: Request, visitor: writer, key: UUID) -> Response:
        return await desk.correct(request, visitor, key)

    @router.post("/{key}/zurueckziehen")
    async def withdraw_record(request: Request, visitor: writer, key: UUID) -> Response:
        return await desk.withdraw(request, visitor, key)

    @router.post("/{key}/rueckgaengig")
    async def undo_record(request: Request, visitor: writer, key: UUID) -> Response:
        await read_form(request, visitor)
        await undo(request, visitor, desk.at(key))
        return RedirectResponse(area.path, 303)

    return router


groups = area_router(GROUPS)
meetings = area_router(MEETINGS)
