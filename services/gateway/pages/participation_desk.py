"""What the pages of participations share: the form in its sections, who it is about, and saving it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.gateway import drafts, occupations
from services.gateway.access import Visitor
from services.gateway.forms import Field, Form, read_id, read_number
from services.gateway.pages.records import REASON, new_id, upstreams
from services.gateway.pages.session_form import values_of
from services.gateway.pages.undo import Record, remember
from services.gateway.participation_form import CODED, END, ESF, NOBODY, Options, blank, body_of, form_of, sections
from services.gateway.reading import Attempt, Reading, everything_wrong, saved
from services.gateway.rendering import render
from shared import clock
from shared.problems import FieldProblem, Problem

PATH, API = "/teilnahmen", "/api/v1/participations"
KEPT = ("offering", "entered_on", "person_id", "external_id", "phases", "reference_occupation", *CODED, *ESF, *END)
MOST = 500
NONE_FOUND = "Im Personenregister Ihres Trägers steht niemand mit diesem Namen und Geburtsjahr."
CHOOSE = "Bitte wählen Sie, welche Person es ist."


def at(key: UUID) -> Record:
    """Where a participation lives."""
    return Record("registration", "participations", key)


async def ask(request: Request, visitor: Visitor, params: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the list."""
    found: dict[str, Any] = await upstreams(request).call(
        visitor.principal, "registration", "GET", API, params=dict(params)
    )
    return found


async def fetch(request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
    """A participation. Raises Problem 404."""
    item: dict[str, Any] = await upstreams(request).call(visitor.principal, "registration", "GET", at(key).path)
    return item


async def offerings(request: Request, visitor: Visitor) -> Options:
    """Offerings of the carrier as options."""
    params = {"limit": MOST}
    found = await upstreams(request).call(visitor.principal, "registration", "GET", "/api/v1/offerings", params=params)
    return [
        (one["external_id"], f"{one['external_id']} – {one['title']}" if one["title"] else one["external_id"])
        for one in found["items"]
    ]


def typed_form(data: FormData, known: Options) -> Form:
    """The form as it was posted or left. Raises Problem 422 when it was bent."""
    hidden = {str(name): str(value) for name, value in data.items()}
    return blank(hidden | {"key": str(read_id(hidden.get("key", "")))}, known).filled(data)


async def stored_form(request: Request, visitor: Visitor, key: UUID) -> Form:
    """The form with the stored values; `before` keeps them, to tell later what was changed here."""
    item = await fetch(request, visitor, key)
    hidden = {"key": str(key), "revision": str(item["revision"]), "measure": item["measure"] or ""}
    form = form_of(item, hidden, await offerings(request, visitor))
    return replace(form, hidden=dict(form.hidden) | {"before": values_of(form)})


async def proposed(request: Request, visitor: Visitor, proposal: UUID, known: Options) -> Form:
    """The form prefilled with the profile of a proposal: she came from counselling. Raises Problem 404."""
    params = {"proposal_id": str(proposal)}
    found = await upstreams(request).call(visitor.principal, "registration", "GET", "/api/v1/proposals", params=params)
    if not found["items"]:
        raise Problem(404, "Diesen Vorschlag gibt es nicht (mehr).")
    item = found["items"][0] | {"came_from_counselling": "yes", "entered_on": clock.today().isoformat()}
    form = form_of(item, {"key": new_id(), "proposal": str(proposal)}, known)
    return await occupations.named(request, visitor, form)


def shown(request: Request, visitor: Visitor, form: Form, status: int = 200, **more: Any) -> Response:
    """The page of the form."""
    return render(
        request, "participation_form.html", visitor, status, form=form, **context_of(request, visitor, form) | more
    )


def context_of(request: Request, visitor: Visitor, form: Form) -> dict[str, Any]:
    """What the page needs beside the form."""
    names = [(title, [entry.name for entry in part]) for title, part in sections(form.hidden)]
    title = "Teilnahme korrigieren" if form.hidden["revision"] else "Eintritt erfassen"
    found = {"sections": names, "title": title, "keep": drafts.keep_token(request, visitor)}
    return found | {"withdrawal": Form((REASON,))}


async def with_person(
    request: Request, visitor: Visitor, form: Form, chosen: str
) -> tuple[Form, str | None, list[FieldProblem]]:
    """The form with a choice of those it may be about, whom was chosen, and what is unclear about it."""
    name, born = form.text("person_name"), form.text("person_born")
    if not name:
        return form, None, []
    try:
        year = read_number(born, "person_born", "Geburtsjahr", optional=False)
        found = await people(request, visitor, name, year)
    except Problem as problem:
        return form, None, _renamed(problem)
    if not found:
        return form, None, [FieldProblem("person_name", name, NONE_FOUND, "Bitte prüfen oder beide Felder leeren.")]
    options = [(one["person_id"], f"{one['name']}, Jahrgang {one['birth_year']}") for one in found]
    options.append((NOBODY, "keine davon; ohne Person aus dem Register erfassen"))
    choice = Field("person_id", "Ist es diese Person?", "radio", options=options, value=chosen)
    form = replace(form, fields=_after(form.fields, "person_born", choice))
    if chosen not in dict(options):
        return form, None, [FieldProblem("person_id", None, CHOOSE, "")]
    return form, None if chosen == NOBODY else chosen, []


def _after(fields: Sequence[Field], name: str, more: Field) -> tuple[Field, ...]:
    place = next(number for number, entry in enumerate(fields) if entry.name == name) + 1
    return (*fields[:place], more, *fields[place:])


def _renamed(problem: Problem) -> list[FieldProblem]:
    names = {"name": "person_name", "birth_year": "person_born"}
    errors = problem.errors or [FieldProblem("person_name", None, problem.detail, "")]
    return [replace(error, field=names.get(error.field, error.field)) for error in errors]


async def people(request: Request, visitor: Visitor, name: str, year: int | None) -> list[dict[str, Any]]:
    """Persons of the own register of this name and birth year. Raises Problem."""
    body = {"name": name, "birth_year": year}
    found = await upstreams(request).call(visitor.principal, "registration", "POST", f"{API}/persons", json=body)
    items: list[dict[str, Any]] = found["items"]
    return items


async def record(
    request: Request, visitor: Visitor, typed: Form, person: str | None, unclear: Sequence[FieldProblem]
) -> str:
    """Save; the draft goes, and what was replaced can be brought back for a while. Raises Problem."""
    key = read_id(typed.hidden["key"])
    form, more = await occupations.settled(request, visitor, typed)
    reading = Reading(form, *unclear, *more)
    body = body_of(reading) | ({"person_id": person} if person else {})
    attempt = Attempt("registration", at(key).path, body)
    if reading.wrong:
        raise await everything_wrong(request, visitor, reading.wrong, [attempt])
    before = await fetch(request, visitor, key) if "revision" in body else None
    told = await saved(request, visitor, attempt)
    await drafts.forget(request, visitor.principal, "participation", key)
    if before is None and told["revision"] == 1:
        await remember(request, visitor, at(key), "withdraw", 1)
    elif before is not None and told["revision"] != before["revision"]:
        await remember(request, visitor, at(key), "correct", told["revision"], undoable(before))
    return f"{PATH}?gespeichert={key}"


def undoable(item: Mapping[str, Any]) -> dict[str, Any]:
    """A participation as it was, to be saved once more; the company's reference nobody knows, so it stays."""
    return {name: item[name] for name in (*KEPT, "after_exit")} | {"german_level": item["german_level"] or "not_stated"}
