"""The JSON API: tokens, and an authorised pass-through of the services' own APIs (contracts §5, §6)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.gateway import sessions
from services.gateway.access import Asking, Visitor
from services.gateway.accounts import authenticate, identity_of
from services.gateway.tables import UseRow
from shared import clock
from shared.problems import Problem
from shared.security import issue_token
from shared.vocabulary import Role

router = APIRouter(prefix="/api/v1")

TOKEN_SECONDS = 15 * 60
FORWARDED = ("content-type", "accept")
RETURNED = ("content-type", "content-disposition")


class Import(NamedTuple):
    """Who takes a kind of import, and which permission it needs."""

    service: str
    permission: str = "imports:run"


# In the order in which they build on one another (contracts §5).
IMPORTS = {
    "structure": Import("registration", "structure:write"),
    "offerings": Import("registration"),
    "sessions": Import("counselling"),
    "groups": Import("counselling"),
    "companies": Import("counselling"),
    "meetings": Import("registration"),
    "participations": Import("registration"),
    "items": Import("registration"),
    "authorities": Import("counselling", "structure:write"),
    "bodies": Import("counselling", "structure:write"),
}


class Resource(NamedTuple):
    """Who answers the paths below a first segment, and which permissions they need; no `write`: read only."""

    service: str
    read: str
    write: str | None = None


RESOURCES = {
    "sessions": Resource("counselling", "sessions:read", "sessions:write"),
    "groups": Resource("counselling", "groups:read", "groups:write"),
    "outreach": Resource("counselling", "groups:read", "groups:write"),
    "structural-work": Resource("counselling", "groups:read", "groups:write"),
    "own-figures": Resource("counselling", "own_figures:read"),
    "companies": Resource("counselling", "companies:read", "companies:write"),
    "bodies": Resource("counselling", "bodies:read", "bodies:write"),
    "proposals": Resource("registration", "proposals:read", "proposals:write"),
    "cases": Resource("counselling", "cases:read", "cases:write"),
    "handovers": Resource("counselling", "cases:write", "cases:write"),
    "authorities": Resource("counselling", "structure:read"),
    "persons": Resource("registration", "persons:read", "persons:write"),
    "appointments": Resource("registration", "appointments:read", "appointments:write"),
    "offices": Resource("registration", "structure:read", "offices:write"),
    "structure": Resource("registration", "structure:read", "structure:write"),
    "occupations": Resource("registration", "structure:read"),
    "offerings": Resource("registration", "offerings:read", "offerings:write"),
    "participations": Resource("registration", "participations:read", "participations:write"),
    "meetings": Resource("registration", "meetings:read", "meetings:write"),
    "programmes": Resource("registration", "plans:read"),
    "runs": Resource("registration", "plans:read", "runs:write"),
    "run-stages": Resource("registration", "plans:read"),
    "contact-persons": Resource("registration", "runs:read", "runs:write"),
    "items": Resource("registration", "items:read", "items:write"),
    "offers": Resource("reporting", "offers:read"),
    "indicators": Resource("reporting", "indicators:read"),
    "figures": Resource("reporting", "figures:read"),
    "compare": Resource("reporting", "figures:read"),
    "questions": Resource("reporting", "figures:read"),
    "editions": Resource("reporting", "editions:read", "editions:make"),
    "views": Resource("reporting", "views:keep", "views:keep"),
    "comments": Resource("reporting", "comments:read", "comments:write"),
    "news": Resource("reporting", "news:read", "news:read"),
    "quality": Resource("reporting", "quality:read"),
    "follow-ups": Resource("reporting", "quality:read", "follow_ups:ask"),
    "tables": Resource("reporting", "figures:read"),
    "coverage": Resource("reporting", "coverage:read"),
    "cohorts": Resource("reporting", "figures:read"),
    "transfers": Resource("reporting", "figures:read"),
    "submissions": Resource("reporting", "editions:publish", "editions:publish"),
    "acceptances": Resource("reporting", "editions:make"),
    "parked": Resource("reporting", "operations:read", "parked:decide"),
    "differences": Resource("reporting", "operations:read"),
    **{f"imports/{kind}": Resource(one.service, one.permission, one.permission) for kind, one in IMPORTS.items()},
}


@router.post("/token")
async def token(
    request: Request,
    username: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=200)],
    purpose: Annotated[str | None, Form(max_length=200)] = None,
) -> dict[str, str | int]:
    """A bearer token for 15 minutes (local accounts). Raises Problem 401 or 429, 404 where a provider signs in."""
    settings = request.app.state.settings
    if settings.auth_mode != "local":
        raise Problem(404, "Hier melden Sie sich über die zentrale Anmeldung an; Zugangstoken gibt es dort.")
    now = clock.now()
    async with request.app.state.sessions() as session, session.begin():
        account = await authenticate(session, username, password, now)
    key, principal = settings.signing_key.get_secret_value(), identity_of(account).principal(settings.network)
    signed = issue_token(principal, key, "gateway", TOKEN_SECONDS)
    if purpose := "".join(filter(str.isprintable, purpose or "")):
        async with request.app.state.sessions() as session, session.begin():
            await sessions.keep_purpose(session, signed, now, purpose)
    return {"access_token": signed, "token_type": "bearer", "expires_in": TOKEN_SECONDS}


async def log_use(request: Request, visitor: Visitor, query: str) -> None:
    """Note a use of exact national figures with its purpose (design 12)."""
    row = UseRow(at=clock.now(), username=visitor.principal.subject, purpose=visitor.purpose or "", query=query[:500])
    async with request.app.state.sessions() as session, session.begin():
        session.add(row)


async def opened(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream with its first piece read: what is too large by its own account bothers no service."""
    first = await anext(stream, b"")

    async def pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in stream:
            yield piece

    return pieces()


