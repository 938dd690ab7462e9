"""Deadlines of a procedure: what the authority announced, what is planned, and a mere hint of three months. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.counselling.procedures.stages import Procedure, Stage, qualification_proposed
from shared.vocabulary import ProcedureState, StageKind, StageState

MONTHS = 3
"""BQFG § 6(3): the authority decides within three months after all papers are there; it may extend that once."""


class Waiting(Procedure, Protocol):
    """A procedure with the day its authority announced."""

    announced_on: date | None


@dataclass(frozen=True)
class Deadline:
    """A day that somebody has to look at; a `hint` is ours, not the authority's."""

    kind: str
    title: str
    due: date
    hint: bool = False


def months_after(day: date, months: int) -> date:
    """The same day some months later; the last of the month where that one has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def deadlines(procedure: Waiting, stages: Sequence[Stage]) -> list[Deadline]:
    """Everything of a procedure that has a day, earliest first. A hint never refuses anything."""
    found = [*_of_the_authority(procedure)]
    if qualification_proposed(procedure, stages):
        title = "Nach der teilweisen Gleichwertigkeit: Qualifizierungsberatung anbieten"
        found.append(Deadline("qualification", title, procedure.since))
    found += [
        Deadline("stage", f"Geplant: {StageKind(stage.kind).de}", stage.on)
        for stage in stages
        if stage.state == StageState.PLANNED
    ]
    return sorted(found, key=lambda one: one.due)


def _of_the_authority(procedure: Waiting) -> list[Deadline]:
    waits = (ProcedureState.APPLICATION_FILED, ProcedureState.UNDER_ASSESSMENT)
    if procedure.state not in waits:
        return []
    if procedure.announced_on is not None:
        return [Deadline("announced", "Bescheid von der Stelle angekündigt", procedure.announced_on)]
    if procedure.state == ProcedureState.UNDER_ASSESSMENT:
        title = "Drei Monate Prüfung sind um: bei der Stelle nachfragen (nur ein Hinweis)"
        return [Deadline("assessment", title, months_after(procedure.since, MONTHS), hint=True)]
    return []
