"""Pages of the administration: when and in which languages an office counsels, and whether everyone may book there."""

import re
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, german, read_day, read_number
from services.gateway.labels import languages
from services.gateway.pages.appointments import CHANNELS, offices_of
from services.gateway.pages.records import save, upstreams
from services.gateway.rendering import WEEKDAYS, render
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(prefix="/termine/stellen", include_in_schema=False)

Admin = Annotated[Visitor, Depends(SignedIn("offices:write"))]
SPAN = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|bis)\s*(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?$", re.ASCII)
PUBLIC = [("yes", "Ja, alle können hier online buchen"), ("no", "Nein, nur wir tragen Termine ein")]


@router.get("")
async def offices(request: Request, visitor: Admin, gespeichert: Annotated[str, Query(max_length=2)] = "") -> Response:
    """The carrier's offices."""
    found = await offices_of(request, visitor)
    names = dict(languages())
    return render(request, "office_hours.html", visitor, offices=found, names=names, saved=gespeichert == "1")


def form_of(office: dict[str, Any]) -> Form:
    """The form of an office's settings."""
    spoken = [entry for entry in languages() if entry[0] != NOT_STATED]
    days = (Field(f"day_{number}", name, optional=True, longest=400) for number, name in enumerate(WEEKDAYS))
    fields = (
        Field("published", "Online-Termine", "radio", options=PUBLIC),
        Field("address", "Anschrift", optional=True, longest=1000),
        Field("phone", "Telefon", optional=True),
        Field("languages", "Sprachen der Beratung", "list", "Tippen und auswählen; mehrere mit Komma", options=spoken),
        Field("channels", "Wege der Beratung", "checks", options=CHANNELS),
        *days,
        Field("minutes", "Dauer eines Termins in Minuten", "number"),
        Field("places", "Beratungen gleichzeitig", "number"),
        Field("closed_days", "Geschlossen am", hint="Mit Komma: 24.12.2026, 31.12.2026", optional=True, longest=4000),
    )
    return Form(fields, {"revision": str(office["revision"] or "")}).with_values(values_of(office["settings"]))


def values_of(settings: dict[str, Any] | None) -> dict[str, Any]:
    """Values of the form's fields."""
    if settings is None:
        return {"published": "no", "channels": ["in_person"], "minutes": 45, "places": 1, "languages": ["de"]}
    days: dict[str, list[str]] = {}
    for one in settings["openings"]:
        days.setdefault(f"day_{one['weekday']}", []).append(f"{one['starts'][:5]}-{one['ends'][:5]}")
    texts = {name: ", ".join(spans) for name, spans in days.items()}
    closed = ", ".join(german(day) for day in settings["closed_days"])
    return settings | texts | {"published": "yes" if settings["published"] else "no", "closed_days": closed}


def spans_of(text: str, weekday: int) -> list[dict[str, Any]]:
    """Opening times typed as `9-12, 14:30-17 Uhr`. Raises Problem 422."""
    found = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]| und ", text))):
        match = SPAN.match(part)
        try:
            if match is None:
                raise ValueError(part)
            first, first_minute, last, last_minute = (int(group or 0) for group in match.groups())
            starts, ends = time(first, first_minute), time(last, last_minute)
        except ValueError:
            name, said = f"day_{weekday}", f"„{part[:40]}“ ist nicht zu lesen."
            raise invalid(FieldProblem(name, part[:40], said, "Bitte wie 9:00-12:30 eintragen.")) from None
        found.append({"weekday": weekday, "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"})
    return found


def closed_days_of(text: str) -> list[str]:
    """Days typed with commas between. Raises Problem 422."""
    parts = filter(None, (piece.strip() for piece in text.split(",")))
    days: list[date] = [read_day(part, "closed_days", "Geschlossen am") for part in parts]
    return [day.isoformat() for day in sorted(set(days))]


def languages_of(form: Form) -> list[str]:
    """Languages ticked or typed. Raises Problem 422 for a word that is none."""
    codes = {name.casefold(): code for code, name in languages()} | {code: code for code, _name in languages()}
    typed = [part.strip() for value in form.chosen("languages") for part in value.split(",") if part.strip()]
    unknown = [part for part in typed if part.casefold() not in codes]
    if unknown:
        said = f"„{unknown[0][:40]}“ ist keine bekannte Sprache."
        raise invalid(FieldProblem("languages", unknown[0][:40], said, "Bitte aus der Liste wählen."))
    return list(dict.fromkeys(codes[part.casefold()] for part in typed))


def body_of(form: Form) -> dict[str, Any]:
    """The settings as registration takes them. Raises Problem 422 naming every field that cannot be read."""
    wrong: list[FieldProblem] = []

    def read(work: Any, instead: Any) -> Any:
        try:
            return work()
        except Problem as problem:
            wrong.extend(problem.errors)
            return instead

    openings = [span for day in range(7) for span in read(lambda day=day: spans_of(form.text(f"day_{day}"), day), [])]
    body = {
        "published": form.text("published") == "yes",
        "address": form.text("address") or None,
        "phone": form.text("phone") or None,
        "languages": read(lambda: languages_of(form), []),
        "channels": form.chosen("channels"),
        "openings": openings,
        "closed_days": read(lambda: closed_days_of(form.text("closed_days")), []),
        "minutes": read(lambda: number(form, "minutes"), 0),
        "places": read(lambda: number(form, "places"), 0),
    }
    if wrong:
        raise invalid(*wrong)
    revision = read_number(form.hidden["revision"], "revision", "Stand")
    return body | ({"revision": revision} if revision else {})


def number(form: Form, name: str) -> int | None:
    """A whole number. Raises Problem 422."""
    label = next(entry.label for entry in form.fields if entry.name == name)
    return read_number(form.text(name), name, label, optional=False)


async def office_of(request: Request, visitor: Visitor, office_id: UUID) -> dict[str, Any]:
    """An office of the own carrier. Raises Problem 404."""
    for one in await offices_of(request, visitor):
        if one["office_id"] == str(office_id):
            return one
    raise Problem(404, "Diese Beratungsstelle gibt es bei Ihrem Träger nicht.")


@router.get("/{office_id}")
async def edit(request: Request, visitor: Admin, office_id: UUID) -> Response:
    """The form of an office."""
    office = await office_of(request, visitor, office_id)
    return render(request, "office_hours_form.html", visitor, form=form_of(office), office=office)


@router.post("/{office_id}")
async def keep(request: Request, visitor: Admin, office_id: UUID) -> Response:
    """Save the settings of an office."""
    data = await read_form(request, visitor)
    office = await office_of(request, visitor, office_id)
    form = form_of(office).filled(data)

    async def work(typed: Form) -> str:
        path, body = f"/api/v1/offices/{office_id}", body_of(typed)
        await upstreams(request).call(visitor.principal, "registration", "PUT", path, json=body)
        return "/termine/stellen?gespeichert=1"

    return await save(request, visitor, form, "office_hours_form.html", work, office=office)
