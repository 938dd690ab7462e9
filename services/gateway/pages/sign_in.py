"""Signing in and out: local accounts here, the provider's in `oidc`."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import sessions
from services.gateway.access import (
    MAX_TARGET,
    SignedIn,
    Visitor,
    check_origin,
    local,
    read_form,
    visitor_of,
    with_session,
)
from services.gateway.account_names import remember_name
from services.gateway.accounts import authenticate, identity_of
from services.gateway.claims import Identity
from services.gateway.forms import Field, Form
from services.gateway.languages import _
from services.gateway.rendering import render
from shared import clock
from shared.problems import Problem
from shared.vocabulary import Role

router = APIRouter(include_in_schema=False)

ANY_ROLE = Depends(SignedIn("account:use"))


def sign_in_form(target: str) -> Form:
    """Name and password; the page asked for is kept."""
    fields = (
        Field("username", _("Benutzername"), autocomplete="username"),
        Field("password", _("Passwort"), kind="password", autocomplete="current-password"),
    )
    return Form(fields, hidden={"weiter": local(target)})


@router.get("/anmelden")
async def ask(request: Request, weiter: Annotated[str, Query(max_length=MAX_TARGET)] = "/") -> Response:
    """The sign-in page: name and password, or the way to the provider."""
    if await visitor_of(request) is not None:
        return RedirectResponse(local(weiter), 303)
    if request.app.state.provider is not None:
        return render(request, "sign_in_provider.html", target=local(weiter))
    return render(request, "sign_in.html", form=sign_in_form(weiter))


@router.post("/anmelden")
async def enter(request: Request) -> Response:
    """Check name and password and open a session."""
    check_origin(request)
    if request.app.state.provider is not None:
        raise Problem(404, _("Hier melden Sie sich über die zentrale Anmeldung an."))
    data = await request.form(max_fields=10)
    form = sign_in_form("/").filled(data)
    try:
        async with request.app.state.sessions() as session, session.begin():
            account = await authenticate(session, form.text("username"), str(data.get("password", "")), clock.now())
    except Problem as problem:
        cleared = form.with_values({"username": form.text("username")}).refused(problem)
        return render(request, "sign_in.html", status=problem.status, form=cleared)
    return await welcome(request, identity_of(account), form.hidden["weiter"])


async def welcome(request: Request, who: Identity, target: str) -> Response:
    """Open a session for someone who has proved who she is, and show the page she asked for."""
    settings = request.app.state.settings
    old = request.cookies.get(settings.cookie)
    async with request.app.state.sessions() as session, session.begin():
        token = await sessions.open_session(session, who, clock.now(), old)
        await remember_name(session, who, clock.now())
    target = local(target)
    if who.role is Role.COORDINATION:
        target = f"/zweck?weiter={quote(target)}" if target != "/" else "/zweck"
    return with_session(RedirectResponse(target, 303), settings, token)


@router.post("/abmelden")
async def leave(request: Request, visitor: Annotated[Visitor, ANY_ROLE]) -> Response:
    """End the session, here and at the provider."""
    await read_form(request, visitor)
    settings, provider = request.app.state.settings, request.app.state.provider
    async with request.app.state.sessions() as session, session.begin():
        await sessions.close_session(session, request.cookies.get(settings.cookie, ""))
    target = "/anmelden"
    if provider is not None:
        try:
            target = await provider.farewell() or target
        except Problem:  # away: the session here has ended all the same
            target = "/anmelden"
    answer = RedirectResponse(target, 303)
    answer.delete_cookie(settings.cookie, path="/", secure=settings.secure, httponly=True, samesite="lax")
    return answer
