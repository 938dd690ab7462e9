"""The JSON API: tokens, and an authorised pass-through of the services' own APIs (contracts §5, §6)."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from services.gateway.access import ANONYMOUS, Visitor, check_origin, visitor_of
from services.gateway.accounts import authenticate, principal_of
from services.gateway.tables import UseRow
from shared import clock
from shared.problems import Problem
from shared.security import issue_token
from shared.vocabulary import Role

router = APIRouter(prefix="/api/v1")

TOKEN_SECONDS = 15 * 60
MAX_BODY = 1_000_000
MAX_UPLOAD = 200_000_000
# First segment of a path → service that answers it; imports by their kind.
SERVICES = {
    "sessions": "counselling",
    "groups": "counselling",
    "persons": "registration",
    "structure": "registration",
    "meetings": "registration",
    "indicators": "reporting",
    "figures": "reporting",
    "coverage": "reporting",
    "parked": "reporting",
}
IMPORTS = {"sessions": "counselling", "meetings": "registration"}
FORWARDED = ("content-type", "accept")
RETURNED = ("content-type", "content-disposition")


@router.post("/token", include_in_schema=True)
async def token(
    request: Request,
    username: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=200)],
    purpose: Annotated[str | None, Form(max_length=200)] = None,
) -> dict[str, str | int]:
    """A bearer token for 15 minutes (local accounts). Raises Problem 401 or 429."""
    settings = request.app.state.settings
    async with request.app.state.sessions() as session, session.begin():
        account = await authenticate(session, username, password, clock.now())
    principal = principal_of(account, settings.network)
    key = settings.signing_key.get_secret_value()
    if principal.role is Role.COORDINATION:
        await log_use(request, Visitor(principal, purpose=purpose), "token")
    signed = issue_token(principal, key, "gateway", TOKEN_SECONDS)
    return {"access_token": signed, "token_type": "bearer", "expires_in": TOKEN_SECONDS}


async def log_use(request: Request, visitor: Visitor, query: str) -> None:
    """Note a use of exact national figures with its purpose (design 12)."""
    row = UseRow(at=clock.now(), username=visitor.principal.subject, purpose=visitor.purpose or "", query=query[:500])
    async with request.app.state.sessions() as session, session.begin():
        session.add(row)


def service_of(path: str) -> str:
    """The service that answers a path below `/api/v1/`. Raises Problem 404."""
    first, _, rest = path.partition("/")
    name = IMPORTS.get(rest.partition("/")[0]) if first == "imports" else SERVICES.get(first)
    if name is None:
        raise Problem(404, "Diese Adresse gibt es nicht.")
    return name


async def limited(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The request's body, counted. Raises Problem 413 above `limit` bytes."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Problem(413, f"Die Anfrage ist zu groß; erlaubt sind {limit // 1_000_000} MB.")
        yield chunk


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT"], include_in_schema=False)
async def pass_through(request: Request, path: str) -> Response:
    """Hand a request to the service it belongs to; the service checks the permission."""
    visitor = await visitor_of(request)
    if visitor is None:
        raise Problem(401, ANONYMOUS)
    check_origin(request)
    if "authorization" not in request.headers and request.method != "GET":
        raise Problem(403, "Ändernde Anfragen brauchen ein Zugangstoken (POST /api/v1/token).")
    service = service_of(path)
    limit = MAX_UPLOAD if path.startswith("imports/") else MAX_BODY
    if int(request.headers.get("content-length") or 0) > limit:
        raise Problem(413, f"Die Anfrage ist zu groß; erlaubt sind {limit // 1_000_000} MB.")
    if service == "reporting" and visitor.principal.role is Role.COORDINATION:
        await log_use(request, visitor, f"{path}?{request.url.query}")
    body = limited(request, limit) if request.method != "GET" else None
    headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
    answer = await request.app.state.upstreams.send(
        visitor.principal,
        service,
        request.method,
        f"/api/v1/{path}",
        params=request.query_params.multi_items(),
        content=body,
        headers=headers,
    )
    kept = {name: answer.headers[name] for name in RETURNED if name in answer.headers}
    return Response(answer.content, answer.status_code, headers=kept)
