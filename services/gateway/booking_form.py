"""The form on which somebody without an account asks for an appointment, in the language of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from starlette.datastructures import FormData

from services.gateway.forms import Field, Form, read_id
from services.gateway.languages import _, marked, spoken
from services.gateway.open_forms import OPENED, TRAP, opened_now, ours
from shared.clock import BERLIN
from shared.problems import FieldProblem, invalid

Days = Sequence[tuple[str, list[tuple[str, str]]]]
"""Days in words, each with its times (value, words)."""
NO_TIME = "none"
LONGEST = 1000
"""Characters a browser lets through, so that a name that is too long is told and not cut."""
NAME, WISH = 200, 500
SAID = (
    "Diese Zeit ist schon vorbei.",
    "Bitte wählen Sie eine spätere Zeit.",
    "Diese Zeit beginnt zu bald.",
    "Bitte wählen Sie eine spätere Zeit oder rufen Sie an.",
    "So weit im Voraus kann nicht gebucht werden.",
    "Bitte wählen Sie eine frühere Zeit.",
    "Zu dieser Zeit ist die Beratungsstelle geschlossen.",
    "Bitte wählen Sie eine der angebotenen Zeiten.",
    "Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere.",
    "Bei dieser Beratungsstelle kann gerade nicht gebucht werden. Bitte wählen Sie eine andere.",
    "Dieses Formular wurde schon abgeschickt. Bitte öffnen Sie die Seite neu.",
    "Dieser Termin ist schon abgeschlossen und kann nicht mehr geändert werden.",
    "Diesen Termin gibt es nicht (mehr). Bitte prüfen Sie den Link.",
    "In dieser Sprache wird hier nicht beraten.",
    "Auf diesem Weg wird hier nicht beraten.",
    "Bitte wählen Sie eine der angebotenen Möglichkeiten.",
    "Die Angabe hat nicht die erwartete Form.",
    "Bitte die Schreibweise prüfen.",
)
"""What registration says to people without an account; catalogues have it in their languages."""


def channels() -> dict[str, str]:
    """Ways of counselling that a person chooses between (CNS-26)."""
    return {"in_person": marked("vor Ort"), "phone": marked("am Telefon"), "digital": marked("per Video")}


def language_name(code: str) -> str:
    """A language in its own words, as those who speak it look for it, and in those of the page."""
    if code == "other":
        return _("andere Sprache")
    own = Locale.parse(code).get_language_name(code) if code in Locale("de").languages else code
    there = Locale(spoken()).languages.get(code, code)
    return f"{own} ({there})" if own and own != there else there


def when(instant: str, style: str = "full") -> str:
    """An instant in words of the page's language, by the clock of the office."""
    at = datetime.fromisoformat(instant).astimezone(BERLIN)
    return f"{format_date(at, style, locale=spoken())}, {format_time(at, 'HH:mm', locale=spoken())}"


def days_of(found: Sequence[Mapping[str, Any]]) -> Days:
    """Days with their times, in words."""
    return [
        (
            format_date(date.fromisoformat(one["day"]), "full", locale=spoken()),
            [(at, f"{datetime.fromisoformat(at).astimezone(BERLIN):%H:%M}") for at in one["times"]],
        )
        for one in found
    ]


def booking_form(office: Mapping[str, Any], days: Days, new_id: str, key: str) -> Form:
    """All fields; those of `LONGEST` are checked here, so that nothing typed is cut."""
    times = [(at, text) for _day, times in days for at, text in times]
    spoken_there = [(code, language_name(code)) for code in office["languages"]]
    ways = {code: text for code, text in channels().items() if code in office["channels"]}
    fields = (
        Field(
            "starts_at",
            marked("Zeit"),
            "radio",
            options=[*times, (NO_TIME, marked("Keine Zeit passt mir. Bitte melden Sie sich bei mir."))],
        ),
        Field("language", marked("Sprache der Beratung"), "select", options=[*spoken_there, ("", _("andere Sprache"))]),
        Field("channel", marked("Wie möchten Sie beraten werden?"), "radio", options=list(ways.items())),
        Field("name", marked("Ihr Name"), longest=LONGEST, autocomplete="name"),
        Field("email", marked("E-Mail"), optional=True, longest=LONGEST, autocomplete="email"),
        Field("phone", marked("Telefon"), optional=True, autocomplete="tel"),
        Field("wish", marked("Worum geht es?"), hint=marked("Ein paar Wörter genügen"), optional=True, longest=LONGEST),
        Field(TRAP, _("Bitte leer lassen")),
    )
    form = Form(fields, {"appointment_id": new_id, OPENED: opened_now(key)})
    first = spoken() if spoken() in office["languages"] else next(iter(office["languages"]), "")
    return form.with_values({"language": first, "channel": next(iter(ways), "")})


def sent(form: Form, data: FormData, key: str) -> Form:
    """The form as it was sent; without our word on when it was opened it counts as opened now."""
    filled = form.filled(data)
    opened = filled.hidden[OPENED]
    return replace(filled, hidden={**filled.hidden, OPENED: opened if ours(opened, key) else form.hidden[OPENED]})


def body_of(form: Form, office_id: str, known: Sequence[FieldProblem] = ()) -> dict[str, Any]:
    """The request as registration takes it. Raises Problem 422 naming every field, in the language of the page.

    `known` is what is wrong besides.
    """
    read_id(form.hidden["appointment_id"])
    if wrong := [*known, *_wrong(form)]:
        raise invalid(*wrong)
    chosen = form.text("starts_at")
    optional = {name: form.text(name) or None for name in ("email", "phone", "wish", "language")}
    told = {"name": form.text("name"), "channel": form.text("channel"), "page_language": spoken()}
    return optional | told | {"office_id": office_id, "starts_at": None if chosen == NO_TIME else chosen}


def _wrong(form: Form) -> Any:
    """What is wrong with the fields."""
    chosen, offered = form.text("starts_at"), dict(form.fields[0].options)
    if not chosen:
        yield FieldProblem("starts_at", None, _("Die Zeit fehlt."), _("Bitte wählen Sie eine der angebotenen Zeiten."))
    elif chosen not in offered:
        text = _("Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere.")
        yield FieldProblem("starts_at", None, text, "")
    if not form.text("name"):
        yield FieldProblem("name", None, _("Ihr Name fehlt."), _("Bitte ergänzen."))
    for name, most in (("name", NAME), ("email", NAME), ("wish", WISH)):
        if len(form.text(name)) > most:
            yield FieldProblem(name, None, _("Der Text ist zu lang."), _("Bitte kürzen."))
    if chosen == NO_TIME and not (form.text("email") or form.text("phone")):
        text = _("Wir können Sie nicht erreichen.")
        yield FieldProblem("phone", None, text, _("Bitte geben Sie Telefon oder E-Mail an."))
