"""Readings and refusals: whoever sees a person or a case leaves a row, committed before the answer goes out."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import audit, clock
from shared.problems import Problem
from shared.recording import Recorded
from shared.security import Principal, read_token


async def read(session: AsyncSession, principal: Principal, noun: str, row: Recorded) -> None:
    """Note that one record was read; the caller commits before it answers."""
    entry = audit.entry(clock.now(), principal.subject, row.owner, f"{noun}.read", row.key, row.revision)
    await audit.write(session, [entry])


async def listed(
    session: AsyncSession, principal: Principal, noun: str, rows: Sequence[Recorded], verb: str = "listed"
) -> None:
    """Note that a list was read: a row for each carrier that names all its records; an empty list shows nobody."""
    owners: dict[UUID | None, list[UUID]] = {}
    for row in rows:
        owners.setdefault(row.owner, []).append(row.key)
    now, action = clock.now(), f"{noun}.{verb}"
    entries = [audit.entry(now, principal.subject, owner, action, None, None, keys) for owner, keys in owners.items()]
    await audit.write(session, entries)


class RefusingRoute(APIRoute):
    """A route that notes an id nobody at this carrier has: a guess, or another carrier's record (404).

    The row has the id asked for and the carrier of the one who asked; whether the record exists is not told.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, watched for refusals."""
        handle = super().get_route_handler()

        async def watched(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                if problem.status == 404:
                    await _note_refusal(request)
                raise

        return watched


def record_of(path_params: dict[str, Any]) -> tuple[str, UUID] | None:
    """Noun and id of the record a path names: `{session_id}` is a session."""
    for name, value in path_params.items():
        if name.endswith("_id"):
            return name.removesuffix("_id"), UUID(str(value))
    return None


async def _named(request: Request) -> list[UUID] | None:
    """The person a refused body names: her id may be the guess."""
    content = await request.json() if await request.body() else {}
    person = content.get("person_id") if isinstance(content, dict) else None
    return [UUID(str(person))] if person else None


async def _note_refusal(request: Request) -> None:
    found = record_of(request.path_params)
    if found is None:
        return
    noun, key = found
    state, token = request.app.state, request.headers["authorization"].partition(" ")[2]
    principal = read_token(token, state.settings.signing_key.get_secret_value(), "services")
    carrier = principal.carriers[0] if principal.carriers else None
    named = await _named(request)
    entry = audit.entry(clock.now(), principal.subject, carrier, f"{noun}.refused", key, None, named)
    async with state.sessions() as session, session.begin():
        await audit.write(session, [entry])
