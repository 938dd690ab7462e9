"""Which decisions are still told, when a transfer is asked about again, and what a transfer cannot be. Pure (GP-07)."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.problems import FieldProblem
from shared.topology import load_topology
from shared.vocabulary import ItemState
from shared.vocabulary.items import DecisionStanding, SheetTransferState

DECIDED = "decided"
SHOWS: Mapping[str, frozenset[str]] = {
    ItemState.SELECTED: frozenset({ItemState.SELECTED, ItemState.PUBLISHED}),
    ItemState.NOT_SELECTED: frozenset({ItemState.NOT_SELECTED}),
}
"""States of an item that show what was decided."""
TOLD = frozenset({DecisionStanding.UNDERWAY, DecisionStanding.UNKNOWN})
REMINDERS = (6, 12)
"""Months after which a transfer is asked about."""


@dataclass(frozen=True)
class Known:
    """A decision (`decided` or `reopened`) beside what the centre's facts say of its item.

    `set_back`: the network does not have what is held of it here any more, as after a restore.
    """

    region: str
    item_id: UUID
    revision: int
    state: str
    outcome: str
    decided_on: date
    reasons: str
    item_state: str | None = None
    item_decision: int | None = None
    withdrawn: bool | None = None
    set_back: bool = False
    title: str | None = None

    @property
    def standing(self) -> DecisionStanding:
        """How far it is: its own facts are what the centre takes for a confirmation."""
        if self.state != DECIDED:
            return DecisionStanding.REOPENED
        if self.withdrawn is None:
            return DecisionStanding.UNKNOWN
        if self.set_back:
            return DecisionStanding.UNDERWAY
        if self.withdrawn:
            return DecisionStanding.WITHDRAWN
        shown = self.item_decision == self.revision and self.item_state in SHOWS[self.outcome]
        return DecisionStanding.ARRIVED if shown else DecisionStanding.UNDERWAY


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one: six months after 31 August is 28 February (§ 188 BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(begun_on: date, state: str, checked_on: date | None) -> date | None:
    """The next day on which a transfer is asked about; None after the last one, and for one that has ended."""
    if state == SheetTransferState.ENDED:
        return None
    days = (months_after(begun_on, months) for months in REMINDERS)
    return next((day for day in days if checked_on is None or checked_on < day), None)


def check_transfer(region: str, to_region: str, begun_on: date, today: date) -> list[FieldProblem]:
    """Problems of a transfer: where it goes, and when it began."""
    problems, lands = [], {code: network.land for code, network in load_topology().items()}
    if to_region not in lands:
        text = f"Ein Netzwerk „{to_region}“ gibt es nicht."
        problems.append(FieldProblem("to_region", to_region, text, "Bitte aus der Liste wählen.", list(lands)))
    elif to_region == region:
        text = f"Das Beispiel kommt selbst aus {lands[region]}; übertragen wird es in ein anderes Netzwerk."
        problems.append(FieldProblem("to_region", to_region, text, "Bitte ein anderes Netzwerk wählen."))
    if begun_on > today:
        text = f"Der {begun_on:%d.%m.%Y} liegt in der Zukunft."
        problems.append(
            FieldProblem("begun_on", f"{begun_on:%d.%m.%Y}", text, "Bitte eintragen, sobald es begonnen hat.")
        )
    return problems
