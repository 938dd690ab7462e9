"""Pages of appointments for counsellors: the week, the intake list, one appointment, from there into a session."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_day, read_id, read_number, terms
from services.gateway.labels import languages
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.rendering import render
from shared import clock
from shared import vocabulary as v
from shared.clock import BERLIN
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(prefix="/termine", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("appointments:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("appointments:write"))]
Day = Annotated[str, Query(max_length=40)]
API = "/api/v1/appointments"
WORDS = {str(term): term.de for kind in (v.AppointmentState, v.MailKind, v.MailState) for term in kind}
CHANNELS = terms(term for term in v.Channel if term in ("in_person", "phone", "digital"))
DONE = {"1": "Gespeichert", "2": "Termin abgesagt", "3": "Als nicht erschienen vermerkt"}
ENDS = {"absagen": ("cancel", "2"), "nicht-erschienen": ("no-show", "3")}
WEEK = 7
CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?$", re.ASCII)


def clock_time(instant: str) -> str:
    """An instant by the clock of the office."""
    return f"{datetime.fromisoformat(instant).astimezone(BERLIN):%H:%M}"


def local_day(instant: str) -> date:
    """The day of an instant where the office is."""
    return datetime.fromisoformat(instant).astimezone(BERLIN).date()


async def offices_of(request: Request, visitor: Visitor) -> list[dict[str, Any]]:
    """The carrier's offices with what they tell."""
    found: list[dict[str, Any]] = await upstreams(request).call(
        visitor.principal, "registration", "GET", "/api/v1/offices"
    )
    return found


def day_of(text: str) -> date:
    """The day an address asks for; today for what is none."""
    try:
        found = read_day(text, "ab", "Ab Tag")
    except Problem:
        return clock.today()
    return found if 2000 <= found.year <= 2200 else clock.today()


@router.get("")
async def week(request: Request, visitor: Reader, ab: Day = "", stelle: Day = "") -> Response:
    """A week of appointments, and who waits for one."""
    first = day_of(ab)
    params = {"first": first.isoformat(), "days": str(WEEK)} | ({"office": str(read_id(stelle))} if stelle else {})
    found = await upstreams(request).call(visitor.principal, "registration", "GET", API, params=params)
    days: dict[date, list[dict[str, Any]]] = {}
    for item in found["items"]:
        days.setdefault(local_day(item["starts_at"]), []).append(item)
    offices = await offices_of(request, visitor)
    around = [(first + timedelta(days=step)).isoformat() for step in (-WEEK, WEEK)]
    context = {"days": days, "waiting": found["waiting"], "offices": offices, "office": stelle, "first": first}
    context |= {"names": {one["office_id"]: one["name"] for one in offices}, "around": around}
    return page(request, visitor, "appointments.html", **context)


def page(request: Request, visitor: Visitor, template: str, status: int = 200, **context: Any) -> Response:
    """A page of these."""
    words = {"words": WORDS, "spoken_names": dict(languages()), "clock_time": clock_time}
    return render(request, template, visitor, status, **words, **context)


def form_of(offices: list[dict[str, Any]], item: dict[str, Any] | None = None) -> Form:
    """The form of an appointment, new or stored."""
    known = [(one["office_id"], one["name"]) for one in offices if one["settings"]]
    spoken = [("", "keine Angabe"), *(entry for entry in languages() if entry[0] != NOT_STATED)]
    fields = (
        Field("name", "Name der ratsuchenden Person", longest=1000),
        Field("office_id", "Beratungsstelle", "select", options=[*known, ("", "noch keine")]),
        Field("date", "Datum", "date", "Leer lassen für die Aufnahmeliste", optional=True),
        Field("time", "Uhrzeit", "text", "Zum Beispiel 10:30", optional=True),
        Field("channel", "Art", "radio", options=CHANNELS),
        Field("language", "Sprache der Beratung", "select", options=spoken),
        Field("phone", "Telefon", optional=True),
        Field("email", "E-Mail", hint="Für Bestätigung und Erinnerung", optional=True, longest=1000),
        Field("wish", "Worum geht es?", optional=True, longest=1000),
    )
    hidden = {"appointment_id": new_id(), "revision": "", "page_language": "de"}
    values: dict[str, Any] = {"channel": "in_person", "office_id": known[0][0] if len(known) == 1 else ""}
    if item is not None:
        hidden = {name: str(item[name]) for name in hidden}
        values = item | {"office_id": item["office_id"] or ""}
    return with_time(Form(fields, hidden).with_values(values), item["starts_at"] if item else None)


def with_time(form: Form, instant: str | None) -> Form:
    """The form with a day and a time."""
    if not instant:
        return form
    filled = form.with_values({"date": local_day(instant).isoformat(), "time": clock_time(instant)})
    return form.replaced("date", filled).replaced("time", filled)


