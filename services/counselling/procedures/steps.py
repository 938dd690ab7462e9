"""Steps beside the states: examinations and licences of the health occupations in their order, and what follows a
partial notice (REC-03, REC-05 to -07). Pure; days are passed in.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from services.counselling.procedures.occupations import is_health, is_licensed, is_pharmacist, is_physician
from services.counselling.procedures.rules import check_possible
from shared.problems import FieldProblem
from shared.vocabulary import ProcedureKind, ProcedureOutcome, ProcedureState, StepKind, StepState

K = StepKind
AFTER_PARTIAL = (K.QUALIFICATION_COUNSELLING, K.MEASURE)
LANGUAGES = (K.LANGUAGE_B2, K.LANGUAGE_C1)
DONE = (StepState.REACHED, StepState.FAILED, StepState.DECLINED)


class Step(Protocol):
    """A step of a procedure; `on` is its day, planned or past."""

    kind: str
    state: str
    on: date


class Procedure(Protocol):
    """What the rules look at."""

    kind: str
    reference_occupation: str | None
    specialized: bool
    state: str
    outcome: str | None
    since: date


def offered(kind: str, occupation: str | None) -> list[StepKind]:
    """Steps that a procedure may have, in the order in which they are usually gone."""
    if kind == ProcedureKind.SPECIALIST:
        return [*AFTER_PARTIAL, K.KNOWLEDGE_EXAMINATION, K.LICENCE]
    if is_licensed(occupation):
        found = [*LANGUAGES, K.LANGUAGE_EXAMINATION, K.TEMPORARY_LICENCE, *AFTER_PARTIAL, K.KNOWLEDGE_EXAMINATION]
        return [*found, K.LICENCE]
    if is_health(occupation):
        return [*LANGUAGES, *AFTER_PARTIAL, K.KNOWLEDGE_EXAMINATION]
    return [*AFTER_PARTIAL, *LANGUAGES]


def needed(step: str, procedure: Procedure) -> list[StepKind]:
    """What must be reached before a step: of pharmacists (REC-05), of doctors in the programme Specialized! (REC-06).

    Of other doctors the authority may decide by the papers alone. An Approbation that a specialist brings along is
    only noted.
    """
    if procedure.kind == ProcedureKind.SPECIALIST:
        return []
    occupation = procedure.reference_occupation
    if step == K.LICENCE and is_pharmacist(occupation):
        return [K.KNOWLEDGE_EXAMINATION]
    if not (procedure.specialized and is_physician(occupation)):
        return []
    by_step = {K.TEMPORARY_LICENCE: [K.LANGUAGE_EXAMINATION], K.LICENCE: [K.KNOWLEDGE_EXAMINATION, K.LANGUAGE_C1]}
    return by_step.get(StepKind(step), [])


def check_step(step: Step, procedure: Procedure, others: Sequence[Step], today: date) -> list[FieldProblem]:
    """Problems of a step: not one of this procedure, result in the future, something before it is missing."""
    kind, shown = StepKind(step.kind), f"{step.on:%d.%m.%Y}"
    if kind not in offered(procedure.kind, procedure.reference_occupation):
        text = f"„{kind.de}“ gehört nicht zu diesem Verfahren."
        return [FieldProblem("kind", kind.value, text, "Bitte den Beruf des Verfahrens oder die Etappe prüfen.")]
    if problems := check_possible("on", step.on):
        return problems
    if step.state in DONE and step.on > today:
        text = f"Der {shown} liegt in der Zukunft."
        return [FieldProblem("on", shown, text, "Bitte das Datum prüfen oder die Etappe als geplant eintragen.")]
    if step.state != StepState.REACHED:
        return []
    missing = [one for one in needed(kind, procedure) if not is_reached(others, one, step.on)]
    if not missing:
        return []
    names = " und ".join(one.de for one in missing)
    text = f"Vor der Etappe „{kind.de}“ fehlt: {names}."
    return [FieldProblem("kind", kind.value, text, "Bitte zuerst eintragen, mit dem Tag, an dem es erreicht war.")]


def check_kept(procedure: Procedure, steps: Sequence[Step]) -> list[FieldProblem]:
    """Problems a change of occupation or programme would make for steps already there."""
    allowed = offered(procedure.kind, procedure.reference_occupation)
    for step in steps:
        others = [one for one in steps if one is not step]
        kind = StepKind(step.kind)
        lost = step.state == StepState.REACHED and any(
            not is_reached(others, one, step.on) for one in needed(kind, procedure)
        )
        if kind not in allowed or lost:
            text = f"Dazu passt die Etappe „{kind.de}“ nicht, die schon eingetragen ist."
            remedy = "Bitte zuerst die Etappen prüfen."
            return [FieldProblem("reference_occupation", procedure.reference_occupation, text, remedy)]
    return []


def is_reached(steps: Iterable[Step], kind: StepKind, by: date) -> bool:
    """Whether a step was reached by a day."""
    return any(step.kind == kind and step.state == StepState.REACHED and step.on <= by for step in steps)


def qualification_proposed(procedure: Procedure, steps: Iterable[Step]) -> bool:
    """REC-03: after a partial notice qualification counselling is proposed, until it is planned, held or not wanted.

    A try that is called failed proposes it again.
    """
    open_notice = procedure.state == ProcedureState.NOTICE and procedure.outcome == ProcedureOutcome.PARTIAL
    settled = (StepState.PLANNED, StepState.REACHED, StepState.DECLINED)
    return open_notice and not any(step.kind == K.QUALIFICATION_COUNSELLING and step.state in settled for step in steps)
