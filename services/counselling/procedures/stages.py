"""Stages beside the states: examinations and licences of the health occupations in their order, and what follows a
partial notice (REC-03, REC-05 to -07). Pure; days are passed in.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from services.counselling.procedures.occupations import is_health, is_licensed, is_pharmacist, is_physician
from services.counselling.procedures.rules import check_possible
from shared.problems import FieldProblem
from shared.vocabulary import ProcedureKind, ProcedureOutcome, ProcedureState, StageKind, StageState

K = StageKind
AFTER_PARTIAL = (K.QUALIFICATION_COUNSELLING, K.MEASURE)
LANGUAGES = (K.LANGUAGE_B2, K.LANGUAGE_C1)
DONE = (StageState.REACHED, StageState.FAILED, StageState.DECLINED)


class Stage(Protocol):
    """A stage of a procedure; `on` is its day, planned or past."""

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


def offered(kind: str, occupation: str | None) -> list[StageKind]:
    """Stages that a procedure may have, in the order in which they are usually gone."""
    if kind == ProcedureKind.SPECIALIST:
        return [*AFTER_PARTIAL, K.KNOWLEDGE_EXAMINATION, K.LICENCE]
    if is_licensed(occupation):
        found = [*LANGUAGES, K.LANGUAGE_EXAMINATION, K.TEMPORARY_LICENCE, *AFTER_PARTIAL, K.KNOWLEDGE_EXAMINATION]
        return [*found, K.LICENCE]
    if is_health(occupation):
        return [*LANGUAGES, *AFTER_PARTIAL, K.KNOWLEDGE_EXAMINATION]
    return [*AFTER_PARTIAL, *LANGUAGES]


def needed(stage: str, procedure: Procedure) -> list[StageKind]:
    """What must be reached before a stage: of pharmacists (REC-05), of doctors in the programme Specialized! (REC-06).

    Of other doctors the authority may decide by the papers alone. An Approbation that a specialist brings along is
    only noted.
    """
    if procedure.kind == ProcedureKind.SPECIALIST:
        return []
    occupation = procedure.reference_occupation
    if stage == K.LICENCE and is_pharmacist(occupation):
        return [K.KNOWLEDGE_EXAMINATION]
    if not (procedure.specialized and is_physician(occupation)):
        return []
    by_stage = {K.TEMPORARY_LICENCE: [K.LANGUAGE_EXAMINATION], K.LICENCE: [K.KNOWLEDGE_EXAMINATION, K.LANGUAGE_C1]}
    return by_stage.get(StageKind(stage), [])


def check_stage(stage: Stage, procedure: Procedure, others: Sequence[Stage], today: date) -> list[FieldProblem]:
    """Problems of a stage: not one of this procedure, result in the future, something before it is missing."""
    kind, shown = StageKind(stage.kind), f"{stage.on:%d.%m.%Y}"
    if kind not in offered(procedure.kind, procedure.reference_occupation):
        text = f"„{kind.de}“ gehört nicht zu diesem Verfahren."
        return [FieldProblem("kind", kind.value, text, "Bitte den Beruf des Verfahrens oder die Etappe prüfen.")]
    if problems := check_possible("on", stage.on):
        return problems
    if stage.state in DONE and stage.on > today:
        text = f"Der {shown} liegt in der Zukunft."
        return [FieldProblem("on", shown, text, "Bitte das Datum prüfen oder die Etappe als geplant eintragen.")]
    if stage.state != StageState.REACHED:
        return []
    missing = [one for one in needed(kind, procedure) if not is_reached(others, one, stage.on)]
    if not missing:
        return []
    names = " und ".join(one.de for one in missing)
    text = f"Vor der Etappe „{kind.de}“ fehlt: {names}."
    return [FieldProblem("kind", kind.value, text, "Bitte zuerst eintragen, mit dem Tag, an dem es erreicht war.")]


def check_kept(procedure: Procedure, stages: Sequence[Stage]) -> list[FieldProblem]:
    """Problems a change of occupation or programme would make for stages already there."""
    allowed = offered(procedure.kind, procedure.reference_occupation)
    for stage in stages:
        others = [one for one in stages if one is not stage]
        kind = StageKind(stage.kind)
        lost = stage.state == StageState.REACHED and any(
            not is_reached(others, one, stage.on) for one in needed(kind, procedure)
        )
        if kind not in allowed or lost:
            text = f"Dazu passt die Etappe „{kind.de}“ nicht, die schon eingetragen ist."
            remedy = "Bitte zuerst die Etappen prüfen."
            return [FieldProblem("reference_occupation", procedure.reference_occupation, text, remedy)]
    return []


def is_reached(stages: Iterable[Stage], kind: StageKind, by: date) -> bool:
    """Whether a stage was reached by a day."""
    return any(stage.kind == kind and stage.state == StageState.REACHED and stage.on <= by for stage in stages)


def qualification_proposed(procedure: Procedure, stages: Iterable[Stage]) -> bool:
    """REC-03: after a partial notice qualification counselling is proposed, until it is planned, held or not wanted.

    A try that is called failed proposes it again.
    """
    open_notice = procedure.state == ProcedureState.NOTICE and procedure.outcome == ProcedureOutcome.PARTIAL
    settled = (StageState.PLANNED, StageState.REACHED, StageState.DECLINED)
    return open_notice and not any(
        stage.kind == K.QUALIFICATION_COUNSELLING and stage.state in settled for stage in stages
    )
