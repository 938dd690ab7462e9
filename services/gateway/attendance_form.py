"""The list of a date of a run as a form: a choice for each participant; nobody is there unless somebody says so."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.gateway.forms import Field, Form, read_number, terms
from services.gateway.languages import term_label
from shared.clock import BERLIN
from shared.vocabulary import Programme
from shared.vocabulary.attendance import FeedbackQuestion, Stage
from shared.vocabulary.runs import CoachingForm, Presence, RunMeetingState, TeamFunction

Found = Mapping[str, Any]

PRESENCE, TASKS = "presence.", "tasks."
GUESTS = Field("guests", "Weitere Anwesende", "number", "Leitungen, Gäste, andere Häuser: nur die Zahl", optional=True)
FORM = Field(
    "form", "Form des Coachings", "select", options=[("", "keine Angabe"), *terms(CoachingForm)], optional=True
)
NOTE = Field(
    "note",
    "Notiz an die Geschäftsführung",
    hint="Was die Leitung zu diesem Termin erfahren hat",
    optional=True,
    longest=500,
)
"""Of a date in one house (IKO-16, IKO-23, IKO-24)."""
HANDED_IN: Mapping[str, list[tuple[str, str]]] = {
    Programme.IKBO: [(str(number), f"Aufgabe nach Modul {number}") for number in range(1, 5)],
    Programme.IKO: [("1", "Projekt dokumentiert")],
}
"""What is handed in, by programme: practice tasks (IKBO-02), the project's documentation (IKO-25)."""
STAGES = {str(term): term.de for term in Stage}
FUNCTIONS = {str(term): term.de for term in TeamFunction}


def when(found: Found) -> str:
    """Day and time of a date."""
    starts, ends = (datetime.fromisoformat(found[name]).astimezone(BERLIN) for name in ("starts_at", "ends_at"))
    last = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends:%d.%m.%Y %H:%M}"
    return f"{starts:%d.%m.%Y, %H:%M}–{last} Uhr"


def state_of(found: Found) -> str:
    """The state of a date in German."""
    return term_label(RunMeetingState(found["state"]))


def may_be_noted(found: Found, today: date) -> bool:
    """Whether attendance can be noted: the date was not cancelled, and its day has come."""
    day = datetime.fromisoformat(found["starts_at"]).astimezone(BERLIN).date()
    return found["state"] != RunMeetingState.CANCELLED and day <= today


def form_of(found: Found) -> Form:
    """The form with what is stored."""
    fields = [_presence(one) for one in found["participants"]]
    if options := HANDED_IN.get(found["programme"]):
        fields += [_tasks(one, options) for one in found["participants"]]
    guests = str(found["guests"]) if found["guests"] else ""
    fields += [FORM, NOTE, GUESTS] if found["per_team"] else [GUESTS]
    form = Form(tuple(fields), {"revision": str(found["revision"])})
    stored = {f"{PRESENCE}{one['participant_id']}": one["presence"] for one in found["participants"]}
    stored |= {f"{TASKS}{one['participant_id']}": [*map(str, one["tasks"])] for one in found["participants"]}
    return form.with_values(stored | {"guests": guests, "form": found["form"], "note": found["note"]})


def _presence(one: Found) -> Field:
    about = [one["house"], FUNCTIONS.get(one["function"] or ""), STAGES.get(one["stage"], one["stage"])]
    hint = " · ".join([text for text in about if text] + one["findings"])
    return Field(f"{PRESENCE}{one['participant_id']}", one["name"], "radio", hint, terms(Presence))


def _tasks(one: Found, options: list[tuple[str, str]]) -> Field:
    return Field(f"{TASKS}{one['participant_id']}", one["name"], "checks", options=options, optional=True)


def body_of(form: Form, found: Found) -> dict[str, Any]:
    """The list as registration takes it: who is not ticked is not in it. Raises Problem 422."""
    guests = read_number(form.text("guests"), GUESTS.name, GUESTS.label)
    entries = [
        {"participant_id": one["participant_id"], "presence": chosen}
        for one in found["participants"]
        if (chosen := form.text(f"{PRESENCE}{one['participant_id']}"))
    ]
    revision = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    body = {"entries": entries, "guests": guests or 0, "revision": revision}
    return body | ({name: form.text(name) or None for name in ("form", "note")} if found["per_team"] else {})


def tasks_of(form: Form, found: Found, today: date) -> list[dict[str, Any]]:
    """What of the tasks has changed: handed in today, or not after all."""
    entries: list[dict[str, Any]] = []
    offered = {code for code, _ in HANDED_IN.get(found["programme"], ())}
    for one in found["participants"] if offered else ():
        key, had = one["participant_id"], set(one["tasks"])
        given = {int(number) for number in offered & set(form.chosen(f"{TASKS}{key}"))}
        days: dict[int, str | None] = dict.fromkeys(given - had, f"{today}") | dict.fromkeys(had - given)
        entries += [{"participant_id": key, "module": module, "handed_in_on": day} for module, day in days.items()]
    return entries


def statements(said: Found) -> list[tuple[str, str]]:
    """What the feedback says, as far as it is shown: statement and mean."""
    means = said["means"]
    return [(term_label(one), f"{means[one]:.1f}".replace(".", ",")) for one in FeedbackQuestion if one in means]
