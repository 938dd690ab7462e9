"""Rules of a case. Pure; days and accounts are passed in."""

from typing import Protocol

from shared.problems import FieldProblem, Problem
from shared.vocabulary import ProgrammeLine


class Case(Protocol):
    """What the rules look at."""

    @property
    def programme_line(self) -> str:
        """Its line."""

    @property
    def protected(self) -> bool:
        """Marked as sensitive."""

    @property
    def owner(self) -> str:
        """Account in charge."""

    @property
    def deputy(self) -> str | None:
        """Account that stands in."""


def is_closed_circle(case: Case) -> bool:
    """Whether only owner and deputy may see the case (class E; TOP-02)."""
    return case.protected or case.programme_line == ProgrammeLine.MIGRATION_SERVICE


def may_see(case: Case, subject: str) -> bool:
    """Whether an account of the case's carrier may see it."""
    return not is_closed_circle(case) or subject in (case.owner, case.deputy)


def check_revision(stored: int, given: int) -> None:
    """Raise Problem 409 when the case has moved on since the caller saw it."""
    if given != stored:
        text = f"Dieser Fall wurde inzwischen geändert (Stand {stored}, Ihrer ist {given})."
        raise Problem(409, f"{text} Bitte laden Sie ihn neu und tragen Sie Ihre Änderung noch einmal ein.")


def check_deputy(owner: str, deputy: str | None) -> list[FieldProblem]:
    """Nobody stands in for herself."""
    if deputy is not None and deputy == owner:
        text = "Wer den Fall führt, kann sich nicht selbst vertreten."
        return [FieldProblem("deputy", deputy, text, "Bitte jemand anderen wählen oder das Feld leer lassen.")]
    return []
