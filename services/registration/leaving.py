"""What happened to somebody on the labour market after a participation, and what of it ESF+ counts (ADR 0017). Pure.

A situation counts within 28 days after the participation has ended; of several the last one does. Source: answer of
the Commission on the reference period of immediate result indicators (SFC support portal, 2023-04-13).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from shared.problems import FieldProblem
from shared.vocabulary import ExitStatus

WINDOW = timedelta(days=28)
MOST = 3
"""Situations that one participation may have."""


class Situation(NamedTuple):
    """A situation on the labour market and the day since when it is known."""

    status: str
    on: date


def situations(entries: Sequence[Mapping[str, Any]]) -> list[Situation]:
    """Situations as rows hold them, with their days as text."""
    return [Situation(entry["status"], date.fromisoformat(str(entry["on"]))) for entry in entries]


def counted(found: Sequence[Situation], ended: date | None) -> ExitStatus | None:
    """The situation that counts: the last within 28 days after the end; None where there is none, or no end."""
    if ended is None:
        return None
    within = [one for one in found if ended <= one.on <= ended + WINDOW]
    return ExitStatus(max(within, key=lambda one: one.on).status) if within else None


def check_situations(found: Sequence[Situation], ended: date | None, today: date) -> list[FieldProblem]:
    """Problems of the situations after an end: without an end, before it, in the future, or two on one day."""
    days = [one.on for one in found]
    for one in found:
        if ended is None:
            text = "Der Verbleib gehört zum Ende der Teilnahme, dessen Datum fehlt."
            remedy = "Bitte das Datum des Endes ergänzen oder den Verbleib leeren."
        elif one.on < ended:
            text, remedy = f"Der {one.on:%d.%m.%Y} liegt vor dem Ende am {ended:%d.%m.%Y}.", "Bitte den Tag prüfen."
        elif one.on > today:
            text, remedy = f"Der {one.on:%d.%m.%Y} liegt in der Zukunft.", "Bitte erfassen, wenn es so weit ist."
        elif days.count(one.on) > 1:
            text = f"Für den {one.on:%d.%m.%Y} stehen zwei Angaben zum Verbleib da."
            remedy = "Bitte nur eine davon behalten."
        else:
            continue
        return [FieldProblem("after_exit", f"{one.on:%d.%m.%Y}", text, remedy)]
    return []


def too_late(found: Sequence[Situation], ended: date | None) -> list[Situation]:
    """Situations that are kept but do not count, because they lie after the 28 days."""
    return [one for one in found if ended is not None and one.on > ended + WINDOW]
