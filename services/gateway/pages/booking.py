"""Pages for people without an account: find an office, book a time, see and cancel it by link (CNS-15, CNS-16, FI-04).

What a person types about herself is posted and stands in no address; her link shows when and where, not who.
"""

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import booking_form, open_forms
from services.gateway.access import check_origin
from services.gateway.forms import Form
from services.gateway.language_choice import PARAMETER
from services.gateway.languages import _, spoken
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import new_id, upstreams
from services.gateway.rendering import render
from services.gateway.upstreams import ServiceProblem
from shared import clock
from shared.problems import FieldProblem, Problem

router = APIRouter(prefix="/termin", include_in_schema=False)

API = "/api/v1/intake"
DAYS = 7
Code = Annotated[str, Query(max_length=5)]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


async def ask(request: Request, method: str, path: str, **more: Any) -> Any:
    """Ask registration for everyone. Raises Problem in the language of the page."""
    try:
        return await upstreams(request).call(everyone(request), "registration", method, f"{API}/{path}", **more)
    except ServiceProblem as problem:
        errors = [FieldProblem(one.field, None, _(one.problem), _(one.remedy), one.allowed) for one in problem.errors]
        raise Problem(problem.status, _(problem.detail), errors) from None


def address(prefix: str, path: str, **query: Any) -> str:
    """An address of public pages that keeps the language."""
    kept = {PARAMETER: spoken()} if spoken() != "de" else {}
    asked = urlencode({name: value for name, value in query.items() if value} | kept)
    return f"{prefix}{path}{'?' if asked else ''}{asked}"


def here(path: str, **query: Any) -> str:
    """An address of these pages that keeps the language."""
    return address(router.prefix, path, **query)


def page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page of these."""
    words = {"when": booking_form.when, "language_name": booking_form.language_name, "ways": booking_form.channels()}
    return render(request, template, None, status, here=here, **words, **context)


@router.get("")
async def offices(request: Request, beratung: Code = "") -> Response:
    """Offices where one may book, those that counsel in a language (`beratung`) alone."""
    found = (await ask(request, "GET", "offices"))["items"]
    codes = sorted({code for office in found for code in office["languages"]}, key=booking_form.language_name)
    shown = [office for office in found if not beratung or beratung in office["languages"]]
    return page(request, "booking.html", offices=shown, codes=codes, chosen=beratung)


async def office_of(request: Request, office_id: UUID) -> tuple[dict[str, Any], bool]:
    """An office where one may book, and whether e-mails are sent. Raises Problem 404."""
    found = await ask(request, "GET", "offices")
    for office in found["items"]:
        if office["office_id"] == str(office_id):
            return office, found["mail"]
    raise Problem(404, _("Bei dieser Beratungsstelle kann gerade nicht gebucht werden. Bitte wählen Sie eine andere."))


async def times_of(request: Request, office_id: UUID, first: date) -> booking_form.Days:
    """The days of an office from a day on, with the times that are free."""
    params = {"first": first.isoformat(), "days": str(DAYS)}
    return booking_form.days_of((await ask(request, "GET", f"offices/{office_id}/times", params=params))["items"])


def first_day(text: str) -> date:
    """The day an address asks for; today for what is none."""
    try:
        return max(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


@router.get("/zeiten")
async def choose(request: Request, stelle: UUID, ab: Annotated[str, Query(max_length=10)] = "") -> Response:
    """The free times of an office, and who asks."""
    office, mail = await office_of(request, stelle)
    first = first_day(ab)
    days = await times_of(request, stelle, first)
    key = request.app.state.settings.signing_key.get_secret_value()
    form = booking_form.booking_form(office, days, new_id(), key)
    return times_page(request, office, form, days, first, mail=mail)


def times_page(
    request: Request,
    office: dict[str, Any],
    form: Form,
    days: booking_form.Days,
    first: date,
    *,
    mail: bool,
    status: int = 200,
) -> Response:
    """The page of the form; earlier and later times are links."""
    today = clock.today()
    before = max(first - timedelta(days=DAYS), today).isoformat() if first > today else ""
    around = {"before": before, "after": (first + timedelta(days=DAYS)).isoformat()}
    context = {"office": office, "form": form, "days": days, "first": first.isoformat(), "mail": mail, **around}
    return page(request, "booking_times.html", status, trap=open_forms.TRAP, no_time=booking_form.NO_TIME, **context)


@router.post("/zeiten")
async def book(request: Request, stelle: UUID, ab: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Book; the same form sent twice books once, a refused one comes back with all that was typed."""
    check_origin(request)
    request.app.state.sendings.count(request)
    data = await request.form(max_fields=40)
    office, mail = await office_of(request, stelle)
    first = first_day(ab)
    days = await times_of(request, stelle, first)
    key = request.app.state.settings.signing_key.get_secret_value()
    form = booking_form.sent(booking_form.booking_form(office, days, new_id(), key), data, key)
    try:
        body = booking_form.body_of(form, str(stelle), open_forms.problems_of(data, key))
        token = (await ask(request, "PUT", f"requests/{form.hidden['appointment_id']}", json=body))["token"]
    except Problem as problem:
        if problem.status == 409:
            days = await times_of(request, stelle, first)  # what is taken now is not offered again
        status = problem.status if problem.status in (409, 422, 429, 503) else 422
        return times_page(request, office, shown(form, problem), days, first, mail=mail, status=status)
    return RedirectResponse(here(f"/{token}", neu="1"), 303)


def shown(form: Form, problem: Problem) -> Form:
    """The form with a refusal at its fields; that a time is taken belongs to the times."""
    if problem.status == 409:
        problem = Problem(409, problem.detail, [FieldProblem("starts_at", None, problem.detail, "")])
    return form.refused(problem)


@router.get("/{token}")
async def ticket(request: Request, token: Token, neu: Code = "", abgesagt: Code = "") -> Response:
    """When and where; a mail scanner that looks here changes nothing."""
    found = await ask(request, "POST", "ticket", json={"token": token})
    return page(request, "booking_ticket.html", token=token, found=found, new=neu == "1", gone=abgesagt == "1")


@router.post("/{token}/absagen")
async def cancel(request: Request, token: Token) -> Response:
    """Cancel. Twice is once."""
    check_origin(request)
    request.app.state.sendings.count(request)
    await ask(request, "POST", "ticket/cancel", json={"token": token})
    return RedirectResponse(here(f"/{token}", abgesagt="1"), 303)


@router.get("/{token}/kalender")
async def calendar(request: Request, token: Token) -> Response:
    """The appointment for a calendar."""
    answer = await upstreams(request).send(
        everyone(request), "registration", "POST", f"{API}/ticket/calendar", json={"token": token}
    )
    if not answer.is_success:
        raise Problem(404, _("Diesen Termin gibt es nicht (mehr). Bitte prüfen Sie den Link."))
    names = {"Content-Disposition": 'attachment; filename="termin.ics"'}
    return Response(answer.content, media_type="text/calendar; charset=utf-8", headers=names)
