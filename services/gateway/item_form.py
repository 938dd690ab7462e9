"""Forms of items (Vorgänge), made of what registration says a kind asks: a field added there stands here at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.forms import Field, FieldKind, Form, read_number

KINDS: Mapping[str, FieldKind] = {"lines": "lines", "url": "link", "text": "text", "mailbox": "text"}
"""How a field is typed; every other kind is chosen."""
LONGEST_TEXT = 4000
CHOOSE = ("", "bitte wählen")
OPEN = ("", "keine Angabe")
ONLY_IMPORTED = "not_stated"
FOR_RELEASE = {
    "public": "Nötig, bevor es öffentlich wird",
    "sheet": "Nötig für den Steckbrief, wenn das Beratungsgremium das Beispiel ausgewählt hat",
}
STATE, REASON = "state", "reason"
CONFIRM = (("1", "Was nach einer Person aussieht, soll trotzdem öffentlich werden; es ist abgesprochen"),)
SEEN = (("1", "Ich habe die öffentliche Fassung gesehen; genau so soll sie für alle erscheinen"),)
BACK = Field(REASON, "Grund", hint="Sieht, wer den Eintrag schreibt; bleibt im Netzwerk")
Item = Mapping[str, Any]


def item_form(kind: Item, key: str, item: Item | None = None) -> Form:
    """The form of a kind: empty, or with the values of a stored item."""
    values = dict(item["values"]) if item else {}
    fields = [_field(one, values) for one in kind["fields"]]
    if item is None and len(kind["first"]) > 1:
        states = [(one["state"], one["label"]) for one in kind["first"]]
        fields.insert(1, Field(STATE, "Stand", "radio", options=states, value=states[0][0]))
    return Form(tuple(fields), {"key": key, "revision": str(item["revision"]) if item else ""})


def _field(one: Item, values: Mapping[str, str]) -> Field:
    """A field; the value „nicht angegeben“ of an approval only where an old list has left it open."""
    value, needed = values.get(one["name"], ""), one["needed"]
    hints = [one["hint"], FOR_RELEASE.get(needed, "")]
    kind = KINDS.get(one["kind"], "select")
    options: list[tuple[str, str]] = []
    if kind == "select":
        offered = [(code, _label(one, code, text)) for code, text in one["options"] or ()]
        if one["name"] == "azav" and (not values or value not in ("", ONLY_IMPORTED)):
            offered = [entry for entry in offered if entry[0] != ONLY_IMPORTED]
        options = [CHOOSE if needed == "always" else OPEN, *offered]
    return Field(
        one["name"],
        one["label"],
        kind,
        "; ".join(filter(None, hints)),
        options,
        optional=needed != "always",
        value=value,
        longest=min(one["longest"] + 200, LONGEST_TEXT),
    )


def _label(one: Item, code: str, text: str) -> str:
    """A unit or an offering with its code, everything else as it is called."""
    return f"{code}: {text}" if one["kind"] == "unit" else text


def body_of(kind: Item, form: Form) -> dict[str, Any]:
    """An item as registration takes it. Raises Problem 422 for a bent form."""
    values = {one["name"]: form.text(one["name"]) or None for one in kind["fields"]}
    body: dict[str, Any] = {"item_kind": kind["kind"], "values": values}
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    elif state := form.text(STATE):
        body["state"] = state
    return body


def step_form(item: Item) -> Form:
    """Where an item may go from its state; the reason is needed for some steps."""
    needed = [one["label"] for one in item["steps"] if one["reason"]]
    hint = f"Nötig für: {', '.join(needed)}. Bleibt im Netzwerk" if needed else "Bleibt im Netzwerk"
    options = [(one["state"], one["label"]) for one in item["steps"]]
    fields = (Field(STATE, "Neuer Stand", "radio", options=options), Field(REASON, "Grund", hint=hint, optional=True))
    return _of(item, fields)


def submit_form(item: Item) -> Form:
    """Handing the public texts in."""
    return _of(item, _confirmation(item))


def release_form(item: Item) -> Form:
    """Releasing them: seen as they will be public."""
    seen = Field("seen_as_public", "Öffentliche Fassung", "checks", options=SEEN)
    return _of(item, (seen, *_confirmation(item)))


def back_form(item: Item) -> Form:
    """Giving them back, or taking them from the public."""
    return _of(item, (BACK,))


def _confirmation(item: Item) -> tuple[Field, ...]:
    if not item["doubts"]:
        return ()
    return (Field("confirmed", "Angaben zu Personen", "checks", options=CONFIRM),)


def _of(item: Item, fields: Sequence[Field]) -> Form:
    return Form(tuple(fields), {"revision": str(item["revision"])})


def act_body(form: Form) -> dict[str, Any]:
    """What was typed into one of the short forms, as registration takes it. Raises Problem 422 for a bent form."""
    body: dict[str, Any] = {"revision": read_number(form.hidden["revision"], "revision", "Stand", optional=False)}
    for entry in form.fields:
        if entry.kind == "checks":
            body[entry.name] = bool(form.chosen(entry.name))
        elif text := form.text(entry.name):
            body[entry.name] = text
    return body
