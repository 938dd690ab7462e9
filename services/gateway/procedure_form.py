"""Forms of a recognition procedure: all of it, its next stand, a stage; and the bodies that counselling takes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.gateway.forms import Field, Form, read_number, terms
from services.gateway.occupations import key_of, occupation_field
from services.gateway.reading import Reading
from shared import clock
from shared import vocabulary as v

Item = Mapping[str, Any]
ORDER = [str(state) for state in v.ProcedureState]
NO_AUTHORITY = ("", "noch keine, oder nicht im Verzeichnis")
OUR_ADDITION = (
    "Ab dem Bescheid. „keine Gleichwertigkeit“ ist eine Angabe dieses Systems; wichtig sind dann die Alternativen: "
    "qualifikationsnahe Arbeit, Selbstständigkeit, Studium"
)
ANNOUNCED = Field(
    "announced_on", "Bescheid angekündigt bis", "date", "Nur was die Stelle selbst genannt hat", optional=True
)
QUALIFICATION = {"kind": str(v.StageKind.QUALIFICATION_COUNSELLING)}
IN_TWO_WEEKS = timedelta(days=14)
PARTICIPATES = [("yes", "nimmt am Programm „Specialized!“ teil")]


def land_field() -> Field:
    """Where the person wants to work; where she lives is not asked."""
    hint = "Land, in dem die Person arbeiten will"
    return Field("land", "Land der Arbeit", "select", hint, [("", "noch offen"), *terms(v.Land)], optional=True)


def _stand(states: Sequence[str]) -> tuple[Field, ...]:
    outcomes = [("", "noch kein Bescheid"), *terms(v.ProcedureOutcome)]
    chosen = [(str(state), state.de) for state in v.ProcedureState if str(state) in states]
    return (
        Field("state", "Stand", "select", options=chosen),
        Field("since", "Seit", "date", "Tag, an dem dieser Stand erreicht war", value=f"{clock.today():%d.%m.%Y}"),
        Field("outcome", "Ergebnis des Bescheids", "select", OUR_ADDITION, outcomes, optional=True),
        ANNOUNCED,
    )


def whole_form(hidden: Mapping[str, str]) -> Form:
    """All fields of a procedure; authorities are found by occupation and Land (`with_authorities`)."""
    participates = Field("specialized", "Programm", "checks", "Nur Ärzt*innen", PARTICIPATES, optional=True)
    kind = Field("kind", "Art des Verfahrens", "select", options=terms(v.ProcedureKind))
    authority = Field("authority_id", "Zuständige Stelle", "radio", options=[NO_AUTHORITY], optional=True)
    where = (occupation_field("reference_occupation"), land_field(), authority)
    return Form((*where, *_stand(ORDER), kind, participates), hidden)


def new_form(key: str, network: str, occupation: str | None) -> Form:
    """A procedure that is being begun: after a session, in this network's Land, of the occupation already known."""
    lands = {str(land) for land in v.Land}
    land = network if network in lands else ""
    values = {"state": "counselled", "since": clock.today().isoformat(), "land": land, "kind": "recognition"}
    return whole_form({"key": key, "revision": ""}).with_values(values | {"reference_occupation": occupation})


def stored_form(item: Item) -> Form:
    """The form with the values of a stored procedure."""
    hidden = {"key": str(item["procedure_id"]), "revision": str(item["revision"])}
    values = dict(item) | {"specialized": ["yes"] if item["specialized"] else []}
    return whole_form(hidden).with_values(values)


def next_form(item: Item) -> Form:
    """The form of the next stand."""
    hidden = {"key": str(item["procedure_id"]), "revision": str(item["revision"])}
    fields = _stand(item["next_states"])
    decided = item["outcome"] is not None  # then nothing is announced any more
    form = Form(tuple(entry for entry in fields if not (decided and entry is ANNOUNCED)), hidden)
    return form.with_values({"since": clock.today().isoformat(), "announced_on": item["announced_on"]})


def stage_form(item: Item, key: str) -> Form:
    """The form of a further stage: planned in two weeks unless something else is said."""
    kinds = [(str(kind), kind.de) for kind in map(v.StageKind, item["offered_stages"])]
    fields = (
        Field("kind", "Etappe", "select", options=kinds),
        Field("result", "Stand der Etappe", "select", options=terms(v.StageState)),
        Field("on", "Am", "date", "Geplanter Tag, oder Tag des Ergebnisses"),
    )
    return Form(fields, {"key": key}).with_values({"on": (clock.today() + IN_TWO_WEEKS).isoformat()})


def with_authorities(form: Form, found: Sequence[Item], chosen: Item | None = None) -> Form:
    """The form with the authorities found; one chosen before stays, even if the directory has lost it."""
    entries = [*found, *([chosen] if chosen and all(chosen["name"] != entry["name"] for entry in found) else [])]
    options = [NO_AUTHORITY, *((str(entry["authority_id"]), _named(entry)) for entry in entries)]
    known = dict(options)
    return replace(
        form,
        fields=tuple(
            replace(entry, options=options, value=entry.value if entry.value in known else "")
            if entry.name == "authority_id"
            else entry
            for entry in form.fields
        ),
    )


def _named(entry: Item) -> str:
    place = v.Land(entry["land"]).de if entry["land"] else "bundesweit"
    old = ", seit über einem Jahr nicht geprüft" if entry["stale"] else ""
    return f"{entry['name']} ({place}{old})"


def body_of(reading: Reading, stored: Item | None) -> dict[str, Any]:
    """The procedure as counselling takes it: what the form does not have stays as stored.

    The whole form corrects what is stored, unless it names a later state.
    """
    form = reading.form
    names = ("kind", "reference_occupation", "land", "authority_id", "specialized", "announced_on")
    body: dict[str, Any] = {name: stored[name] for name in names} if stored is not None else {}
    for entry in form.fields:
        if entry.kind == "date":
            empty = entry.optional and not form.text(entry.name)
            body[entry.name] = None if empty else reading.day(entry).isoformat()
        elif entry.kind == "occupation":
            body[entry.name] = key_of(form, entry.name)
        elif entry.kind == "checks":
            body[entry.name] = bool(form.chosen(entry.name))
        else:
            body[entry.name] = form.text(entry.name) or None
    whole = any(entry.name == "kind" for entry in form.fields)
    if stored is not None and whole:
        body["correction"] = body["state"] in ORDER and ORDER.index(body["state"]) <= ORDER.index(stored["state"])
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    return body


def stage_body(reading: Reading, revision: str) -> dict[str, Any]:
    """A stage as counselling takes it."""
    form = reading.form
    day = next(entry for entry in form.fields if entry.name == "on")
    body = {"kind": form.text("kind"), "state": form.text("result"), "on": reading.day(day).isoformat()}
    return body | ({"revision": read_number(revision, "revision", "Stand")} if revision else {})
