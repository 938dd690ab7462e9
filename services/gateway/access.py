"""Who asks: a bearer token or a session becomes a principal; every route says which permission it needs."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.datastructures import FormData

from services.gateway import sessions
from services.gateway.accounts import principal_of
from services.gateway.tables import AccountRow, SignInRow
from shared import clock
from shared.problems import Problem
from shared.security import PERMISSIONS, Principal, allowed, read_token

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ANONYMOUS = "Bitte melden Sie sich an."


class SignInNeeded(Exception):
    """A page was asked for without a session; answered by a redirect to sign-in."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass(frozen=True)
class Visitor:
    """Someone signed in: principal, CSRF token of the session (empty with a bearer token), purpose of reading."""

    principal: Principal
    csrf: str = ""
    purpose: str | None = None


async def visitor_of(request: Request) -> Visitor | None:
    """Who asks, or None. Raises Problem 401 for a bearer token that does not hold."""
    settings = request.app.state.settings
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        principal = read_token(token, settings.signing_key.get_secret_value(), "gateway")
        if principal.region != settings.network:
            raise Problem(401, "Dieses Konto gehört zu einem anderen Netzwerk.")
        return Visitor(principal)
    cookie = request.cookies.get(settings.cookie)
    if not cookie:
        return None
    async with request.app.state.sessions() as session, session.begin():
        found = await sessions.find_session(session, cookie, clock.now())
        account = await session.get(AccountRow, found.username) if found else None
    return _visitor(found, account, settings.network)


def _visitor(found: SignInRow | None, account: AccountRow | None, region: str) -> Visitor | None:
    if found is None or account is None:
        return None
    return Visitor(principal_of(account, region), found.csrf, found.purpose)


def check_origin(request: Request) -> None:
    """Refuse a state-changing request that another site made a browser send. Raises Problem 403."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if request.method in UNSAFE and (foreign or site not in ("same-origin", "none")):
        raise Problem(403, "Diese Anfrage kam von einer anderen Seite und wurde abgelehnt.")


def signed_in(permission: str) -> Callable[[Request], Awaitable[Visitor]]:
    """Dependency of a page: the visitor, if the role has `permission`.

    Raises SignInNeeded without a session, Problem 403 without the permission. Forms are checked by `read_form`.
    """
    PERMISSIONS[permission]  # an undeclared permission fails at import

    async def visitor(request: Request) -> Visitor:
        check_origin(request)
        found = await visitor_of(request)
        if found is None:
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            raise SignInNeeded(f"/anmelden?weiter={quote(target if request.method == 'GET' else '/')}")
        if not allowed(found.principal, permission):
            raise Problem(403, f"Die Rolle {found.principal.role.de} darf diese Seite nicht öffnen.")
        return found

    visitor.permission = permission  # type: ignore[attr-defined]  # read by the test that lists all routes
    return visitor


async def read_form(request: Request, visitor: Visitor) -> FormData:
    """The posted form, if it carries the session's CSRF token. Raises Problem 403."""
    form = await request.form(max_files=1, max_fields=500)
    given = str(form.get("csrf", ""))
    if not visitor.csrf or not hmac.compare_digest(given, visitor.csrf):
        raise Problem(403, "Das Formular ist abgelaufen. Bitte laden Sie die Seite neu und senden Sie es noch einmal.")
    return form
