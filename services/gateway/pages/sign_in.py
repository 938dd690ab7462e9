"""Signing in and out (local accounts)."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import sessions
from services.gateway.access import MAX_TARGET, SignedIn, Visitor, check_origin, local, read_form, visitor_of
from services.gateway.accounts import authenticate
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
    """The sign-in page."""
    if await visitor_of(request) is not None:
        return RedirectResponse(local(weiter), 303)
    return render(request, "sign_in.html", form=sign_in_form(weiter))


@router.post("/anmelden")
async def enter(request: Request) -> Response:
    """Check name and password and open a session."""
    check_origin(request)
    data = await request.form(max_fields=10)
    form = sign_in_form("/").filled(data)
    now = clock.now()
    try:
        async with request.app.state.sessions() as session, session.begin():
            account = await authenticate(session, form.text("username"), str(data.get("password", "")), now)
            token = await sessions.open_session(session, account.username, now, None)
    except Problem as problem:
        cleared = form.with_values({"username": form.text("username")}).refused(problem)
        return render(request, "sign_in.html", status=problem.status, form=cleared)
    settings = request.app.state.settings
    target = local(form.hidden["weiter"])
    if account.role == Role.COORDINATION:
        target = f"/zweck?weiter={quote(target)}" if target != "/" else "/zweck"
    answer = RedirectResponse(target, 303)
    secure = settings.env == "prod"
    answer.set_cookie(settings.cookie, token, httponly=True, samesite="lax", secure=secure, path="/")
    return answer


@router.post("/abmelden")
async def leave(request: Request, visitor: Annotated[Visitor, ANY_ROLE]) -> Response:
    """End the session."""
    await read_form(request, visitor)
    settings = request.app.state.settings
    async with request.app.state.sessions() as session, session.begin():
        await sessions.close_session(session, request.cookies.get(settings.cookie, ""))
    answer = RedirectResponse("/anmelden", 303)
    answer.delete_cookie(settings.cookie, path="/")
    return answer
