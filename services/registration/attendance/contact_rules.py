"""Rules of contact persons (IKKE-19 … IKKE-25, ACT-02, ACT-04): pure; days are passed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.registration.attendance.completion import Journey, coaching_completed, missing_phases
from services.registration.model import search_name
from shared.problems import FieldProblem

DAYS = {
    "selected_on": "Auswahl für Phase drei",
    "qualified_on": "Qualifizierung",
    "mandated_on": "Beauftragung",
    "inactive_on": "Ende",
}
"""Days of a contact person, in their order."""
EARLIEST = date(2005, 1, 1)
"""The programme began then."""
Values = Mapping[str, Any]


class Person(Protocol):
    """What counting and inviting see of a contact person."""

    name: str
    email: str | None
    house: str | None
    officer: bool
    bridge: str | None
    bridge_email: str | None
    selected_on: date | None
    qualified_on: date | None
    mandated_on: date | None
    inactive_on: date | None


def check_contact_person(values: Values, journeys: Sequence[Journey], today: date) -> list[FieldProblem]:
    """Problems of a contact person; `journeys` are what she did in runs recorded here."""
    problems = [*_days(values, today), *_bridge(values)]
    if values["evidence"] is None:
        problems += _phases(values, journeys)
    if values["mandated_on"] is not None and values["qualified_on"] is None:
        text = "Beauftragt werden kann nur, wer alle drei Phasen abgeschlossen hat."
        problems.append(FieldProblem("mandated_on", None, text, "Bitte zuerst die Qualifizierung eintragen."))
    return problems


def _days(values: Values, today: date) -> list[FieldProblem]:
    problems, before = [], EARLIEST
    for name, label in DAYS.items():
        day = values[name]
        if day is None:
            continue
        shown = f"{day:%d.%m.%Y}"
        if day > today:
            problems.append(FieldProblem(name, shown, f"„{label}“ liegt in der Zukunft.", "Bitte prüfen."))
        elif day < before:
            text = f"„{label}“ liegt vor dem {before:%d.%m.%Y}."
            problems.append(FieldProblem(name, shown, text, "Bitte die Reihenfolge der Tage prüfen."))
        before = max(before, day)
    return problems


def _bridge(values: Values) -> list[FieldProblem]:
    if values["bridge"] is not None and values["officer"]:
        text = "Sie ist selbst Migrationsbeauftragte (Personalunion); eine Brücke braucht es dann nicht."
        return [FieldProblem("bridge", None, text, "Bitte eines von beiden angeben.")]
    if values["bridge_email"] is not None and values["bridge"] is None:
        text = "Zu dieser E-Mail-Adresse fehlt der Name."
        return [FieldProblem("bridge", None, text, "Bitte die Migrationsbeauftragte des Hauses nennen.")]
    return []


def _phases(values: Values, journeys: Sequence[Journey]) -> list[FieldProblem]:
    remedy = "Bitte die Teilnahmen zuordnen oder angeben, wo sie das abgeschlossen hat."
    if values["qualified_on"] is not None and (missing := missing_phases(journeys)):
        text = f"Für die Qualifizierung fehlt: {', '.join(missing)}."
        return [FieldProblem("qualified_on", None, text, remedy)]
    if values["selected_on"] is not None and not coaching_completed(journeys):
        text = "Für Phase drei wird ausgewählt, wer Seminar und Coaching abgeschlossen hat."
        return [FieldProblem("selected_on", None, text, remedy)]
    return []


def months(first: date, last: date) -> list[str]:
    """Months from that of a day to that of another."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(begin, end + 1)]


def counted(people: Iterable[Person], month: str) -> tuple[int, int]:
    """How many are qualified at the end of a month, and how many of them have a mandate; who has ended is neither."""

    def by(day: date | None) -> bool:
        return day is not None and f"{day:%Y-%m}" <= month

    active = [one for one in people if by(one.qualified_on) and not by(one.inactive_on)]
    return len(active), sum(by(one.mandated_on) for one in active)


@dataclass(frozen=True)
class Invitation:
    """An invitation to phase three: who gets it, where, and as what."""

    name: str
    email: str | None
    house: str | None
    contact_person: bool
    officer: bool


def invitations(people: Sequence[Person]) -> list[Invitation]:
    """One invitation for each who is selected for phase three, and for the migration officer of her house (IKKE-21).

    Who is both, in one profile or as the bridge of a colleague, gets one (ACT-02).
    """
    found: dict[tuple[str, str], Invitation] = {}
    for one in people:
        if one.selected_on is None or one.qualified_on is not None or one.inactive_on is not None:
            continue
        _add(found, Invitation(one.name, one.email, one.house, contact_person=True, officer=one.officer))
        if one.bridge is not None:
            _add(found, Invitation(one.bridge, one.bridge_email, one.house, contact_person=False, officer=True))
    return list(found.values())


def _add(found: dict[tuple[str, str], Invitation], one: Invitation) -> None:
    key = (search_name(one.name), search_name(one.house or ""))
    known = found.get(key, one)
    email = known.email or one.email
    both = known.contact_person or one.contact_person, known.officer or one.officer
    found[key] = Invitation(known.name, email, known.house, *both)
