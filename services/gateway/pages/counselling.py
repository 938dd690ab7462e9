"""Pages of counsellors: sessions recorded, listed, corrected, withdrawn."""

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
from shared.nationalities import nationality_labels

router = APIRouter(prefix="/beratungen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("sessions:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("sessions:write"))]
KINDS = [
    ("", "Beratung (das System erkennt Erst- oder Folgeberatung)"),
    ("referral", "Verweisberatung"),
    ("short", "Kurzberatung"),
]
# Traits of the person, kept with her and, as they were that day, with the session.
TRAITS = ("nationality", "refugee_background")


def session_form(hidden: dict[str, str]) -> Form:
    """The eight fields of *Neue Beratung*."""
    fields = (
        Field("date", "Datum der Beratung", "date", "Zum Beispiel 01.09.2026", value=f"{clock.today():%d.%m.%Y}"),
        Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine)),
        Field("name", "Name der ratsuchenden Person", hint="Leer lassen für anonyme Beratung", optional=True),
        Field("birth_year", "Geburtsjahr", "number", "Vierstellig, zum Beispiel 1988", optional=True),
        Field("nationality", "Staatsangehörigkeit", "select", options=list(nationality_labels().items())),
        Field("refugee_background", "Fluchthintergrund", "radio", options=terms(v.YesNo)),
        Field("session_type", "Art der Beratung", "radio", options=KINDS),
        Field("channel", "Kanal", "radio", options=terms(v.Channel)),
        Field("occasions", "Anlässe (nur Faire Integration)", "checks", options=terms(v.Occasion), optional=True),
    )
    return Form(fields, hidden)


def blank(person: dict[str, Any] | None) -> Form:
    """A new form; for a follow-up with what is known of the person."""
    hidden = {"session_id": new_id(), "person_id": new_id(), "person_revision": "", "revision": "", "age_group": ""}
    values: dict[str, Any] = {"nationality": "not_stated", "refugee_background": "not_stated", "channel": "in_person"}
    if person is not None:
        hidden |= {"person_id": str(person["person_id"]), "person_revision": str(person["revision"])}
        values |= {name: person[name] for name in ("name", "birth_year", *TRAITS)}
    values |= {"date": clock.today().isoformat(), "programme_line": "recognition_counselling", "session_type": ""}
    return session_form(hidden).with_values(values)


@router.get("/neu")
async def new_session(request: Request, visitor: Writer, person: UUID | None = None) -> Response:
    """The empty form, or the follow-up of a person."""
    known = None
    if person is not None:
        known = await upstreams(request).call(visitor.principal, "registration", "GET", f"/api/v1/persons/{person}")
    return render(request, "session_form.html", visitor, form=blank(known), title="Neue Beratung", known=known)


@router.post("/neu")
async def save_session(request: Request, visitor: Writer) -> Response:
    """Save person and session; a repeated or double save changes nothing."""
    form = blank(None).filled(await read_form(request, visitor))
    title = "Beratung korrigieren" if form.hidden["revision"] else "Neue Beratung"

    async def work(typed: Form) -> str:
        body = session_body(typed)
        key = str(UUID(typed.hidden["session_id"]))
        if typed.text("name"):
            body["person_id"] = await save_person(request, visitor, typed)
        await upstreams(request).call(visitor.principal, "counselling", "PUT", f"/api/v1/sessions/{key}", json=body)
        return f"/beratungen/{key}?gespeichert=1"

    return await save(request, visitor, form, "session_form.html", work, title=title, known=None)


async def save_person(request: Request, visitor: Visitor, form: Form) -> str:
    """Save the person of the form and return her id."""
    key = str(UUID(form.hidden["person_id"]))
    body = {"name": form.text("name"), "birth_year": read_number(form.text("birth_year"), "birth_year", "Geburtsjahr")}
    body |= {trait: form.text(trait) or "not_stated" for trait in TRAITS}
    if form.hidden["person_revision"]:
        body["revision"] = int(form.hidden["person_revision"])
    await upstreams(request).call(visitor.principal, "registration", "PUT", f"/api/v1/persons/{key}", json=body)
    return key


