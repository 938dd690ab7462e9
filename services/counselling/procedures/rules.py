"""Rules of a recognition procedure: order of states, outcome, closed ones (domain §5). Pure; days are passed in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from services.counselling.model import check_day
from services.counselling.procedures.occupations import is_health, is_physician
from shared.problems import FieldProblem
from shared.vocabulary import Land, ProcedureKind, ProcedureOutcome, ProcedureState

S = ProcedureState
ORDER = tuple(ProcedureState)
WITH_OUTCOME = (S.NOTICE, S.CLOSED)
FILED = ORDER[ORDER.index(S.APPLICATION_FILED) :]
"""States in which an application lies with an authority, or did."""
EARLIEST, LATEST = date(1990, 1, 1), date(2060, 1, 1)
Reached = list[dict[str, str | None]]


class Stand(Protocol):
    """How far a stored procedure is."""

    state: str
    outcome: str | None
    since: date
    reached: Reached


def place(state: str) -> int:
    """Place of a state in the order."""
    return ORDER.index(ProcedureState(state))


def next_states(stored: Stand | None) -> list[str]:
    """States that may follow: later ones (one may hear of an application after it was filed); none after the end.

    After a partial notice a second one may come, when what was missing is made up for.
    """
    if stored is None:
        return [entry.value for entry in ORDER]
    again = [S.NOTICE.value] if stored.state == S.NOTICE and stored.outcome == ProcedureOutcome.PARTIAL else []
    return again + [entry.value for entry in ORDER[place(stored.state) + 1 :]]


def outcome_of(values: Mapping[str, Any], stored: Stand | None) -> str | None:
    """The outcome that a stand has: closing keeps what the notice said."""
    given: str | None = values["outcome"]
    if given is None and stored is not None and values["state"] == S.CLOSED:
        return stored.outcome
    return given


def check_stand(values: Mapping[str, Any], stored: Stand | None, line: str, today: date) -> list[FieldProblem]:
    """Problems of the stand that is to be saved: day, order, outcome, what the Land decides.

    `correction` says that an earlier stand was wrong: then any state may be set.
    """
    days = [FieldProblem("since", p.value, p.problem, p.remedy) for p in check_day(values["since"], line, today)]
    days += check_possible("announced_on", values["announced_on"])
    return days or _check_order(values, stored) or _check_outcome(values, stored) + _check_kind(values)


def check_possible(field: str, day: date | None) -> list[FieldProblem]:
    """A planned or announced day lies in this programme's time; a year of two digits or a slip does not."""
    if day is None or EARLIEST <= day <= LATEST:
        return []
    text = f"Der {day:%d.%m.%Y} kann nicht stimmen."
    return [FieldProblem(field, f"{day:%d.%m.%Y}", text, "Bitte das Jahr prüfen.")]


def _check_order(values: Mapping[str, Any], stored: Stand | None) -> list[FieldProblem]:
    state = ProcedureState(values["state"])
    if stored is not None and not values["correction"] and place(state) < place(stored.state):
        text = f"Das Verfahren ist schon weiter: „{ProcedureState(stored.state).de}“ seit {stored.since:%d.%m.%Y}."
        return [FieldProblem("state", state.value, text, "War das ein Irrtum, bitte als Korrektur speichern.")]
    before = advanced(values, stored)[:-1]
    if before and values["since"] < (day := date.fromisoformat(str(before[-1]["since"]))):
        was = ProcedureState(str(before[-1]["state"]))
        text = f"Dieser Stand läge vor dem bisherigen („{was.de}“ seit {day:%d.%m.%Y})."
        return [FieldProblem("since", f"{values['since']:%d.%m.%Y}", text, "Bitte das Datum prüfen.")]
    return []


def _check_outcome(values: Mapping[str, Any], stored: Stand | None) -> list[FieldProblem]:
    outcome, state = outcome_of(values, stored), values["state"]
    if state == S.NOTICE and outcome is None:
        text = "Zum Bescheid fehlt das Ergebnis."
        return [FieldProblem("outcome", None, text, "Bitte angeben.", [entry.de for entry in ProcedureOutcome])]
    if outcome is not None and state not in WITH_OUTCOME:
        text = "Ein Ergebnis gibt es erst mit dem Bescheid."
        return [FieldProblem("outcome", outcome, text, "Bitte den Stand prüfen oder das Ergebnis leeren.")]
    return []


def _check_kind(values: Mapping[str, Any]) -> list[FieldProblem]:
    occupation, filed = values["reference_occupation"], values["state"] in FILED
    if values["kind"] == ProcedureKind.SPECIALIST and not is_physician(occupation):
        text = "Die Anerkennung als Fachärztin oder Facharzt gibt es nur für den Arztberuf."
        return [FieldProblem("reference_occupation", occupation, text, "Bitte Beruf (KldB 814) oder Art prüfen.")]
    if filed and is_health(occupation) and values["land"] is None:
        text = "In Gesundheitsberufen ist die Stelle des Landes zuständig, in dem die Person arbeiten will."
        return [FieldProblem("land", None, text, "Bitte das Land angeben.", [land.de for land in Land])]
    return []


def advanced(values: Mapping[str, Any], stored: Stand | None) -> Reached:
    """The states reached once `values` are saved, oldest first; a correction replaces what it contradicts."""
    entry = {"state": values["state"], "outcome": outcome_of(values, stored), "since": values["since"].isoformat()}
    before: Sequence[dict[str, str | None]] = stored.reached if stored is not None else ()
    if values["correction"]:
        state = values["state"]  # a first notice stays beside the second
        before = [
            one for one in before[:-1] if place(str(one["state"])) < place(state) or one["state"] == state == S.NOTICE
        ]
    elif before and before[-1]["state"] == entry["state"] and before[-1]["outcome"] == entry["outcome"]:
        before = before[:-1]
    return [*before, entry]


def check_specialist(values: Mapping[str, Any], *, licensed: bool) -> list[FieldProblem]:
    """REC-07: an application for recognition as a specialist follows an Approbation, which does not contain it."""
    if values["kind"] != ProcedureKind.SPECIALIST or values["state"] not in FILED or licensed:
        return []
    text = "Der Antrag als Fachärztin oder Facharzt setzt die Approbation voraus; sie ist hier noch nicht vermerkt."
    return [FieldProblem("state", values["state"], text, "Bitte zuerst die Approbation als Etappe eintragen.")]
