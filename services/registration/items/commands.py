"""What one may ask of items; the bodies of the API are these commands."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.registration.commands import Command, Reason, Seen
from shared import vocabulary as v

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Typed = Annotated[str, StringConstraints(max_length=10_000)] | None
State = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Revision = Annotated[int, Field(ge=1)]


class RecordItem(Command):
    """Record an item or change it; `values` are the fields of its kind, a field that is left out is empty.

    `state` is the one it begins with (default: the first of its kind); later it changes by a step.
    """

    item_kind: v.ItemKind
    state: State | None = None
    values: Annotated[dict[Name, Typed], Field(max_length=40, default_factory=dict)]
    revision: Seen = None


class ChangeState(Command):
    """Go to another state, with the reason where the step needs one."""

    state: State
    reason: Reason | None = None
    revision: Revision


class Submit(Command):
    """Hand the public texts in for release; `confirmed`: what looks like a person shall be public all the same."""

    confirmed: bool = False
    revision: Revision


class Release(Submit):
    """Release what was handed in; `seen_as_public`: it was shown as it will be public."""

    seen_as_public: bool = False


class Return(Command):
    """Give back what was handed in, or take from the public what was released; with the reason."""

    reason: Reason
    revision: Revision
