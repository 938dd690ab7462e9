"""What one may ask of a case; the bodies of the API are these commands."""

from typing import Annotated

from pydantic import Field

from services.counselling.commands import Account, Command
from shared.vocabulary.cases import Method

Revision = Annotated[int, Field(ge=1, le=1_000_000)]


class ChangeCase(Command):
    """Choose method and deputy; `revision` names the stand that is changed."""

    method: Method
    deputy: Account | None = None
    revision: Revision


class Stand(Command):
    """Which stand of the case is meant."""

    revision: Revision
