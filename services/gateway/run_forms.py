"""Forms of runs of programmes and of their dates: what is typed becomes what registration takes."""

import re
from datetime import date, datetime, time
from typing import Any

from services.gateway.forms import Field, Form, read_day, read_id, read_number, terms
from shared import vocabulary as v
from shared.clock import BERLIN
from shared.problems import FieldProblem, invalid
from shared.vocabulary.runs import CoachingForm, Policy

CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?", re.ASCII)
LAST = time(23, 59)
YES = [("yes", "Ja")]
OF_PROGRAMME = ("", "wie vom Programm vorgesehen")
RUN_TEXTS = ("programme", "programme_line", "public_title", "summary", "topic", "policy", "opening_process")
DATE_TEXTS = ("step", "registration_id", "place", "link", "form")


def run_form(programmes: list[dict[str, Any]], run_id: str, item: dict[str, Any] | None = None) -> Form:
    """The form of a run, new or stored."""
    known = [(one["programme"], one["title"]) for one in programmes]
    lines = [OF_PROGRAMME, *terms((v.ProgrammeLine.INTERCULTURAL, v.ProgrammeLine.SKILLED_WORKER_NETWORKS))]
    lines += terms((v.ProgrammeLine.QUALIFICATION,))
    moment = "Tag und Uhrzeit, zum Beispiel 15.04.2027 12:00"
    process = "Zu welchem Prozess der Interkulturellen Öffnung im Haus gehört der Durchgang? Bei IKKE / MIB nötig"
    fields = (
        Field("programme", "Programm", "select", options=known),
        Field("programme_line", "Handlungsfeld", "select", "Bei allgemeinen Schulungen nötig", lines, optional=True),
        Field("public_title", "Titel", hint="So sehen ihn alle, auch in der Ankündigung"),
        Field("summary", "Beschreibung", "lines", "Ebenfalls öffentlich, ohne Namen", optional=True),
        Field("topic", "Thema", "select", options=[("", "keine Angabe"), *terms(v.Topic)], optional=True),
        Field("opening_process", "Öffnungsprozess", hint=process, optional=True),
        Field("starts_on", "Beginn", "date", "TT.MM.JJJJ"),
        Field("ends_on", "Ende", "date", optional=True),
        Field("min_places", "Mindestzahl der Anmeldungen", "number", "Leer: wie im Programm", optional=True),
        Field("max_places", "Höchstzahl der Anmeldungen", "number", "Leer: wie im Programm", optional=True),
        Field("opens_at", "Anmeldung ab", hint=moment, optional=True),
        Field("deadline", "Anmeldung bis", hint=moment, optional=True),
        Field("policy", "Vergabe der Plätze", "radio", options=terms(Policy)),
        Field("published", "Öffentlich ankündigen", "checks", options=YES, optional=True),
        Field("cross_region", "Auch für andere Netzwerke", "checks", options=YES, optional=True),
    )
    values: dict[str, Any] = {"policy": Policy.STRICT.value}
    if item is not None:
        values = dict(item) | {name: typed(item[name]) for name in ("opens_at", "deadline")}
        values |= {name: ["yes"] if item[name] else [] for name in ("published", "cross_region")}
    return Form(fields, {"run_id": run_id, "revision": str(item["revision"]) if item else ""}).with_values(values)


def run_body(form: Form) -> dict[str, Any]:
    """The run as registration takes it. Raises Problem 422."""
    body: dict[str, Any] = {name: form.text(name) or None for name in RUN_TEXTS}
    body |= {name: bool(form.chosen(name)) for name in ("published", "cross_region")}
    body["starts_on"] = read_day(form.text("starts_on"), "starts_on", "Beginn").isoformat()
    body["ends_on"] = read_day(form.text("ends_on"), "ends_on", "Ende").isoformat() if form.text("ends_on") else None
    for name in ("min_places", "max_places"):
        body[name] = read_number(form.text(name), name, "Zahl der Anmeldungen")
    body["opens_at"] = read_instant(form.text("opens_at"), "opens_at", time())
    body["deadline"] = read_instant(form.text("deadline"), "deadline", LAST)
    return body | _revision(form)


