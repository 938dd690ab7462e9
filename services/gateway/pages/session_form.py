"""The form of a session: its fields, what is known before anybody types, and the body that counselling takes."""

import json
from dataclasses import replace
from typing import Any

from services.gateway.forms import Field, Form, read_number, terms
from services.gateway.labels import languages
from services.gateway.occupations import key_of, occupation_field
from services.gateway.pages.offices import Places
from services.gateway.pages.records import new_id
from services.gateway.reading import Reading
from shared import clock
from shared import vocabulary as v
from shared.nationalities import NOT_STATED, nationality_labels
from shared.vocabulary.cases import Founder

KINDS = [
    ("", "Beratung (das System erkennt Erst- oder Folgeberatung)"),
    ("referral", "Verweisberatung"),
    ("short", "Kurzberatung"),
    ("second_level", "Second-Level-Anfrage einer anderen Stelle (ohne Namen)"),
]
DECIDED = frozenset({v.SessionType.FIRST, v.SessionType.FOLLOW_UP})
"""Types that the system decides on."""
CIRCUMSTANCES = [("mobile", "mobil, außerhalb der Beratungsstelle"), ("outreach", "aufsuchend")]
OPEN = ("", "keine Angabe")
AT_PARTNER = "Der Partner erfährt nur, wofür es eine Entbindung von der Schweigepflicht gibt"  # CNS-25
RESIDENCE = "Von außerhalb der EU: Fragen des Aufenthalts gehören zur Gründungsberatung"  # MOE-02
# Traits of the person, kept with her and, as they were that day, with the session.
TRAITS = ("nationality", "refugee_background", "gender")
# What a further session takes from the last one; occasions and referral are its own.
CARRIED = (*TRAITS, "programme_line", "channel", "office", "language", "has_degree", "reference_occupation")
DEFAULTS: dict[str, Any] = dict.fromkeys((*TRAITS, "has_degree"), NOT_STATED) | {
    "channel": "in_person",
    "programme_line": "recognition_counselling",
    "session_type": "",
}
SHOWN_FIRST = 8
"""Decisions a first counselling asks for at most; everything else stands behind *Weitere Angaben*."""


def session_form(hidden: dict[str, str], places: Places) -> Form:
    """All fields of a session."""
    return Form((*_first(), *_more(places)), hidden)


def _first() -> tuple[Field, ...]:
    return (
        Field("date", "Datum der Beratung", "date", "Zum Beispiel 01.09.2026", value=f"{clock.today():%d.%m.%Y}"),
        Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine)),
        Field("name", "Name der ratsuchenden Person", hint="Leer lassen für anonyme Beratung", optional=True),
        Field("birth_year", "Geburtsjahr", "number", "Vierstellig, zum Beispiel 1988", optional=True),
        Field("nationality", "Staatsangehörigkeit", "select", options=list(nationality_labels().items())),
        Field("refugee_background", "Fluchthintergrund", "radio", options=terms(v.YesNo)),
        Field("session_type", "Art der Beratung", "radio", options=KINDS),
        Field("channel", "Kanal", "radio", options=terms(v.Channel)),
    )


def _more(places: Places) -> tuple[Field, ...]:
    partners = [("", "keinem Partner"), *places.partners]
    spoken = [OPEN, *(entry for entry in languages() if entry[0] != NOT_STATED)]
    found = (
        Field("occasions", "Anlässe (nur Faire Integration)", "checks", options=terms(v.Occasion)),
        Field("founder", "Selbständigkeit (nur Migrantenökonomie)", "select", RESIDENCE, [OPEN, *terms(Founder)]),
        Field("referral_target", "Verweis an", "select", options=[("", "kein Verweis"), *terms(v.ReferralTarget)]),
        Field("office", "Beratungsstelle", "select", options=[OPEN, *places.offices]),
        Field("language", "Sprache der Beratung", "select", options=spoken),
        Field("gender", "Geschlecht", "select", options=terms(v.Gender)),
        Field("has_degree", "Abschluss vorhanden", "select", options=terms(v.YesNo)),
        occupation_field("reference_occupation"),
        Field("circumstances", "Umstände", "checks", options=CIRCUMSTANCES),
        Field("partner_id", "In den Räumen von", "select", AT_PARTNER, partners),
    )
    return tuple(replace(entry, optional=True, more=True) for entry in found)


def new_hidden() -> dict[str, str]:
    """Hidden values of a form that is being opened: its ids are minted now, so that a double save counts once."""
    blank = dict.fromkeys(("person_revision", "revision", "age_group", "before", "appointment_id"), "")
    return {"session_id": new_id(), "person_id": new_id(), **blank}


