"""The page of a run's anonymous feedback (IKKE-30): no sign-in, five statements, nothing of who answers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import check_origin
from services.gateway.forms import Field, Form, read_id
from services.gateway.language_choice import PARAMETER
from services.gateway.languages import _, spoken, term_label
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import new_id, upstreams
from services.gateway.rendering import render
from services.gateway.upstreams import ServiceProblem
from shared.problems import FieldProblem, Problem, invalid
from shared.vocabulary.attendance import FeedbackQuestion

router = APIRouter(prefix="/rueckmeldung", include_in_schema=False)

API = "/api/v1/feedback"
SAID = (
    "Diese Rückmeldung gibt es nicht (mehr). Bitte prüfen Sie den Link.",
    "Für diesen Durchgang haben schon so viele Personen geantwortet, wie dabei waren.",
)
"""What registration may answer, to be said in English too."""
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


async def ask(request: Request, method: str, path: str, body: dict[str, Any]) -> Any:
    """Ask registration for everyone. Raises Problem in the language of the page."""
    try:
        return await upstreams(request).call(everyone(request), "registration", method, f"{API}/{path}", json=body)
    except ServiceProblem as problem:
        raise Problem(problem.status, _(problem.detail)) from None


def form_of(key: str) -> Form:
    """The five statements, nothing chosen."""
    ends = {1: _("1: trifft gar nicht zu"), 5: _("5: trifft voll zu")}
    scale = [(str(mark), ends.get(mark, str(mark))) for mark in range(1, 6)]
    fields = (Field(one.value, term_label(one), "radio", options=scale) for one in FeedbackQuestion)
    return Form(tuple(fields), {"key": key})


@router.get("/{token}")
async def feedback(request: Request, token: Token, danke: Annotated[str, Query(max_length=5)] = "") -> Response:
    """The statements, or thanks."""
    found = await ask(request, "POST", "ticket", {"token": token})
    thanks = danke == "1"
    return render(request, "feedback.html", None, form=form_of(new_id()), found=found, token=token, thanks=thanks)


@router.post("/{token}")
async def give_feedback(request: Request, token: Token) -> Response:
    """Keep an answer; the same form sent twice is one."""
    check_origin(request)
    request.app.state.sendings.count(request)
    form = form_of(str(UUID(int=0))).filled(await request.form(max_fields=20))
    found = await ask(request, "POST", "ticket", {"token": token})
    try:
        marks = {entry.name: _mark(entry) for entry in form.fields}
        wrong = [mark for mark in marks.values() if isinstance(mark, FieldProblem)]
        if wrong:
            raise invalid(*wrong)
        await ask(request, "PUT", str(read_id(form.hidden["key"])), {"token": token} | marks)
    except Problem as problem:
        status = problem.status if problem.status in (404, 409, 422, 503) else 422
        form = form.refused(problem)
        return render(request, "feedback.html", None, status, form=form, found=found, token=token, thanks=False)
    kept = f"&{PARAMETER}={spoken()}" if spoken() != "de" else ""
    return RedirectResponse(f"{router.prefix}/{token}?danke=1{kept}", 303)


def _mark(entry: Field) -> int | FieldProblem:
    if entry.value in ("1", "2", "3", "4", "5"):
        return int(entry.value)
    return FieldProblem(entry.name, None, _("Hier fehlt Ihre Antwort."), _("Bitte eine Zahl von 1 bis 5 wählen."))
