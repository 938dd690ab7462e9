"""What one may ask of a case; the bodies of the API are these commands."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.counselling.commands import Account, Command, Note, OfficeCode, Reason, Title
from shared.vocabulary.cases import DocumentState, Method, StepBy, StepState

Revision = Annotated[int, Field(ge=1, le=1_000_000)]


class Stand(Command):
    """Which stand of the case is meant."""

    revision: Revision


class ChangeCase(Stand):
    """Choose method and deputy."""

    method: Method
    deputy: Account | None = None


class ProtectCase(Stand):
    """Keep a case for owner and deputy, or open it to the colleagues again."""

    protected: bool


class AssignCases(Command):
    """Give all cases of an account that has left (`owner`) to a colleague (`to`), with the reason."""

    owner: Account
    to: Account
    reason: Reason


class SetAim(Stand):
    """Say what the help plan is for; empty: there is none."""

    aim: Note | None = None


class PutStep(Command):
    """A step of the help plan; `revision` of one that is there already."""

    title: Title
    due: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))] | None = None
    by: StepBy = StepBy.OFFICE
    state: StepState = StepState.OPEN
    revision: Revision | None = None


class PutDocument(Command):
    """A line of the document checklist; `revision` of one that is there already."""

    name: Title
    state: DocumentState = DocumentState.MISSING
    revision: Revision | None = None


class OfferCase(Command):
    """Offer a case to a colleague (`to`, subject of her account) or to an office of the carrier (its code)."""

    to: Account | None = None
    office: OfficeCode | None = None
    note: Note | None = None