def opened(
    places: Places, office: str, person: dict[str, Any] | None, last: dict[str, Any] | None, kind: str = ""
) -> Form:
    """A new form with all that is known: the account's office, the person, and what her last session says."""
    hidden, values = new_hidden(), DEFAULTS | {"office": office}
    if person is not None:
        hidden |= {"person_id": str(person["person_id"]), "person_revision": str(person["revision"])}
        names = ("name", "birth_year", "has_degree", *TRAITS)
        values |= {name: person[name] for name in names if person.get(name) is not None}
        values |= _learnt(person)
    if last is not None:
        values |= {name: last[name] for name in CARRIED if last[name] is not None} | _circumstances(last)
        if last["date"][:4] == str(clock.today().year):
            hidden["age_group"] = last["age_group"]
    values |= {"date": clock.today().isoformat(), "session_type": kind}
    return session_form(hidden, _with(places, last)).with_values(values)


def _learnt(person: dict[str, Any]) -> dict[str, str]:
    """The reference occupation of her qualifications, if they agree on one."""
    keys = {one["reference_occupation"] for one in person.get("qualifications") or []} - {None}
    return {"reference_occupation": keys.pop()} if len(keys) == 1 else {}


def stored(places: Places, item: dict[str, Any], person: dict[str, Any] | None) -> Form:
    """The form with the values of a stored session; `before` keeps them, to tell later what was changed here."""
    hidden = new_hidden() | {"session_id": item["session_id"], "revision": str(item["revision"])}
    hidden["age_group"] = item["age_group"]
    values = item | {"session_type": "" if item["session_type"] in DECIDED else item["session_type"]}
    values |= _circumstances(item)
    if person is not None:
        hidden |= {"person_id": str(person["person_id"]), "person_revision": str(person["revision"])}
        values |= {"name": person["name"], "birth_year": person["birth_year"]}
    form = _with_kind(session_form(hidden, _with(places, item)), values["session_type"]).with_values(values)
    return Form(form.fields, hidden | {"before": values_of(form)})


def _with_kind(form: Form, kind: str) -> Form:
    """The form with a type that only old lists have, so that a correction leaves it."""
    if kind in dict(KINDS):
        return form
    kinds = [*KINDS, (kind, v.SessionType(kind).de)]
    fields = (replace(entry, options=kinds) if entry.name == "session_type" else entry for entry in form.fields)
    return replace(form, fields=tuple(fields))


def values_of(form: Form) -> str:
    """The values of a form's fields as one text."""
    return json.dumps({entry.name: entry.plain or list(entry.values) for entry in form.fields}, ensure_ascii=False)


def _with(places: Places, item: dict[str, Any] | None) -> Places:
    """The places with those of a record, which may have gone since."""
    if item is None:
        return places
    offices = [*places.offices]
    if item["office"] and item["office"] not in dict(offices):
        offices.append((item["office"], item["office_name"]))
    return Places(offices, places.partners).with_partner(item["partner_id"])


def _circumstances(item: dict[str, Any]) -> dict[str, Any]:
    return {"circumstances": [name for name, _ in CIRCUMSTANCES if item[name]]}


def session_body(reading: Reading) -> dict[str, Any]:
    """The session as counselling's API takes it; what cannot be read is noted. Raises Problem 422 for a bent form."""
    body: dict[str, Any] = {}
    form = reading.form
    for entry in form.fields:
        if entry.kind == "checks":
            body[entry.name] = form.chosen(entry.name)
        elif entry.kind == "date":
            body[entry.name] = reading.day(entry).isoformat()
        elif entry.kind == "number":
            body[entry.name] = reading.number(entry)
        elif entry.kind == "occupation":
            body[entry.name] = key_of(form, entry.name)
        else:
            body[entry.name] = form.text(entry.name) or None
    body |= {trait: body[trait] or NOT_STATED for trait in (*TRAITS, "has_degree")}
    body |= {name: name in body["circumstances"] for name, _ in CIRCUMSTANCES}
    named = body.pop("name")
    del body["circumstances"]
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
        body["keep_person"] = named is None and not form.hidden["person_revision"]  # known only to an old list
    if form.hidden["age_group"] and body["birth_year"] is None:
        body["age_group"] = form.hidden["age_group"]  # known from before, though the year was not kept
    return body


def as_recorded(item: dict[str, Any]) -> dict[str, Any]:
    """The body that records a session as `item` shows it."""
    more = ("person_id", "age_group", "founder", "partner_id", "occasions", "referral_target")
    names = (*CARRIED, "date", "mobile", "outreach", *more)
    kind = None if item["session_type"] in DECIDED else item["session_type"]
    return {name: item[name] for name in names} | {"session_type": kind}