def session_body(form: Form) -> dict[str, Any]:
    """The session as counselling's API takes it."""
    body: dict[str, Any] = {
        "date": read_day(form.text("date"), "date", "Datum der Beratung").isoformat(),
        "programme_line": form.text("programme_line"),
        "channel": form.text("channel") or None,
        "birth_year": read_number(form.text("birth_year"), "birth_year", "Geburtsjahr"),
        "occasions": form.chosen("occasions"),
        "session_type": form.text("session_type") or None,
    }
    body |= {trait: form.text(trait) or "not_stated" for trait in TRAITS}
    if form.hidden["revision"]:
        body["revision"] = int(form.hidden["revision"])
    if form.hidden["age_group"] and body["birth_year"] is None:
        body["age_group"] = form.hidden["age_group"]  # known from before, though the year was not kept
    return body


@router.get("")
async def list_sessions(
    request: Request,
    visitor: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    month: Annotated[str, Query(max_length=7)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The list, searched by name within the own carrier."""
    services, who = upstreams(request), visitor.principal
    params: list[tuple[str, str]] = [("limit", str(PAGE_SIZE)), ("offset", str(offset))]
    if month:
        params.append(("month", month))
    if q.strip():
        persons = await services.call(who, "registration", "GET", "/api/v1/persons", params={"q": q, "limit": 200})
        params += [("person_id", person["person_id"]) for person in persons["items"]] or [("person_id", new_id())]
    found = await services.call(who, "counselling", "GET", "/api/v1/sessions", params=params)
    names = await person_names(request, visitor, found["items"])
    listing = {"items": found["items"], "names": names, "q": q, "month": month, "pages": pages(found["total"], offset)}
    fragment = request.headers.get("hx-request") == "true"
    return render(request, "sessions_table.html" if fragment else "sessions.html", visitor, **listing)


async def person_names(request: Request, visitor: Visitor, items: list[dict[str, Any]]) -> dict[str, str]:
    """Names of the persons of a list, asked of registration."""
    ids = sorted({item["person_id"] for item in items if item["person_id"]})
    if not ids:
        return {}
    params = [("ids", key) for key in ids] + [("limit", "500")]
    found = await upstreams(request).call(visitor.principal, "registration", "GET", "/api/v1/persons", params=params)
    return {person["person_id"]: person["name"] for person in found["items"]}


@router.get("/{session_id}")
async def show_session(
    request: Request, visitor: Reader, session_id: UUID, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """One session: what it became, and where it has arrived."""
    item = await fetch(request, visitor, session_id)
    names = await person_names(request, visitor, [item])
    return render(request, "session.html", visitor, item=item, names=names, saved=bool(gespeichert))


@router.get("/{session_id}/korrigieren")
async def correct_session(request: Request, visitor: Writer, session_id: UUID) -> Response:
    """The form with the stored values."""
    item = await fetch(request, visitor, session_id)
    person = None
    if item["person_id"]:
        path = f"/api/v1/persons/{item['person_id']}"
        person = await upstreams(request).call(visitor.principal, "registration", "GET", path)
    kept = item["session_type"] if item["session_type"] in ("referral", "short") else ""
    values = item | {"session_type": kept}
    if person is not None:
        values |= {"name": person["name"], "birth_year": person["birth_year"]}
    form = blank(person)
    hidden = dict(form.hidden) | {"session_id": str(session_id), "revision": str(item["revision"])}
    hidden["age_group"] = item["age_group"]
    filled = Form(form.fields, hidden).with_values(values)
    return render(request, "session_form.html", visitor, form=filled, title="Beratung korrigieren", known=None)


@router.post("/{session_id}/zurueckziehen")
async def withdraw_session(request: Request, visitor: Writer, session_id: UUID) -> Response:
    """Withdraw a session with a reason."""
    form = await read_form(request, visitor)
    reason = str(form.get("reason", "")).strip() or "ohne Angabe"
    path = f"/api/v1/sessions/{session_id}/withdraw"
    await upstreams(request).call(visitor.principal, "counselling", "POST", path, json={"reason": reason})
    return RedirectResponse(f"/beratungen/{session_id}", 303)


async def fetch(request: Request, visitor: Visitor, session_id: UUID) -> dict[str, Any]:
    """One session of counselling's API."""
    path = f"/api/v1/sessions/{session_id}"
    item: dict[str, Any] = await upstreams(request).call(visitor.principal, "counselling", "GET", path)
    return item
