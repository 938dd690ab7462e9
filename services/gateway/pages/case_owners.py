"""Page of a carrier's administration: all cases of an account that has left go to a colleague; it sees none of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.account_names import absent, colleagues, names_of
from services.gateway.forms import Field, Form
from services.gateway.pages.records import save, upstreams
from services.gateway.rendering import render
from shared import clock
from shared.problems import FieldProblem, invalid

router = APIRouter(prefix="/faelle-uebertragen", include_in_schema=False)

Assigning = Annotated[Visitor, Depends(SignedIn("cases:assign"))]
API, TEMPLATE = "/api/v1/case-owners", "case_owners.html"
CHOOSE = ("", "bitte wählen")
HERE = "Dieses Konto gibt es noch; wer seine Fälle abgibt, bietet sie selbst zur Übernahme an."


async def gone(request: Request, visitor: Visitor) -> list[dict[str, Any]]:
    """Accounts that lead cases and have left: name, when they last signed in, numbers of cases."""
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", API)
    by_owner = {one["owner"]: one for one in found["items"]}
    async with request.app.state.sessions() as session:
        away = await absent(session, visitor.principal, by_owner.keys(), clock.now())
        names = await names_of(session, away.keys())
    return [by_owner[key] | {"name": names.get(key, key), "seen_at": seen} for key, seen in away.items()]


async def assign_form(request: Request, visitor: Visitor, items: list[dict[str, Any]]) -> Form:
    """Whose cases go to whom, and why."""
    async with request.app.state.sessions() as session:
        known = await colleagues(session, visitor.principal, clock.now())
    away = {one["owner"] for one in items}
    receivers = [(subject, name) for subject, name in known.items() if subject not in away]
    return Form(
        (
            Field("owner", "Fälle von", "select", options=[CHOOSE, *((one["owner"], one["name"]) for one in items)]),
            Field("to", "gehen an", "select", options=[CHOOSE, *receivers]),
            Field("reason", "Grund", hint="Steht im Verlauf jedes Falls, zum Beispiel „ausgeschieden zum 30.11.“"),
        )
    )


@router.get("")
async def list_owners(
    request: Request, visitor: Assigning, uebertragen: Annotated[int | None, Query(ge=0, le=1_000_000)] = None
) -> Response:
    """Who has left and still leads cases."""
    items = await gone(request, visitor)
    form = await assign_form(request, visitor, items)
    return render(request, TEMPLATE, visitor, form=form, items=items, done=uebertragen)


@router.post("")
async def assign_cases(request: Request, visitor: Assigning) -> Response:
    """Give all cases of an account that has left to a colleague."""
    data = await read_form(request, visitor)
    items = await gone(request, visitor)
    form = (await assign_form(request, visitor, items)).filled(data)

    async def work(typed: Form) -> str:
        check_chosen(typed)
        body = {name: typed.text(name) for name in ("owner", "to", "reason")}
        path = f"{API}/assign"
        found = await upstreams(request).call(visitor.principal, "counselling", "POST", path, json=body)
        return f"/faelle-uebertragen?uebertragen={found['assigned']}"

    return await save(request, visitor, form, TEMPLATE, work, items=items, done=None)


def check_chosen(form: Form) -> None:
    """Raise Problem 422 for an account that is none of the choices: not gone, or nobody who could lead a case."""
    wrong = []
    for entry in form.fields[:2]:
        value = form.text(entry.name)
        if value not in dict(entry.options) or not value:
            text = HERE if value and entry.name == "owner" else f"„{entry.label}“ fehlt."
            wrong.append(FieldProblem(entry.name, value[:40], text, "Bitte aus der Liste wählen."))
    if wrong:
        raise invalid(*wrong)
