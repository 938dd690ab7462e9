"""Reading a posted form: whatever is wrong with it is told at once, by the gateway and by the services that save it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.forms import Field, Form, read_day, read_number
from services.gateway.upstreams import Upstreams
from shared import clock
from shared.problems import FieldProblem, Problem, invalid

T = TypeVar("T")
ROUNDS = 3
"""How often a service is asked what else it would refuse."""
STAND_IN = ("date", "participants", "entered_on", "offering")
"""What a record cannot do without: a stand-in goes along, so that the rest can be checked."""


class Reading:
    """The fields of a form, read one by one; what cannot be read is noted in `wrong`, and has a stand-in."""

    def __init__(self, form: Form, *wrong: FieldProblem) -> None:
        self.form, self.wrong = form, list(wrong)

    def day(self, entry: Field) -> date:
        """A day; today stands in for one that cannot be read."""
        return self._read(lambda: read_day(self.form.text(entry.name), entry.name, entry.label), clock.today())

    def number(self, entry: Field, *, optional: bool = True) -> int | None:
        """A whole number; nothing, or 1 where one is needed, stands in for what is none."""
        text, instead = self.form.text(entry.name), None if optional else 1
        return self._read(lambda: read_number(text, entry.name, entry.label, optional=optional), instead)

    def _read(self, read: Callable[[], T], instead: T) -> T:
        try:
            return read()
        except Problem as problem:
            self.wrong += problem.errors
            return instead


class Attempt(NamedTuple):
    """A record as it would be saved: service, address, body."""

    service: str
    path: str
    body: dict[str, Any]


async def saved(request: Request, visitor: Visitor, attempt: Attempt, *others: Attempt) -> Any:
    """Save a record and return the service's answer. Raises Problem; 422 names what is wrong with `others` too."""
    services: Upstreams = request.app.state.upstreams
    try:
        return await services.call(visitor.principal, attempt.service, "PUT", attempt.path, json=attempt.body)
    except Problem as problem:
        if problem.status != 422 or not problem.errors:
            raise
        raise await everything_wrong(request, visitor, problem.errors, [attempt, *others]) from None


async def everything_wrong(
    request: Request, visitor: Visitor, wrong: Sequence[FieldProblem], attempts: Iterable[Attempt] = ()
) -> Problem:
    """The refusal that names all fields: those known to be `wrong`, and what the services would refuse beside them."""
    told = await asyncio.gather(*(_refused(request, visitor, attempt, wrong) for attempt in attempts))
    named = {error.field for error in wrong}
    return invalid(*wrong, *(error for part in told for error in part if error.field not in named))


async def _refused(
    request: Request, visitor: Visitor, attempt: Attempt, wrong: Sequence[FieldProblem]
) -> list[FieldProblem]:
    """What a service would refuse beside `wrong`; nothing while it is away or where it is no matter of a field.

    A value of the wrong form hides what the rules say of the others, so the service is asked again without it.
    """
    services: Upstreams = request.app.state.upstreams
    named, found = {error.field for error in wrong}, list[FieldProblem]()
    for _ in range(ROUNDS):
        body = {name: value for name, value in attempt.body.items() if name not in named or name in STAND_IN}
        try:
            await services.call(visitor.principal, attempt.service, "POST", f"{attempt.path}/check", json=body)
        except Problem as problem:
            new = [error for error in problem.errors if error.field not in named] if problem.status == 422 else []
            if not new:
                break
            found += new
            named |= {error.field for error in new}
        else:
            break
    return found
