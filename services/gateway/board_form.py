"""Forms of the Good Practice board: a sitting, a rating with its scale in words, a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from services.gateway.forms import Field, Form, read_day, read_number
from services.gateway.languages import _, german_text, term_label, told
from shared.problems import FieldProblem, invalid
from shared.vocabulary.board import BoardOutcome
from shared.vocabulary.personal import suspicions

CONFIRM, OUTCOME, REASONS, PROPOSALS = "confirmed", "outcome", "reasons", "proposals"
LONGEST_REASONS = 2000
Found = Mapping[str, Any]


def sitting_form(offered: Sequence[Found], sitting: Found | None = None) -> Form:
    """Title, day and what is up; what is up already stays to be chosen."""
    titled = Markup("{} ({})")
    options = [(key_of(one), titled.format(german_text(one["title"]), one["network"])) for one in offered]
    fields = (
        Field("title", _("Titel"), hint=_("Zum Beispiel „Herbstsitzung 2026“")),
        Field("day", _("Tag"), "date", hint=_("TT.MM.JJJJ")),
        Field(PROPOSALS, _("Vorschläge, die bewertet werden"), "checks", options=options, optional=True),
    )
    form = Form(fields, {"revision": str(sitting["revision"]) if sitting else "0"})
    if sitting is None:
        return form
    return form.with_values(
        {"title": sitting["title"], "day": sitting["day"], PROPOSALS: [key_of(one) for one in sitting["items"]]}
    )


def key_of(one: Found) -> str:
    """A proposal as a form names it."""
    return f"{one['region']}:{one['item_id']}"


def sitting_body(form: Form) -> dict[str, Any]:
    """A sitting as reporting takes it. Raises Problem 422."""
    pairs = (key.partition(":") for key in form.chosen(PROPOSALS))
    return {
        "title": form.text("title"),
        "day": read_day(form.text("day"), "day", _("Tag")).isoformat(),
        "proposals": [{"region": region, "item_id": item_id} for region, _colon, item_id in pairs],
        "revision": revision_of(form),
    }


def revision_of(form: Form) -> int:
    """The revision that was seen. Raises Problem 422 for a bent form."""
    return read_number(form.hidden["revision"], "revision", _("Stand"), optional=False) or 0


def rating_form(criteria: Sequence[Found], rating: Found | None) -> Form:
    """For each criterion a step of the scale and the reason, with what was said before."""
    marks: Found = rating["marks"] if rating else {}
    fields: list[Field] = []
    for one in criteria:
        given, title = marks.get(one["code"]) or {}, told(one["title"])
        steps = [(str(step), f"{step} – {told(text)}") for step, text in enumerate(one["anchors"], start=1)]
        value = str(given.get("mark") or "")
        name = f"marks.{one['code']}"
        fields.append(Field(f"{name}.mark", title, "radio", told(one["question"]), steps, value=value))
        why = _("Begründung: {criterion}").format(criterion=title)
        fields.append(Field(f"{name}.reason", why, "lines", _("Ein Satz genügt"), value=given.get("reason") or ""))
    return Form(tuple(fields), {"revision": str(rating["revision"]) if rating else "0"})


def rating_body(criteria: Sequence[Found], form: Form, *, draft: bool) -> dict[str, Any]:
    """A rating as reporting takes it. Raises Problem 422 for a bent form."""
    marks = {}
    for one in criteria:
        name = f"marks.{one['code']}"
        mark = read_number(form.text(f"{name}.mark"), f"{name}.mark", told(one["title"]))
        marks[one["code"]] = {"mark": mark, "reason": lines_of(form, f"{name}.reason")}
    state = "draft" if draft else "handed_in"
    return {"state": state, "marks": marks, "revision": revision_of(form), "confirmed": bool(form.chosen(CONFIRM))}


def lines_of(form: Form, name: str) -> str:
    """A text of several lines, with one kind of line break."""
    return form.text(name).replace("\r\n", "\n")


def decision_form(decision: Found | None) -> Form:
    """Outcome and reasons."""
    outcomes = [(str(term), term_label(term)) for term in BoardOutcome]
    hint = _("Fachlich und nachvollziehbar, mindestens 80 Zeichen; das Netzwerk liest sie")
    fields = (
        Field(OUTCOME, _("Entscheidung"), "radio", options=outcomes),
        Field(REASONS, _("Gründe"), "lines", hint, longest=LONGEST_REASONS),
    )
    return Form(fields, {"revision": str(decision["revision"]) if decision else "0"})


def reopen_form(decision: Found | None) -> Form:
    """Why a decision is opened anew."""
    hint = _("Warum neu entschieden wird, mindestens 80 Zeichen")
    field = Field(REASONS, _("Grund"), "lines", hint, longest=LONGEST_REASONS)
    return Form((field,), {"revision": str(decision["revision"]) if decision else "0"})


def decision_body(form: Form) -> dict[str, Any]:
    """A decision, or its re-opening, as reporting takes it. Raises Problem 422 for a bent form."""
    body: dict[str, Any] = {REASONS: lines_of(form, REASONS), "revision": revision_of(form)}
    body |= {CONFIRM: bool(form.chosen(CONFIRM))}
    if not any(entry.name == OUTCOME for entry in form.fields):
        return body
    if not form.text(OUTCOME):
        allowed = [term_label(term) for term in BoardOutcome]
        missing = FieldProblem(OUTCOME, None, _("Die Entscheidung fehlt."), _("Bitte eine der beiden wählen."), allowed)
        raise invalid(missing)
    return body | {OUTCOME: form.text(OUTCOME)}


def asking_about_persons(form: Form) -> Form:
    """The form with a confirmation where something typed looks like a person."""
    typed = {entry.name: entry.value for entry in form.fields if entry.kind == "lines"}
    if not suspicions(typed):
        return form
    options = (("1", _("Was nach einer Person aussieht, lässt niemanden erkennen")),)
    return replace(form, fields=(*form.fields, Field(CONFIRM, _("Angaben zu Personen"), "checks", options=options)))


def with_revision(form: Form, now: int) -> Form:
    """What was typed, to be saved over what is stored now: it was seen."""
    return replace(form, hidden=dict(form.hidden) | {"revision": str(now)})
