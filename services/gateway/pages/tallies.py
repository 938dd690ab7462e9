"""Outreach (CNS-17) and counsellings of companies: a form above the list; a mistake is withdrawn and counted anew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id, terms
from services.gateway.pages.records import PAGE_SIZE, new_id, pages, upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import label, number, render
from shared import clock
from shared import vocabulary as v
from shared.problems import Problem, invalid
from shared.sectors import Sector, SizeClass

Item = Mapping[str, Any]
DATE = Field("date", "Datum", "date", "Zum Beispiel 01.09.2026")
LINE = Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine))
OPEN = ("", "keine Angabe")
OF_LINE = ("Handlungsfeld", lambda item: label(item["programme_line"]))
SECTORS = {str(term): term.de for term in Sector}


@dataclass(frozen=True)
class Tally:
    """One kind of record: where it lives, its words, its form, and what its list shows beside the day.

    `counts`: its last column is a number.
    """

    path: str
    resource: str
    key: str
    permission: str
    title: str
    lead: str
    button: str
    fields: tuple[Field, ...]
    defaults: Mapping[str, str]
    columns: tuple[tuple[str, Callable[[Item], str]], ...]
    sees: str
    counts: bool = True

    @property
    def api(self) -> str:
        """Its address in counselling's API."""
        return f"/api/v1/{self.resource}"

    def opened(self) -> Form:
        """A form for today; its id is minted now, so that a double save counts once."""
        values = dict(self.defaults) | {"date": clock.today().isoformat()}
        return Form(self.fields, {"key": new_id()}).with_values(values)


OUTREACH = Tally(
    "/aufsuchend",
    "outreach",
    "outreach_id",
    "groups",
    "Aufsuchende Arbeit",
    "Kontakte in sozialen Medien, vor Betrieben oder in Unterkünften: nur ihre Zahl je Kanal. Wer danach in die "
    "Beratung kommt, wird dort erfasst.",
    "Kontakte zählen",
    (
        DATE,
        LINE,
        Field("channel", "Kanal", "select", options=terms(v.Channel)),
        Field("contacts", "Zahl der Kontakte", "number", "Nur zählen: keine Namen, keine Profile"),
    ),
    {"programme_line": "fair_integration", "channel": "social_media"},
    (OF_LINE, ("Kanal", lambda item: label(item["channel"])), ("Kontakte", lambda item: number(item["contacts"]))),
    "Beratende und Verwaltung Ihres Trägers; es bleibt im Netzwerk.",
)
COMPANIES = Tally(
    "/unternehmen",
    "companies",
    "company_id",
    "companies",
    "Beratung von Unternehmen",
    "Jede Beratung zählt für sich; dazu zählt jedes Unternehmen einmal je Handlungsfeld und Förderrunde. Dafür braucht "
    "es ein Kennzeichen, das bei der nächsten Beratung wieder gleich ist.",
    "Beratung speichern",
    (
        DATE,
        LINE,
        Field(
            "company_ref",
            "Kennzeichen des Unternehmens",
            hint="Zum Beispiel HRB 12345 Mainz; gespeichert wird nur ein Prüfwert. Leer: zählt als neues Unternehmen",
            optional=True,
        ),
        Field("participants", "Zahl der Teilnehmenden", "number"),
        Field("sector", "Wirtschaftszweig", "select", options=[OPEN, *terms(Sector)], optional=True),
        Field("size_class", "Größe", "select", options=[OPEN, *terms(SizeClass)], optional=True),
    ),
    {"programme_line": "skilled_worker_networks", "participants": "1"},
    (
        OF_LINE,
        ("Wirtschaftszweig", lambda item: SECTORS.get(item["sector"], "keine Angabe")),
        ("Unternehmen", lambda item: "neu" if item["company_is_new"] else "schon beraten"),
        ("Teilnehmende", lambda item: number(item["participants"])),
    ),
    "Beratende und Verwaltung Ihres Trägers. An den Bund gehen Monat, Handlungsfeld, ob das Unternehmen neu ist und "
    "wie viele teilnahmen.",
)


def body_of(reading: Reading) -> dict[str, Any]:
    """The record as counselling takes it; what cannot be read is noted."""
    body: dict[str, Any] = {}
    for entry in reading.form.fields:
        if entry.kind == "date":
            body[entry.name] = reading.day(entry).isoformat()
        elif entry.kind == "number":
            body[entry.name] = reading.number(entry, optional=False)
        elif entry.kind == "checks":
            body[entry.name] = reading.form.chosen(entry.name)
        else:
            body[entry.name] = reading.form.text(entry.name) or None
    return body


async def page(
    request: Request, visitor: Visitor, tally: Tally, form: Form, status: int = 200, *, offset: int = 0, done: str = ""
) -> Response:
    """The page with a form, empty or refused, and the list below it."""
    params = {"limit": PAGE_SIZE, "offset": offset}
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", tally.api, params=params)
    context: dict[str, Any] = {"form": form, "tally": tally, "pages": pages(found["total"], offset), "done": done}
    return render(request, "tallies.html", visitor, status, items=found["items"], **context)


async def save(request: Request, visitor: Visitor, tally: Tally) -> Response:
    """Save what the form says; a refusal shows it again."""
    form = tally.opened().filled(await read_form(request, visitor))
    reading = Reading(form)
    body, path = body_of(reading), f"{tally.api}/{read_id(form.hidden['key'])}"
    try:
        if reading.wrong:
            raise invalid(*reading.wrong)
        await upstreams(request).call(visitor.principal, "counselling", "PUT", path, json=body)
    except Problem as problem:
        if problem.status not in (409, 422, 503):
            raise
        return await page(request, visitor, tally, form.refused(problem), problem.status)
    return RedirectResponse(f"{tally.path}?gespeichert=1", 303)


def tally_router(tally: Tally) -> APIRouter:
    """The routes of one kind of record."""
    router = APIRouter(prefix=tally.path, include_in_schema=False)
    reader = Annotated[Visitor, Depends(SignedIn(f"{tally.permission}:read"))]
    writer = Annotated[Visitor, Depends(SignedIn(f"{tally.permission}:write"))]

    @router.get("")
    async def list_records(
        request: Request,
        visitor: reader,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        gespeichert: Annotated[str, Query(max_length=2)] = "",
    ) -> Response:
        return await page(request, visitor, tally, tally.opened(), offset=offset, done=gespeichert)

    @router.post("")
    async def save_record(request: Request, visitor: writer) -> Response:
        return await save(request, visitor, tally)

    @router.post("/{key}/zurueckziehen")
    async def withdraw_record(request: Request, visitor: writer, key: UUID) -> Response:
        await read_form(request, visitor)
        body = {"reason": "auf der Seite zurückgezogen"} if tally is COMPANIES else None
        await upstreams(request).call(
            visitor.principal, "counselling", "POST", f"{tally.api}/{key}/withdraw", json=body
        )
        return RedirectResponse(f"{tally.path}?gespeichert=2", 303)

    return router


outreach = tally_router(OUTREACH)
companies = tally_router(COMPANIES)
