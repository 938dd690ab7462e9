"""Rules of appointments: which times an office offers, which can be booked. Pure; instants are passed in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.clock import BERLIN
from shared.problems import FieldProblem

NOTICE = timedelta(hours=2)
"""An office must be able to see a booking before the person stands at its door."""
HORIZON = timedelta(days=60)
REMINDED = timedelta(hours=24)
"""A reminder goes out a day before; who books within two days has just been told."""
CHANNELS = ("in_person", "phone", "digital")
"""Ways of counselling that the person chooses between (CNS-26)."""

PAST = ("Diese Zeit ist schon vorbei.", "Bitte wählen Sie eine spätere Zeit.")
SOON = ("Diese Zeit beginnt zu bald.", "Bitte wählen Sie eine spätere Zeit oder rufen Sie an.")
FAR = ("So weit im Voraus kann nicht gebucht werden.", "Bitte wählen Sie eine frühere Zeit.")
CLOSED = ("Zu dieser Zeit ist die Beratungsstelle geschlossen.", "Bitte wählen Sie eine der angebotenen Zeiten.")
NOT_SPOKEN = "In dieser Sprache wird hier nicht beraten."
NOT_THIS_WAY = "Auf diesem Weg wird hier nicht beraten."
CHOOSE = "Bitte wählen Sie eine der angebotenen Möglichkeiten."
TAKEN = "Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere."


@dataclass(frozen=True)
class Opening:
    """A span of a weekday (Monday is 0) in which an office counsels, in local time."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Plan:
    """When an office counsels: spans, days on which it is closed, length of a slot, counsellings side by side."""

    openings: Sequence[Opening]
    closed_days: Collection[date]
    minutes: int
    places: int


@dataclass(frozen=True)
class Slot:
    """A time that can be booked, in UTC."""

    starts_at: datetime
    ends_at: datetime


def slots(plan: Plan, day: date) -> list[Slot]:
    """The slots of a day by its local clock; what does not fit before the end is not offered."""
    if day in plan.closed_days:
        return []
    length, found = timedelta(minutes=plan.minutes), []
    for opening in plan.openings:
        if opening.weekday != day.weekday():
            continue
        starts = datetime.combine(day, opening.starts)
        while starts + length <= datetime.combine(day, opening.ends):
            first, last = (at.replace(tzinfo=BERLIN).astimezone(UTC) for at in (starts, starts + length))
            found.append(Slot(first, last))
            starts += length
    return sorted(found, key=lambda slot: slot.starts_at)


def offered(plan: Plan, day: date, now: datetime) -> list[Slot]:
    """The slots of a day that people may book themselves, taken or not."""
    return [slot for slot in slots(plan, day) if now + NOTICE <= slot.starts_at <= now + HORIZON]


def slot_at(plan: Plan, starts_at: datetime) -> Slot | None:
    """The slot that begins at an instant, if the office offers it."""
    day = starts_at.astimezone(BERLIN).date()
    return next((slot for slot in slots(plan, day) if slot.starts_at == starts_at), None)


def check_time(plan: Plan, starts_at: datetime, now: datetime, *, staff: bool) -> list[FieldProblem]:
    """What speaks against a time: past, closed, and for those who book themselves too soon or too far ahead."""
    problem = None
    if starts_at <= now:
        problem = PAST
    elif not staff and starts_at < now + NOTICE:
        problem = SOON
    elif not staff and starts_at > now + HORIZON:
        problem = FAR
    elif slot_at(plan, starts_at) is None:
        problem = CLOSED
    shown = f"{starts_at.astimezone(BERLIN):%d.%m.%Y %H:%M}"
    return [FieldProblem("starts_at", shown, *problem)] if problem else []


def check_choice(
    languages: Collection[str], channels: Collection[str], language: str | None, channel: str
) -> list[FieldProblem]:
    """What an office does not offer: a language it does not counsel in (CNS-16), a way it does not counsel (CNS-26).

    Without a language the person says that it is another one; the office then finds a way.
    """
    found = []
    if language is not None and language not in languages:
        found.append(FieldProblem("language", language, NOT_SPOKEN, CHOOSE, sorted(languages)))
    if channel not in channels:
        found.append(FieldProblem("channel", channel, NOT_THIS_WAY, CHOOSE, sorted(channels)))
    return found


def places_left(plan: Plan, slot: Slot, taken: Collection[tuple[datetime, datetime, int]]) -> int:
    """How many places of a slot are free; `taken` are (start, end, place) of what is booked."""
    used = {place for first, last, place in taken if first < slot.ends_at and slot.starts_at < last}
    return sum(place not in used for place in range(1, plan.places + 1))


def check_openings(openings: Sequence[Opening], minutes: int) -> list[FieldProblem]:
    """Problems of opening times: an end before its start, spans that overlap, one too short for a counselling."""
    found = []
    ordered = sorted(openings, key=lambda one: (one.weekday, one.starts))
    for place, one in enumerate(ordered):
        shown = f"{one.starts:%H:%M}-{one.ends:%H:%M}"
        length = datetime.combine(date.min, one.ends) - datetime.combine(date.min, one.starts)
        before = ordered[place - 1] if place else None
        if length < timedelta(minutes=minutes):
            text = f"{shown} ist kürzer als eine Beratung ({minutes} Minuten)."
        elif before is not None and before.weekday == one.weekday and before.ends > one.starts:
            text = f"{shown} überschneidet sich mit der Zeit davor."
        else:
            continue
        found.append(FieldProblem(f"day_{one.weekday}", shown, text, "Bitte die Zeiten prüfen."))
    return found
