"""The form of a participation: its fields, what they become for registration's API, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.forms import Field, Form, read_number, terms
from services.gateway.occupations import key_of, occupation_field
from services.gateway.reading import Reading
from shared import vocabulary as v
from shared.nationalities import NOT_STATED, nationality_labels
from shared.problems import FieldProblem
from shared.vocabulary.measures import MeasureType, Phase

Options = Sequence[tuple[str, str]]
NEW_CODE = ("", "bitte wählen, oder Kürzel darunter eintragen")
NOBODY = "keine"
OPEN = ("", "noch offen")
HIDDEN = ("key", "revision", "before", "proposal", "measure")
PROFILE = ("nationality", "refugee_background", "gender", "age_group", "german_level")
CODED = (*PROFILE, "came_from_counselling", "form", "delivery")
END = ("ended_on", "result", "success")
ESF = ("employment_status", "education_level")
EXITS = ("1", "2", "3")
"""Numbers of the situations after the end that a form holds."""
UNSTATED = ("", "keine Angabe")


AFTER = "ESF Plus: nach dem Ende"


def _entry(offerings: Options) -> tuple[Field, ...]:
    hint = "Ein Kürzel, das es noch nicht gibt, legt ein neues Angebot der Qualifizierung an"
    return (
        Field("offering", "Angebot", "select", options=[NEW_CODE, *offerings]),
        Field("new_code", "Kürzel des Angebots", hint=hint, optional=True),
        Field("entered_on", "Eintritt am", "date", "Zum Beispiel 01.09.2026"),
        Field("came_from_counselling", "Aus der Beratung gekommen", "radio", options=terms(v.YesNo)),
        Field(
            "external_id", "Eigene Kennung", hint="Kein Name; zum Wiederfinden, zum Beispiel TN-2026-07", optional=True
        ),
    )


def _person() -> tuple[Field, ...]:
    hint = "Nur wer dort mit genau diesem Geburtsjahr steht, wird gefunden; sonst leer lassen"
    return (
        Field("person_name", "Name im Personenregister Ihres Trägers", hint=hint, optional=True),
        Field("person_born", "Geburtsjahr", "number", "Zum Beispiel 1988", optional=True),
    )


def _profile() -> tuple[Field, ...]:
    return (
        Field("nationality", "Staatsangehörigkeit", "select", options=list(nationality_labels().items())),
        Field("refugee_background", "Fluchthintergrund", "radio", options=terms(v.YesNo)),
        Field("gender", "Geschlecht", "radio", options=terms(v.Gender)),
        Field("age_group", "Alter beim Eintritt", "select", options=terms(v.AgeGroup)),
        Field("german_level", "Deutsch bei der Aufnahme (GER)", "select", options=terms(v.LanguageLevel)),
        occupation_field("reference_occupation"),
    )


def _measure() -> tuple[Field, ...]:
    hint = (
        "Bei individueller Qualifizierung, zum Beispiel HRB 12345 Mainz; gespeichert wird nur ein Prüfwert, "
        "den ein leeres Feld nicht ändert"
    )
    return (
        Field("form", "Form der Maßnahme", "radio", options=terms(v.CourseForm)),
        Field("delivery", "Durchführung", "select", options=terms(v.Delivery)),
        Field("company", "Kennzeichen des Betriebs", hint=hint, optional=True),
    )


def _esf() -> tuple[Field, ...]:
    hint = "Am Tag des Eintritts. Ohne diese Angabe zählt die Teilnahme im ESF nicht"
    status, level = terms(v.EmploymentStatus), terms(v.EducationLevel)
    return (
        Field("employment_status", "Erwerbsstatus", "select", hint, [UNSTATED, *status], optional=True),
        Field("education_level", "Höchster Abschluss", "select", options=[UNSTATED, *level], optional=True),
    )


def exit_fields() -> tuple[Field, ...]:
    """Fields of the situations on the labour market after the end, each with its day."""
    found, options = [], [UNSTATED, *terms(v.ExitStatus)]
    for number in EXITS:
        name = f"exit_{number}"
        found.append(Field(f"{name}_status", f"{number}. Verbleib", "select", options=options, optional=True))
        found.append(Field(f"{name}_on", f"{number}. Verbleib: seit", "date", optional=True))
    return tuple(found)


def end_fields(*, optional: bool) -> tuple[Field, ...]:
    """Fields of the end; in a correction they may stay empty."""
    results = terms(v.Result)
    return (
        Field("ended_on", "Ende am", "date", "Der letzte Tag der Teilnahme", optional=optional),
        Field("result", "Ergebnis", "radio", options=[OPEN, *results] if optional else results),
        Field("success", "Erfolg", "radio", options=[OPEN, *terms(v.Success)]),
    )


def end_form() -> tuple[Field, ...]:
    """Fields of the short form that ends a participation."""
    return (*end_fields(optional=False), *exit_fields())


def _phases() -> tuple[Field, ...]:
    found = []
    for phase in Phase:
        found.append(Field(f"{phase}_starts", f"{phase.de}: Beginn", "date", optional=True))
        found.append(Field(f"{phase}_ends", f"{phase.de}: Ende", "date", optional=True))
    return tuple(found)


def sections(hidden: Mapping[str, str]) -> list[tuple[str, tuple[Field, ...]]]:
    """Titled sections of the form; end and phases are for a record that is there already."""
    found = [("Eintritt", _entry(()))]
    if not hidden["revision"] and not hidden["proposal"]:
        found.append(("Person", _person()))
    found += [("Statistische Angaben", _profile()), ("Maßnahme", _measure())]
    found.append(("ESF Plus: beim Eintritt", _esf()))
    if hidden["revision"]:
        found.append(("Ende", end_fields(optional=True)))
        found.append((AFTER, exit_fields()))
    if hidden["revision"] and hidden["measure"] == MeasureType.SPECIALIZED:
        found.append(("Phasen von „Specialized!“", _phases()))
    return found


def blank(hidden: Mapping[str, str], offerings: Options) -> Form:
    """An empty form: everything that is coded says *keine Angabe*."""
    whole = {name: hidden.get(name, "") for name in HIDDEN}
    parts = [_entry(offerings), *(part for _, part in sections(whole)[1:])]
    form = Form(tuple(entry for part in parts for entry in part), whole)
    return form.with_values(dict.fromkeys(CODED, NOT_STATED))


def form_of(item: Mapping[str, Any], hidden: Mapping[str, str], offerings: Options) -> Form:
    """The form with the values of a record or a proposal."""
    values = {name: item.get(name) for name in ("entered_on", "external_id", "reference_occupation", *ESF, *END)}
    values |= exit_values(item)
    values |= {name: item.get(name) or NOT_STATED for name in CODED}
    for entry in item.get("phases", ()):
        values |= {f"{entry['phase']}_{name}": entry[name] for name in ("starts", "ends")}
    code = item.get("offering") or ""
    known = [*offerings] if not code or code in dict(offerings) else [*offerings, (code, code)]
    return blank(hidden, known).with_values(values | {"offering": code})


def exit_values(item: Mapping[str, Any]) -> dict[str, Any]:
    """The situations after the end of a record as a form holds them."""
    entries = zip(EXITS, item.get("after_exit", ()), strict=False)
    return {f"exit_{number}_{name}": entry[name] for number, entry in entries for name in ("status", "on")}


def body_of(reading: Reading) -> dict[str, Any]:
    """The participation as registration takes it; what cannot be read is noted. Raises Problem 422 for a bent form."""
    form = reading.form
    fields = {entry.name: entry for entry in form.fields}
    body: dict[str, Any] = {name: form.text(name) or NOT_STATED for name in CODED}
    body |= {
        "entered_on": reading.day(fields["entered_on"]).isoformat(),
        "external_id": form.text("external_id") or None,
    }
    body["reference_occupation"] = key_of(form, "reference_occupation")
    body |= {name: form.text(name) or None for name in ESF}
    body |= _offering(reading)
    if company := form.text("company"):
        body["company"] = company
    if form.hidden["proposal"]:
        body["proposal_id"] = form.hidden["proposal"]
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
        body |= end_of(reading)
    if f"{Phase.RECRUITMENT}_starts" in fields:
        body["phases"] = [found for phase in Phase if (found := _phase(reading, fields, phase))]
    return body


def _offering(reading: Reading) -> dict[str, Any]:
    chosen, typed = reading.form.text("offering"), reading.form.text("new_code")
    if not chosen and not typed:
        text = "„Angebot“ fehlt."
        reading.wrong.append(
            FieldProblem("offering", None, text, "Bitte eines wählen oder darunter ein Kürzel eintragen.")
        )
    return {"offering": chosen or typed or "-", "new_offering": not chosen}


def end_of(reading: Reading) -> dict[str, Any]:
    """The end and what came after it; an empty day says there is none."""
    day = next(entry for entry in reading.form.fields if entry.name == "ended_on")
    needed = not day.optional or reading.form.text("ended_on")
    return {
        "ended_on": reading.day(day).isoformat() if needed else None,
        "result": reading.form.text("result") or None,
        "success": reading.form.text("success") or None,
        "after_exit": [found for number in EXITS if (found := _situation(reading, f"exit_{number}"))],
    }


def _situation(reading: Reading, name: str) -> dict[str, Any] | None:
    status, typed = reading.form.text(f"{name}_status"), reading.form.text(f"{name}_on")
    if not status and not typed:
        return None
    day = next(entry for entry in reading.form.fields if entry.name == f"{name}_on")
    if not status:
        text = "Zum Tag fehlt der Verbleib."
        reading.wrong.append(FieldProblem(f"{name}_status", None, text, "Bitte wählen oder den Tag leeren."))
    return {"status": status or "neither", "on": reading.day(day).isoformat()}


def _phase(reading: Reading, fields: Mapping[str, Field], phase: Phase) -> dict[str, Any] | None:
    days = {
        name: reading.day(fields[f"{phase}_{name}"]).isoformat() if reading.form.text(f"{phase}_{name}") else None
        for name in ("starts", "ends")
    }
    if not any(days.values()):
        return None
    if days["starts"] is None:
        text = f"Der Beginn von „{phase.de}“ fehlt."
        reading.wrong.append(FieldProblem(f"{phase}_starts", None, text, "Bitte ergänzen oder das Ende leeren."))
    return {"phase": str(phase)} | days | {"starts": days["starts"] or days["ends"]}