def starts_at(form: Form) -> str | None:
    """The instant that was typed, None without a day. Raises Problem 422."""
    if not form.text("date") and not form.text("time"):
        return None
    day = read_day(form.text("date"), "date", "Datum")
    match = CLOCK.match(form.text("time"))
    try:
        at = time(int(match[1]), int(match[2] or 0)) if match else None
    except ValueError:
        at = None
    if at is None:
        problem = FieldProblem("time", None, "Die Uhrzeit ist nicht zu lesen.", "Bitte als 10:30 eintragen.")
        raise invalid(problem)
    return datetime.combine(day, at.replace(tzinfo=BERLIN)).isoformat()


def body_of(form: Form) -> dict[str, Any]:
    """The appointment as registration takes it. Raises Problem 422."""
    names = ("name", "office_id", "channel", "language", "phone", "email", "wish")
    body: dict[str, Any] = {name: form.text(name) or None for name in names} | {"starts_at": starts_at(form)}
    body["page_language"] = form.hidden["page_language"]
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    return body | {"name": form.text("name")}


@router.get("/neu")
async def new(request: Request, visitor: Writer) -> Response:
    """An empty form, for somebody at the telephone."""
    form = form_of(await offices_of(request, visitor))
    return page(request, visitor, "appointment_form.html", form=form, title="Neuer Termin", free=[])


@router.post("/neu")
async def keep(request: Request, visitor: Writer) -> Response:
    """Save an appointment, new or changed; what is refused comes back with all that was typed."""
    data = await read_form(request, visitor)
    form = form_of(await offices_of(request, visitor)).filled(data)
    key = read_id(form.hidden["appointment_id"])

    async def work(typed: Form) -> str:
        await upstreams(request).call(visitor.principal, "registration", "PUT", f"{API}/{key}", json=body_of(typed))
        return f"/termine/{key}?erledigt=1"

    free = await free_times(request, form.text("office_id"))
    # The service speaks of the instant, the form has a day and a time.
    return await save(request, visitor, form, "appointment_form.html", renaming(work), title="Termin", free=free)


def renaming(work: Any) -> Any:
    """`work`, whose refusals of the instant stand at the day."""

    async def renamed(form: Form) -> str:
        try:
            return str(await work(form))
        except Problem as problem:
            errors = [
                FieldProblem("date" if one.field == "starts_at" else one.field, one.value, one.problem, one.remedy)
                for one in problem.errors
            ]
            raise Problem(problem.status, problem.detail, errors) from None

    return renamed


async def free_times(request: Request, office_id: str) -> list[tuple[str, str]]:
    """The next free times of an office where everyone may book: (instant, words)."""
    if not office_id:
        return []
    try:
        path = f"/api/v1/intake/offices/{read_id(office_id)}/times"
        found = await upstreams(request).call(everyone(request), "registration", "GET", path)
    except Problem:
        return []
    times = [at for one in found["items"] for at in one["times"]][:12]
    return [(at, f"{local_day(at):%d.%m.%Y}, {clock_time(at)} Uhr") for at in times]


@router.get("/{appointment_id}")
async def show(request: Request, visitor: Reader, appointment_id: UUID, erledigt: Day = "", zeit: Day = "") -> Response:
    """One appointment: who comes and when, what she was told, and what can be done with it now."""
    services, who = upstreams(request), visitor.principal
    item = await services.call(who, "registration", "GET", f"{API}/{appointment_id}")
    offices = await offices_of(request, visitor)
    form = form_of(offices, item)
    if zeit:
        form = with_time(form, zeit if instant(zeit) else None)
    context = {"item": item, "form": form, "done": DONE.get(erledigt, ""), "similar": []}
    context |= {"office": next((one for one in offices if one["office_id"] == item["office_id"]), None)}
    context["over"] = item["state"] not in ("waiting", "booked")
    context["free"] = [] if context["over"] else await free_times(request, item["office_id"] or "")
    if not item["person_id"] and not context["over"] and item["name"]:
        params = {"name": item["name"]}
        found = await services.call(who, "registration", "GET", "/api/v1/persons/similar", params=params)
        context["similar"] = found["items"]
    context["begun"] = bool(item["starts_at"]) and datetime.fromisoformat(item["starts_at"]) <= clock.now()
    return page(request, visitor, "appointment.html", day=local_day, typing=bool(zeit), **context)


def instant(text: str) -> bool:
    """Whether a text names an instant."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


@router.post("/{appointment_id}/{act}")
async def end(request: Request, visitor: Writer, appointment_id: UUID, act: str) -> Response:
    """Cancel an appointment, or say that nobody came."""
    await read_form(request, visitor)
    if act not in ENDS:
        raise Problem(404, "Diese Seite gibt es nicht. Bitte prüfen Sie die Adresse.")
    verb, done = ENDS[act]
    await upstreams(request).call(visitor.principal, "registration", "POST", f"{API}/{appointment_id}/{verb}")
    return RedirectResponse(f"/termine/{appointment_id}?erledigt={done}", 303)
