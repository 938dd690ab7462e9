"""Drafts from the gateway's side: what is typed is sealed here and kept by counselling (decision 0012).

A form carries a token that may do one thing: keep a draft for the account that opened it. With it nothing typed is lost
when the session has ended in the meantime; the form is there again after sign-in.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData

from services.gateway.access import SignedIn, SignInNeeded, Visitor, read_form
from services.gateway.api import IMPORTS
from services.gateway.forms import read_id
from services.gateway.seal import sealed, unsealed
from services.gateway.upstreams import Upstreams
from shared import clock
from shared.problems import Problem
from shared.security import Principal, issue_token, read_token

AUDIENCE = "draft"
TOKEN_SECONDS = 12 * 3600
"""Longer than a session can last (10 hours)."""
BUTTON = "merken"
"""Name of the button that keeps a draft without a script."""
UNKEPT = ("csrf", "keep", BUTTON)
"""Fields of a form that are no text of the person's."""
KEPT_PAGE = "/?gemerkt=1"
"""Where one goes after keeping a draft: it is on the list of what is due."""
PATHS = {
    "session": "/beratungen/neu",
    "group": "/gruppen/neu",
    "meeting": "/schulungen/neu",
    "person": "/personen/neu",
    "participation": "/teilnahmen/neu",
    "mapping": "/import",
}
"""Where the form of a draft is opened."""
IDS = {"session": "session_id", "person": "person_id", "mapping": "job_id"}
IDS |= dict.fromkeys(("group", "meeting", "participation"), "key")
"""The hidden field with the id of the record, which is the draft's too."""


class Draft(NamedTuple):
    """A draft that was opened: what was typed, and when."""

    data: FormData
    saved_at: datetime


def keep_token(request: Request, visitor: Visitor) -> str:
    """The token that a form carries: it keeps drafts for this account and does nothing else."""
    return issue_token(visitor.principal, _signing_key(request), AUDIENCE, TOKEN_SECONDS)


def _signing_key(request: Request) -> str:
    key: str = request.app.state.settings.signing_key.get_secret_value()
    return key


def _keys(request: Request) -> tuple[str, ...]:
    keys: tuple[str, ...] = request.app.state.settings.sealing_keys
    return keys


def _upstreams(request: Request) -> Upstreams:
    found: Upstreams = request.app.state.upstreams
    return found


async def put(
    request: Request, principal: Principal, form: str, key: UUID, content: Any, person: str | None = None
) -> None:
    """Keep something for the account. Raises Problem."""
    body = {"content": sealed(content, _keys(request), principal.subject), "person_id": person}
    await _upstreams(request).call(principal, "counselling", "PUT", f"/api/v1/drafts/{form}/{key}", json=body)


async def get(request: Request, principal: Principal, form: str, key: UUID) -> tuple[Any, datetime] | None:
    """What was kept and when, or None: it is gone, or the service is away."""
    try:
        found = await _upstreams(request).call(principal, "counselling", "GET", f"/api/v1/drafts/{form}/{key}")
    except Problem:
        return None
    content = unsealed(found["content"], _keys(request), principal.subject)
    return None if content is None else (content, datetime.fromisoformat(found["saved_at"]))


async def forget(request: Request, principal: Principal, form: str, key: UUID) -> None:
    """Forget a draft; if that fails it is shown until somebody discards it, at most two weeks."""
    try:
        await _upstreams(request).call(principal, "counselling", "DELETE", f"/api/v1/drafts/{form}/{key}")
    except Problem:
        return


def typed(data: FormData) -> list[list[str]]:
    """What is worth keeping of a posted form."""
    pairs = ((str(name), str(value)) for name, value in data.multi_items())
    return [[name, value] for name, value in pairs if name not in UNKEPT]


async def keep(request: Request, principal: Principal, form: str, data: FormData) -> UUID:
    """Keep a posted form as a draft and return its id. Raises Problem."""
    key = read_id(str(data.get(IDS[form], "")))
    registered = data.get("revision" if form == "person" else "person_revision")
    person = str(read_id(str(data.get("person_id", "")))) if registered else None
    await put(request, principal, form, key, typed(data), person)
    return key


async def restored(request: Request, visitor: Visitor, form: str, key: UUID | None) -> Draft | None:
    """The draft that an address names, as a posted form would be."""
    found = await get(request, visitor.principal, form, key) if key is not None else None
    if found is None or not isinstance(found[0], Sequence):
        return None
    return Draft(FormData([(str(name), str(value)) for name, value in found[0]]), found[1])


class Typing(SignedIn):
    """Dependency of a route that takes a form: as SignedIn, but without a session what was typed is kept first.

    Raises SignInNeeded, which after sign-in leads to the form with what was typed; Problem 401 where a script saves.
    """

    def __init__(self, permission: str, form: str) -> None:
        super().__init__(permission)
        self.form = form

    async def __call__(self, request: Request) -> Visitor:
        """The visitor of a request."""
        try:
            return await super().__call__(request)
        except SignInNeeded as needed:
            form = self.form or str(request.path_params.get("form", ""))
            place = await kept_place(request, form, None)
            if "x-draft" in request.headers:
                raise Problem(401 if place else 503, "Ihre Anmeldung ist abgelaufen.") from None
            if place is None:
                raise
            raise SignInNeeded(f"/anmelden?weiter={quote(place)}") from needed


async def kept_place(request: Request, form: str, account: str | None) -> str | None:
    """Keep a posted form by its own token; where it can be opened again, or None if it could not be kept.

    With `account` only a token of that account is good.
    """
    data = await request.form(max_files=0, max_fields=5000)
    try:
        principal = read_token(str(data.get("keep", "")), _signing_key(request), AUDIENCE)
        if principal.region != request.app.state.settings.network or account not in (None, principal.subject):
            return None
        key = await keep(request, principal, form, data)
    except (Problem, KeyError):
        return None
    return place(form, key, data)


def place(form: str, key: UUID, data: FormData) -> str:
    """Where a draft can be opened again; what a file's words mean is asked on the page of its import."""
    if form == "mapping":
        kind = str(data.get("kind", ""))
        return f"{PATHS[form]}/{kind}/{key}" if kind in IMPORTS else PATHS[form]
    return f"{PATHS[form]}?entwurf={key}"


async def read_typed(request: Request, visitor: Visitor, form: str) -> FormData:
    """The posted form of a session, as `read_form`.

    Raises SignInNeeded, which leads to the form with what was typed, when the form was opened in an earlier session of
    the same account (Problem 401 where a script saves); Problem 403 for any other form without the session's token.
    """
    try:
        return await read_form(request, visitor)
    except Problem:
        place = await kept_place(request, form, visitor.principal.subject) if visitor.csrf else None
        if place is None:
            raise
        if "x-draft" in request.headers:
            raise Problem(401, "Das Formular gehört zu einer früheren Anmeldung.") from None
        raise SignInNeeded(place) from None


def said(at: datetime) -> str:
    """The time of day of a draft."""
    return f"{at.astimezone(clock.BERLIN):%H:%M}"