def date_form(plan: dict[str, Any], run_meeting_id: str, item: dict[str, Any] | None = None, **given: str) -> Form:
    """The form of a date of a run, new or stored; `given` are the step it begins with and the date it replaces."""
    steps = [(one["code"], one["title"]) for one in plan["programme"]["steps"]]
    houses = [("", "alle gemeinsam"), *((one["registration_id"], one["house"]) for one in plan["teams"])]
    fields = [Field("step", "Schritt", "select", options=steps)]
    if any(one["per_team"] for one in plan["programme"]["steps"]):
        hint = "Bei Schritten, die in jedem Haus einzeln stattfinden"
        fields.append(Field("registration_id", "Haus", "select", hint, houses, optional=True))
        forms = [("", "keine Angabe"), *terms(CoachingForm)]
        fields.append(Field("form", "Form des Coachings", "select", options=forms, optional=True))
    fields += [
        Field("date", "Datum", "date", "TT.MM.JJJJ"),
        Field("starts_at", "Beginn", hint="Zum Beispiel 9:00"),
        Field("ends_at", "Ende", hint="Zum Beispiel 16:30"),
        Field("place", "Ort", optional=True, longest=300),
        Field("link", "Link zur Videokonferenz", "link", "Beginnt mit https://", optional=True),
        Field(
            "speakers", "Referent*innen", hint="Mit Komma getrennt; sieht nur Ihr Träger", optional=True, longest=2000
        ),
    ]
    hidden = {"run_meeting_id": run_meeting_id, "revision": "", "replaces": given.get("replaces", "")}
    values: dict[str, Any] = {"step": given.get("step", "")}
    if item is not None:
        hidden |= {"revision": str(item["revision"]), "replaces": item["replaces"] or ""}
        values = item | when(item) | {"speakers": ", ".join(item["speakers"])}
    return Form(tuple(fields), hidden).with_values(values)


def date_body(form: Form) -> dict[str, Any]:
    """The date as registration takes it. Raises Problem 422."""
    day = read_day(form.text("date"), "date", "Datum")
    body: dict[str, Any] = {name: form.text(name) or None for name in DATE_TEXTS}
    for name, label in (("starts_at", "Beginn"), ("ends_at", "Ende")):
        body[name] = datetime.combine(day, read_clock(form.text(name), name, label), tzinfo=BERLIN).isoformat()
    body["speakers"] = [part.strip() for part in form.text("speakers").split(",") if part.strip()]
    body["replaces"] = str(read_id(form.hidden["replaces"])) if form.hidden["replaces"] else None
    return body | _revision(form)


def when(item: dict[str, Any]) -> dict[str, str]:
    """Day and times of a date as its form shows them."""
    starts, ends = (datetime.fromisoformat(item[name]).astimezone(BERLIN) for name in ("starts_at", "ends_at"))
    return {"date": f"{starts:%d.%m.%Y}", "starts_at": f"{starts:%H:%M}", "ends_at": f"{ends:%H:%M}"}


def typed(instant: str | None) -> str:
    """An instant as people type it."""
    return f"{datetime.fromisoformat(instant).astimezone(BERLIN):%d.%m.%Y %H:%M}" if instant else ""


def read_clock(text: str, name: str, label: str) -> time:
    """A time typed as 9, 9:30 or 9.30 Uhr. Raises Problem 422."""
    match = CLOCK.fullmatch(text.strip())
    try:
        return time(int(match[1]), int(match[2] or 0)) if match else _unread(text, name, label)
    except ValueError:
        return _unread(text, name, label)


def _unread(text: str, name: str, label: str) -> time:
    said = f"„{label}“ ist keine Uhrzeit." if text.strip() else f"„{label}“ fehlt."
    raise invalid(FieldProblem(name, text[:40], said, "Bitte als 9:30 eintragen."))


def read_instant(text: str, name: str, otherwise: time) -> str | None:
    """A day with or without a time; empty stays empty. Raises Problem 422."""
    if not text:
        return None
    day_text, _, clock_text = text.partition(" ")
    label = "Anmeldung ab" if name == "opens_at" else "Anmeldung bis"
    day: date = read_day(day_text, name, label)
    at = read_clock(clock_text, name, label) if clock_text.strip() else otherwise
    return datetime.combine(day, at, tzinfo=BERLIN).isoformat()


def _revision(form: Form) -> dict[str, int | None]:
    if not form.hidden["revision"]:
        return {}
    return {"revision": read_number(form.hidden["revision"], "revision", "Stand", optional=False)}