async def pass_through(request: Request, visitor: Visitor, service: str) -> Response:
    """Hand a request to the service it belongs to; the service checks the permission once more."""
    path = request.url.path
    if service == "reporting" and visitor.principal.role is Role.COORDINATION:
        await log_use(request, visitor, f"{path}?{request.url.query}")
    answer = await request.app.state.upstreams.send(
        visitor.principal,
        service,
        request.method,
        path,
        params=request.query_params.multi_items(),
        content=await opened(request.stream()) if request.method != "GET" else None,
        headers={name: request.headers[name] for name in FORWARDED if name in request.headers},
    )
    kept = {name: answer.headers[name] for name in RETURNED if name in answer.headers}
    return Response(answer.content, answer.status_code, headers=kept)


def _passing(service: str, permission: str) -> Callable[..., Awaitable[Response]]:
    async def passed(request: Request, visitor: Annotated[Visitor, Depends(Asking(permission))]) -> Response:
        return await pass_through(request, visitor, service)

    return passed


# Before the resource it belongs to: who makes an edition may not publish it (design 12).
router.add_api_route(
    "/editions/{edition_id}/publish",
    _passing("reporting", "editions:publish"),
    methods=["POST"],
    include_in_schema=False,
)

# The coordination asks, a network answers.
router.add_api_route(
    "/follow-ups/{follow_up_id}/answer",
    _passing("reporting", "follow_ups:answer"),
    methods=["POST"],
    include_in_schema=False,
)

# A trainer plans runs; to let a rule pass is the coordination's.
router.add_api_route(
    "/runs/{run_id}/overrides/{rule}",
    _passing("registration", "runs:override"),
    methods=["PUT"],
    include_in_schema=False,
)
# Who writes an item does not release it (PDB-01).
for _act in ("release", "return", "unpublish"):
    router.add_api_route(
        f"/items/{{item_id}}/{_act}",
        _passing("registration", "items:release"),
        methods=["POST"],
        include_in_schema=False,
    )

for _name, _resource in RESOURCES.items():
    for _path in (f"/{_name}", f"/{_name}/{{rest:path}}"):
        _read = _passing(_resource.service, _resource.read)
        router.add_api_route(_path, _read, methods=["GET"], include_in_schema=False)
        if _resource.write:
            _write = _passing(_resource.service, _resource.write)
            router.add_api_route(_path, _write, methods=["PUT", "POST", "DELETE"], include_in_schema=False)
