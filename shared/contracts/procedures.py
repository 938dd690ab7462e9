"""Recognition procedures (Anerkennungsverfahren), an event of the context counselling (contracts §4)."""

from typing import Self
from uuid import UUID

from pydantic import model_validator

from shared import vocabulary as v
from shared.contracts.base import EventBody, Month, Occupation

WITH_OUTCOME = (v.ProcedureState.NOTICE, v.ProcedureState.CLOSED)


class LeanProcedure(EventBody):
    """How far a recognition procedure is; the outcome is known from the notice on."""

    procedure_id: UUID
    month: Month
    state: v.ProcedureState
    outcome: v.ProcedureOutcome | None

    @model_validator(mode="after")
    def _outcome_from_the_notice_on(self) -> Self:
        if self.outcome is not None and self.state not in WITH_OUTCOME:
            raise ValueError("There is no outcome before the notice.")
        return self


class FullProcedure(LeanProcedure):
    """A recognition procedure inside its network."""

    office_id: UUID | None
    reference_occupation: Occupation | None
