"""The form of a case's confidential data: four parts, nothing in them needed, and the body that counselling takes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.gateway.forms import Field, Form, terms
from services.gateway.reading import Reading
from shared.vocabulary import sensitive as v

DAY = "Zum Beispiel 01.09.2026"
NONE = ("", "keine Angabe")
PLACE = "Name der Einrichtung, wie er amtlich heißt; daran erkennt das System, ob sich Fälle dort häufen"
LADS = ("", "LADS (Antidiskriminierungsstelle des Landes Rheinland-Pfalz)")
VOCABULARIES = {"residence_status": v.ResidenceStatus, "asylum_stage": v.AsylumStage, "informed": v.AsylumInformation}
VOCABULARIES |= {"vulnerable": v.Vulnerability, "discrimination_state": v.DiscriminationState}
VOCABULARIES |= {"context": v.DiscriminationContext, "support": v.SupportBeside, "assessment": v.LegalAssessment}
VOCABULARIES |= {"decision": v.ClientDecision, "reason": v.OpeningReason}
WORDS = {name: {str(term): term.de for term in kind} for name, kind in VOCABULARIES.items()}
"""Labels by field and code."""
REASONS = terms(v.OpeningReason)
DAYS = ("residence_until", "first_talk_on", "referred_on")
SEVERAL = ("informed", "vulnerable")


class Part(NamedTuple):
    """A part of the form; `fields` are names."""

    title: str
    fields: tuple[str, ...]


PARTS = (
    Part("Aufenthalt", ("residence_status", "residence_until", "residence_note")),
    Part("Asylverfahren", ("asylum_stage", "in_municipality", "informed", "asylum_note")),
    Part("Besonderer Schutzbedarf", ("vulnerable",)),
    Part(
        "Diskriminierung",
        (
            *(
                "discrimination_state",
                "context",
                "place",
                "discrimination_note",
                "first_talk_on",
                "referred_on",
                "body_id",
            ),
            *("support", "assessment", "decision"),
        ),
    ),
)


def _one(name: str, label: str, hint: str = "") -> Field:
    return Field(name, label, "select", hint, options=[NONE, *terms(VOCABULARIES[name])], optional=True)


def _text(name: str, label: str) -> Field:
    return Field(name, label, hint="Nur, was für die Beratung nötig ist", optional=True, longest=1000)


def _day(name: str, label: str) -> Field:
    return Field(name, label, "date", DAY, optional=True)


def confidential_form(
    offices: Sequence[Mapping[str, Any]], revision: object, *, own_office: bool, locked: bool = False
) -> Form:
    """The form; `own_office`: the Land has one for all (LADS). `locked`: it must be opened again, with a reason."""
    choices = [LADS if own_office else ("", "keine"), *((one["body_id"], one["name"]) for one in offices)]
    lives = [("yes", "lebt in einer Kommune (nicht in einer Aufnahmeeinrichtung)")]
    fields = (
        _one("residence_status", "Aufenthaltsstatus", "Kein Nachweis nötig"),
        _day("residence_until", "Gültig bis"),
        _text("residence_note", "Notiz zum Aufenthalt"),
        _one("asylum_stage", "Stand des Asylverfahrens"),
        Field("in_municipality", "Wohnort", "checks", options=lives, optional=True),
        Field("informed", "Informiert über", "checks", options=terms(v.AsylumInformation), optional=True),
        _text("asylum_note", "Notiz zum Asylverfahren"),
        Field("vulnerable", "Gehört zu", "checks", options=terms(v.Vulnerability), optional=True),
        _one("discrimination_state", "Stand", "Schritt für Schritt; zurück ist eine Berichtigung"),
        _one("context", "Lebensbereich"),
        Field("place", "Wo oder bei wem", hint=PLACE, optional=True),
        _text("discrimination_note", "Notiz zur Diskriminierung"),
        _day("first_talk_on", "Erstgespräch am"),
        _day("referred_on", "Verwiesen am"),
        Field("body_id", "Antidiskriminierungsstelle", "select", options=choices, optional=True),
        _one("support", "Sozialpädagogische Begleitung"),
        _one("assessment", "Einschätzung der Antidiskriminierungsstelle", "Ihre Einschätzung, nicht unsere"),
        _one("decision", "Entscheidung der Person"),
    )
    why = Field("reason", "Grund, die Angaben wieder zu öffnen", "select", options=REASONS)
    shown = "" if revision is None else str(revision)
    return Form((why, *fields) if locked else fields, {"revision": shown})


def with_content(form: Form, content: Mapping[str, Any]) -> Form:
    """The form with what is kept."""
    return form.with_values(dict(content) | {"in_municipality": ["yes"] if content["in_municipality"] else []})


def confidential_body(reading: Reading) -> dict[str, Any]:
    """The data as counselling takes it; what cannot be read is noted."""
    form, body = reading.form, dict[str, Any]()
    for entry in form.fields:
        if entry.name in SEVERAL:
            body[entry.name] = form.chosen(entry.name)
        elif entry.name in DAYS:
            body[entry.name] = reading.day(entry).isoformat() if form.text(entry.name) else None
        elif entry.name == "in_municipality":
            body[entry.name] = bool(form.chosen(entry.name))
        else:
            body[entry.name] = form.text(entry.name) or None
    body["revision"] = int(form.hidden["revision"]) if form.hidden["revision"] else None
    return body


class Shown(NamedTuple):
    """A part with its fields, and whether it stands open."""

    title: str
    fields: list[Field]
    open: bool


def parts_of(form: Form) -> list[Shown]:
    """The form in its parts; one with something in it stands open."""
    by_name = {entry.name: entry for entry in form.fields}
    found = []
    for part in PARTS:
        fields = [by_name[name] for name in part.fields]
        found.append(Shown(part.title, fields, any(entry.value or entry.values or entry.error for entry in fields)))
    return found
