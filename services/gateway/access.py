"""Who asks: a bearer token or a session becomes a principal; every route says which permission it needs."""

import hmac
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlsplit
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.gateway import sessions
from services.gateway.claims import identity_of
from services.gateway.languages import _, term_label
from services.gateway.settings import GatewaySettings
from shared import clock
from shared.problems import Problem
from shared.security import Principal, allowed, read_token
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS

Answer = TypeVar("Answer", bound=Response)
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MAX_TARGET = 4000
"""Length of an address to return to: a special request may name many values."""
ANONYMOUS = "Bitte melden Sie sich an."
LIVE = "/aenderungen/"
"""Addresses that pages listen to (pages.live)."""


class SignInNeeded(Exception):
    """A page was asked for without a session; answered by a redirect to sign-in."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass(frozen=True)
class Visitor:
    """Someone signed in: principal, CSRF token of the session (empty with a bearer token), purpose of reading, name.

    `session_id` is the session's own, None with a bearer token.
    """

    principal: Principal
    csrf: str = ""
    purpose: str | None = None
    name: str = ""
    session_id: UUID | None = None


async def visitor_of(request: Request) -> Visitor | None:
    """Who asks, or None. Raises Problem 401 or 403 for a bearer token that does not hold, 503 if it cannot be told."""
    settings = request.app.state.settings
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        principal = await _bearer(request, token)
        async with request.app.state.sessions() as session:
            return Visitor(principal, purpose=await sessions.purpose_of_token(session, token))
    cookie = request.cookies.get(settings.cookie)
    if not cookie:
        return None
    async with request.app.state.sessions() as session, session.begin():
        found = await sessions.find_session(session, cookie, clock.now(), touch=not in_background(request))
        if found is None:
            return None
        principal = sessions.principal_of(found, settings.network)
        return Visitor(principal, found.csrf, found.purpose, found.name, found.session_id)


async def _bearer(request: Request, token: str) -> Principal:
    """The principal of a bearer token: the provider's, or one of our own in local mode."""
    settings, provider = request.app.state.settings, request.app.state.provider
    if provider is not None:
        return identity_of(await provider.bearer(token), settings.network).principal(settings.network)
    principal = read_token(token, settings.signing_key.get_secret_value(), "gateway")
    if principal.region != settings.network:
        raise Problem(401, _("Dieses Konto gehört zu einem anderen Netzwerk."))
    return principal


def in_background(request: Request) -> bool:
    """Whether a page asks by itself what is new: that keeps no session alive."""
    return "x-live" in request.headers or request.url.path.startswith(LIVE)


def check_origin(request: Request) -> None:
    """Refuse a state-changing request that another site made a browser send. Raises Problem 403."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if request.method in UNSAFE and (foreign or site not in ("same-origin", "none")):
        raise Problem(403, _("Diese Anfrage kam von einer anderen Seite und wurde abgelehnt."))


class SignedIn:
    """Dependency of a page: the visitor, if the role has `permission`.

    Raises SignInNeeded without a session, Problem 403 without the permission. Forms are checked by `read_form`.
    """

    def __init__(self, permission: str) -> None:
        PERMISSIONS[permission]  # an undeclared permission fails at import
        self.permission = permission

    async def __call__(self, request: Request) -> Visitor:
        """The visitor of a request."""
        check_origin(request)
        found = await visitor_of(request)
        if found is None:
            raise sign_in_needed(request)
        request.state.visitor = found  # a refusal keeps the navigation
        self._check(found)
        return found

    def _check(self, visitor: Visitor) -> None:
        if not allowed(visitor.principal, self.permission):
            role = term_label(visitor.principal.role)
            raise Problem(403, _("Die Rolle {role} darf das nicht.").format(role=role))


class WithPurpose(SignedIn):
    """Dependency of a page with exact figures: the coordination must have said what it reads them for (design 12).

    Raises SignInNeeded, which leads to that question and back here.
    """

    async def __call__(self, request: Request) -> Visitor:
        """The visitor of a request."""
        found = await super().__call__(request)
        if found.principal.role is Role.COORDINATION and found.purpose is None:
            raise SignInNeeded(f"/zweck?weiter={quote(return_address(request))}")
        return found


class Asking(SignedIn):
    """Dependency of the JSON API: a token or a session for reading, a token for changing.

    Raises Problem 401 and 403.
    """

    async def __call__(self, request: Request) -> Visitor:
        """The visitor of a request."""
        found = await visitor_of(request)
        if found is None:
            raise Problem(401, ANONYMOUS)
        if request.method in UNSAFE and found.session_id is not None:  # a cookie goes along with foreign forms too
            raise Problem(403, "Ändernde Anfragen brauchen ein Zugangstoken (POST /api/v1/token).")
        self._check(found)
        return found


def sign_in_needed(request: Request) -> SignInNeeded:
    """Where to sign in; after that the page asked for is shown."""
    return SignInNeeded(f"/anmelden?weiter={quote(return_address(request))}")


def return_address(request: Request) -> str:
    """The page to show after a question in between: the one asked for, if asking again changes nothing."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def local(target: str) -> str:
    """A path of this gateway, never another site."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def with_session(answer: Answer, settings: GatewaySettings, token: str) -> Answer:
    """The answer with the session's cookie; the browser forgets it when it is closed."""
    answer.set_cookie(settings.cookie, token, httponly=True, samesite="lax", secure=settings.secure, path="/")
    return answer


async def read_form(request: Request, visitor: Visitor) -> FormData:
    """The posted form, if it carries the session's CSRF token. Raises Problem 403."""
    form = await request.form(max_files=1, max_fields=5000)
    given = str(form.get("csrf", ""))
    if not visitor.csrf or not hmac.compare_digest(given, visitor.csrf):
        text = _("Das Formular ist abgelaufen. Bitte laden Sie die Seite neu und senden Sie es noch einmal.")
        raise Problem(403, text)
    return form
