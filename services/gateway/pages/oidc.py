"""Signing in at the OpenID provider: the way there (a link), the way back, and the provider's own sign-outs.

The browser keeps a random cookie; state, nonce and PKCE verifier stay in the database and serve once.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway import sessions
from services.gateway.access import MAX_TARGET, local, visitor_of
from services.gateway.claims import identity_of
from services.gateway.pages.sign_in import welcome
from services.gateway.provider import LEEWAY_SECONDS, REFUSED, TITLE, Provider
from services.gateway.sessions import token_hash
from services.gateway.tables import AttemptRow, LogoutTokenRow
from shared import clock
from shared.problems import Problem

router = APIRouter(include_in_schema=False)

ATTEMPT = timedelta(minutes=10)
MAX_TOKEN = 20_000


def _provider(request: Request) -> Provider:
    """The provider. Raises Problem 404 with local accounts."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise Problem(404, "Hier melden Sie sich mit Benutzername und Passwort an.")
    return found


@router.get("/anmelden/start")
async def start(request: Request, weiter: Annotated[str, Query(max_length=MAX_TARGET)] = "/") -> Response:
    """Go to the provider. A link and no form, since a form may lead to this gateway only (CSP form-action)."""
    answer, data = await _provider(request).start(request)
    settings, token, now = request.app.state.settings, secrets.token_urlsafe(32), clock.now()
    row = AttemptRow(token_hash=token_hash(token), created_at=now, data=data, target=local(weiter))
    async with request.app.state.sessions() as session, session.begin():
        await session.exec(delete(AttemptRow).where(col(AttemptRow.created_at) < now - ATTEMPT))
        session.add(row)
    # Lax, since the way back is a link from the provider's site.
    name, age = f"{settings.cookie}_anmeldung", int(ATTEMPT.total_seconds())
    answer.set_cookie(name, token, max_age=age, httponly=True, samesite="lax", secure=settings.secure, path="/")
    return answer


@router.get("/anmelden/rueckkehr")
async def finish(request: Request) -> Response:
    """Come back from the provider: check everything and open a session. Raises Problem 400, 403, 503 as a page."""
    provider, settings = _provider(request), request.app.state.settings
    name = f"{settings.cookie}_anmeldung"
    attempt = await _attempt(request, request.cookies.get(name, ""))
    if attempt is None:
        if await visitor_of(request) is not None:  # the back button after signing in
            return RedirectResponse("/", 303)
        raise Problem(400, REFUSED, title=TITLE)
    claims = await provider.finish(request, attempt.data)
    answer = await welcome(request, identity_of(claims, settings.network), attempt.target)
    answer.delete_cookie(name, path="/", secure=settings.secure, httponly=True, samesite="lax")
    return answer


async def _attempt(request: Request, token: str) -> Any:
    """Data and target of the sign-in under way, which is used up by that; None if there is none."""
    own = col(AttemptRow.token_hash) == token_hash(token)
    query = (
        delete(AttemptRow)
        .where(own)
        .returning(col(AttemptRow.created_at), col(AttemptRow.data), col(AttemptRow.target))
    )
    async with request.app.state.sessions() as session, session.begin():
        found = (await session.exec(query)).one_or_none()
    return found if found is not None and clock.now() - found.created_at <= ATTEMPT else None


@router.post("/abmelden/rueckkanal")
async def back_channel(request: Request, logout_token: Annotated[str, Form(max_length=MAX_TOKEN)] = "") -> Response:
    """The provider ends sessions (OpenID Connect Back-Channel Logout 1.0, 2.8: 200, or 400 with a reason)."""
    provider = _provider(request)
    try:
        claims = await provider.logout(logout_token)
    except Problem as problem:
        if problem.status != 401:
            raise
        return JSONResponse({"error": "invalid_request", "error_description": "logout token refused"}, 400)
    async with request.app.state.sessions() as session, session.begin():
        if not await _first_use(session, claims["jti"], claims["exp"]):
            return JSONResponse({"error": "invalid_request", "error_description": "logout token was used"}, 400)
        await sessions.close_of_provider(session, claims.get("sid"), claims.get("sub"))
    return Response(status_code=200)


async def _first_use(session: AsyncSession, jti: str, expires: float) -> bool:
    """Note a logout token; False if it was noted before."""
    until = datetime.fromtimestamp(expires + LEEWAY_SECONDS, UTC)
    await session.exec(delete(LogoutTokenRow).where(col(LogoutTokenRow.expires_at) < clock.now()))
    added = insert(LogoutTokenRow).values(jti=jti, expires_at=until).on_conflict_do_nothing()
    return bool((await session.exec(added.returning(col(LogoutTokenRow.jti)))).first())
