"""The form on which a team of a house, or one person, is registered for a run: by the public link, or by staff."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.gateway.forms import Field, Form, read_id, terms
from services.gateway.languages import _
from services.gateway.open_forms import OPENED, TRAP, opened_now
from shared.problems import FieldProblem, Problem, invalid
from shared.vocabulary import Programme
from shared.vocabulary.runs import TeamFunction

LONGEST = 1000
"""Characters a browser lets through, so that a text that is too long is told and not cut."""
PEOPLE = 4
"""Members that a form has room for."""
SAID = (
    "Die Anmeldung ist noch nicht geöffnet.",
    "Bitte melden Sie sich ab dem genannten Tag an.",
    "Die Anmeldefrist ist abgelaufen.",
    "Die Anmeldung ist geschlossen.",
    "Über diesen Durchgang ist schon entschieden.",
    "Bitte wenden Sie sich an die Veranstaltenden; sie können eine begründete Ausnahme machen.",
    "Eine Person allein kann sich nicht anmelden.",
    "Bitte benennen Sie ein Team von 2 bis 4 Personen.",
    "Bitte die Zahl der Personen anpassen.",
    "Dieses Haus ist schon angemeldet.",
    "Bitte ändern Sie die bestehende Anmeldung.",
    "Niemand im Team hat die einjährige Ausbildung zur Interkulturellen Botschafterin oder zum Botschafter.",
    "Bitte ein Teammitglied mit Abschluss nennen.",
    "Die Federführung liegt bei einem Teammitglied mit Abschluss der einjährigen Ausbildung.",
    "Bitte die Federführung entsprechend wählen.",
    "Das Thema fehlt, an dem Ihr Haus arbeiten möchte.",
    "Bitte nennen Sie es in einem Satz.",
    "Die Anmeldung ist verbindlich.",
    "Bitte bestätigen Sie das mit dem Häkchen.",
    "Der Name des Hauses fehlt.",
    "Bitte nennen Sie Agentur, Jobcenter oder Einrichtung.",
    "Zu diesem Durchgang kann man sich hier nicht anmelden. Bitte prüfen Sie den Link.",
    "Diese Anmeldung gibt es nicht (mehr). Bitte prüfen Sie den Link.",
    "Diese Anmeldung ist abgeschlossen und kann nicht mehr geändert werden.",
    "Dieser Platz wird Ihnen nicht (mehr) angeboten. Bitte sehen Sie nach, wie es um Ihre Anmeldung steht.",
    "Die Angabe fehlt.",
)
"""What registration says to people without an account; the English catalogue has it."""


def people_of(run: Mapping[str, Any]) -> int:
    """How many members the form of a run has room for."""
    return min(PEOPLE, run["most"] or PEOPLE)


def member_fields(run: Mapping[str, Any], number: int, *, staff: bool) -> list[Field]:
    """The fields of one member."""
    needed, team = number <= run["least"], run["team"]
    functions = [("", _("keine Angabe")), *terms(TeamFunction)]
    fields = [
        Field(
            f"name_{number}",
            _("Name"),
            optional=not needed,
            longest=LONGEST,
            autocomplete="name" if not team else "off",
        ),
        Field(f"function_{number}", _("Funktion im Haus"), "select", options=functions, optional=True),
    ]
    if run["programme"] == Programme.IKO:
        text = _("hat die einjährige Ausbildung zur oder zum Interkulturellen Botschafter*in abgeschlossen")
        fields.append(Field(f"graduate_{number}", _("Ausbildung"), "checks", options=[("yes", text)], optional=True))
    if staff and run["programme"] == Programme.IKBO:
        text = "vom Arbeitgeber freigestellt"
        fields.append(Field(f"released_{number}", "Freistellung", "checks", options=[("yes", text)], optional=True))
    return fields


def registration_form(run: Mapping[str, Any], new_id: str, key: str = "", *, staff: bool = False) -> Form:
    """All fields; without `staff` those of `open_forms` too, signed with `key`."""
    people = range(1, people_of(run) + 1)
    fields = [
        Field(
            "house", _("Haus"), hint=_("Agentur, Jobcenter oder Einrichtung"), optional=not run["team"], longest=LONGEST
        )
    ]
    if run["team"]:
        fields.append(Field("topic", _("Thema, an dem Ihr Haus arbeiten möchte"), longest=LONGEST))
    fields += [field for number in people for field in member_fields(run, number, staff=staff)]
    if run["team"]:
        leads = [(str(number), _("Person %(number)s") % {"number": number}) for number in people]
        fields.append(Field("lead", _("Wer leitet das Team?"), "radio", options=leads))
    fields += [
        Field(
            "email",
            _("E-Mail"),
            hint=_("Dorthin schreiben wir, wie entschieden wurde"),
            optional=staff,
            longest=LONGEST,
            autocomplete="email",
        ),
        Field("phone", _("Telefon"), optional=True, autocomplete="tel"),
        Field("binding", _("Verbindlich"), "checks", options=[("yes", _("Die Anmeldung ist verbindlich."))]),
    ]
    if staff:
        hint = "Nur wenn die Frist vorbei ist; der Grund bleibt bei der Anmeldung"
        fields.append(Field("exception", "Grund der Ausnahme", hint=hint, optional=True, longest=LONGEST))
        return Form(tuple(fields), {"registration_id": new_id})
    fields.append(Field(TRAP, _("Bitte leer lassen")))
    return Form(tuple(fields), {"registration_id": new_id, OPENED: opened_now(key)})


def body_of(
    form: Form, run: Mapping[str, Any], known: tuple[FieldProblem, ...] = (), *, staff: bool = False
) -> dict[str, Any]:
    """The registration as the service takes it. Raises Problem 422 for all fields; `known` is what is wrong besides."""
    read_id(form.hidden["registration_id"])
    wrong = list(known)
    if not form.text("name_1"):
        wrong.append(FieldProblem("name_1", None, _("Der Name fehlt."), _("Bitte ergänzen.")))
    if not staff and not form.text("email"):
        wrong.append(FieldProblem("email", None, _("Die E-Mail-Adresse fehlt."), _("Bitte ergänzen.")))
    if wrong:
        raise invalid(*wrong)
    body: dict[str, Any] = {name: form.text(name) or None for name in ("house", "topic", "email", "phone")}
    body |= {"binding": bool(form.chosen("binding")), "members": members_of(form, run, staff=staff)}
    return body | ({"exception": form.text("exception") or None} if staff else {})


def named(form: Form, run: Mapping[str, Any]) -> list[int]:
    """Numbers of the members that were typed: those between two names are no members."""
    return [number for number in range(1, people_of(run) + 1) if form.text(f"name_{number}")]


def members_of(form: Form, run: Mapping[str, Any], *, staff: bool) -> list[dict[str, Any]]:
    """The members that were typed."""
    found = []
    for number in named(form, run):
        member: dict[str, Any] = {
            "name": form.text(f"name_{number}"),
            "function": form.text(f"function_{number}") or None,
        }
        member |= {"graduate": bool(form.chosen(f"graduate_{number}")), "lead": form.text("lead") == str(number)}
        found.append(member | ({"released": bool(form.chosen(f"released_{number}"))} if staff else {}))
    return found


def shown(form: Form, run: Mapping[str, Any], problem: Problem) -> Form:
    """The form with a refusal at its fields: the service counts members from 0, and what is about all stands first."""
    numbers = named(form, run)

    def place(name: str) -> str:
        if name == "members":
            return "name_1"
        if not name.startswith("members."):
            return {"house_id": "house"}.get(name, name)
        _members, at, field = (*name.split(".", 2), "name")[:3]
        return f"{field}_{numbers[int(at)]}" if at.isdigit() and int(at) < len(numbers) else "name_1"

    errors = [replace(one, field=place(one.field)) for one in problem.errors]
    return form.refused(Problem(problem.status, problem.detail, errors))
