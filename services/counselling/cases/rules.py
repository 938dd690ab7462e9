"""Rules of a case. Pure; days and accounts are passed in."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from shared.problems import FieldProblem, Problem
from shared.vocabulary import ProgrammeLine
from shared.vocabulary.cases import HandoverState, Method, StepState

OFFER_HOLDS = timedelta(days=14)


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


def is_set_up(method: str, aim: str | None, steps: Iterable[str]) -> bool:
    """Whether a case is set up: under case management only with a help plan, an aim and steps (CNS-12)."""
    has_plan = bool(aim) and any(state != StepState.DROPPED for state in steps)
    return method != Method.CASE_MANAGEMENT or has_plan


def proposes_case_management(method: str, occasions: Iterable[str], bodies: Iterable[str]) -> bool:
    """Whether case management is proposed: several bodies are involved, each for a problem of its own (CNS-11)."""
    several = len(set(bodies)) > 1 or (len(set(occasions)) > 1 and len(set(bodies)) > 0)
    return several and method != Method.CASE_MANAGEMENT


def handover_state(state: str, expires_on: date, today: date) -> HandoverState:
    """What became of an offer: one that nobody has answered in 14 days has expired."""
    found = HandoverState(state)
    return HandoverState.EXPIRED if found is HandoverState.OFFERED and today > expires_on else found


def check_offer(case: Case, to: str | None, office: str | None) -> list[FieldProblem]:
    """Problems of an offer: to one colleague or one office, not to whoever leads it, a protected one to nobody else."""
    if (to is None) == (office is None):
        text = "Es muss klar sein, wem Sie den Fall übergeben."
        return [FieldProblem("to", to, text, "Bitte eine Person oder eine Beratungsstelle wählen.")]
    if to is not None and to == case.owner:
        return [FieldProblem("to", to, "Diese Person führt den Fall schon.", "Bitte jemand anderen wählen.")]
    if office is not None and is_closed_circle(case):
        text = "Ein geschützter Fall geht nur an eine bestimmte Person, nicht an eine ganze Beratungsstelle."
        return [FieldProblem("office", office, text, "Bitte eine Kollegin oder einen Kollegen wählen.")]
    return []
