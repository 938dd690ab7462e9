"""What one may ask of a procedure; the bodies of the API are these commands."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.counselling.commands import Command
from shared import vocabulary as v
from shared.contracts.base import Occupation

Revision = Annotated[int, Field(ge=1, le=1_000_000)]


class RecordProcedure(Command):
    """Record a recognition procedure, lead it on, or correct it (Anerkennungsverfahren).

    `since` is the day on which `state` was reached. A state before the stored one is refused unless this is a
    `correction`. `revision` names the stand that is changed.
    """

    kind: v.ProcedureKind = v.ProcedureKind.RECOGNITION
    reference_occupation: Occupation | None = None
    land: v.Land | None = None
    authority_id: UUID | None = None
    specialized: bool = False
    state: v.ProcedureState = v.ProcedureState.ORIENTED
    outcome: v.ProcedureOutcome | None = None
    since: dt.date
    announced_on: dt.date | None = None
    correction: bool = False
    revision: Revision | None = None


class RecordStage(Command):
    """Record or correct a stage: planned for a day, reached, failed or not wanted on it."""

    kind: v.StageKind
    state: v.StageState = v.StageState.PLANNED
    on: dt.date
    revision: Revision | None = None
