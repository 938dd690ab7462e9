"""Pages of the import: upload, progress, one mending page for the whole file, errors per row."""

import csv
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from services.gateway import drafts
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.api import IMPORTS
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared.problems import Problem
from shared.security import allowed

router = APIRouter(prefix="/import", include_in_schema=False)

# What a kind of import needs, its service checks; the overview shows everyone the kinds they may import.
Importing = Annotated[Visitor, Depends(SignedIn("imports:page"))]
Typist = Annotated[Visitor, Depends(drafts.Typing("imports:page", "mapping"))]
TITLES = {
    "structure": "Struktur des Netzwerks",
    "offerings": "Angebote",
    "sessions": "Beratungen",
    "groups": "Gruppeninformationen",
    "companies": "Beratung von Unternehmen",
    "meetings": "Schulungen und Veranstaltungen",
    "participations": "Teilnahmen an Qualifizierungen",
    "items": "Verstetigungen, Good Practice, Projekte",
    "authorities": "Zuständige Stellen",
    "bodies": "Verzeichnis der Stellen",
}
SHOWN_ERRORS = 100
Answers = dict[str, dict[str, Any]]
CHUNK = 1 << 20


def service_of(kind: str) -> str:
    """The service that takes a kind of import. Raises Problem 404."""
    if kind not in IMPORTS:
        raise Problem(404, "Diese Art von Import gibt es nicht.")
    return IMPORTS[kind].service


async def call(request: Request, visitor: Visitor, kind: str, method: str, rest: str = "", **body: Any) -> Any:
    """A call to the import API of a kind."""
    path = f"/api/v1/imports/{kind}{rest}"
    return await upstreams(request).call(visitor.principal, service_of(kind), method, path, **body)


@router.get("")
async def overview(request: Request, visitor: Importing) -> Response:
    """Upload forms and what was imported so far."""
    return await _overview(request, visitor, "")


async def _overview(request: Request, visitor: Visitor, problem: str, status: int = 200) -> Response:
    kinds = [kind for kind, one in IMPORTS.items() if allowed(visitor.principal, one.permission)]
    jobs = {kind: await _imported(request, visitor, kind) for kind in kinds}
    titles = {kind: TITLES[kind] for kind in kinds}
    return render(request, "imports.html", visitor, status, titles=titles, jobs=jobs, problem=problem)


async def _imported(request: Request, visitor: Visitor, kind: str) -> list[dict[str, Any]] | None:
    """What was imported of a kind; None while its service is away, which costs this part of the page only."""
    try:
        items: list[dict[str, Any]] = (await call(request, visitor, kind, "GET"))["items"]
    except Problem as problem:
        if problem.status != 503:
            raise
        return None
    return items


@router.get("/{kind}/vorlage.xlsx")
async def template(request: Request, visitor: Importing, kind: str) -> Response:
    """The template with drop-downs."""
    path = f"/api/v1/imports/{kind}/template.xlsx"
    answer = await upstreams(request).send(visitor.principal, service_of(kind), "GET", path)
    kept = {name: answer.headers[name] for name in ("content-type", "content-disposition") if name in answer.headers}
    return Response(answer.content, answer.status_code, headers=kept)


@router.post("/{kind}")
async def upload(request: Request, visitor: Importing, kind: str) -> Response:
    """Send the file on to its service."""
    form = await read_form(request, visitor)
    try:
        return await _send_on(request, visitor, kind, form.get("file"))
    finally:
        await form.close()  # the file may lie on the disk


async def _send_on(request: Request, visitor: Visitor, kind: str, file: object) -> Response:
    if not isinstance(file, UploadFile) or not file.filename:
        return await _overview(request, visitor, "Bitte wählen Sie zuerst eine Datei aus.", 422)
    spreadsheet = file.filename.lower().endswith((".xlsx", ".xlsm"))
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    media = xlsx if spreadsheet else (file.content_type or "text/csv")
    if file.filename.lower().endswith((".csv", ".txt")):
        media = "text/csv"
    try:
        job = await call(request, visitor, kind, "POST", content=chunks(file), headers={"content-type": media})
    except Problem as problem:
        return await _overview(request, visitor, problem.detail, problem.status)
    return RedirectResponse(f"/import/{kind}/{job['import_id']}", 303)


async def chunks(file: UploadFile) -> AsyncIterator[bytes]:
    """The file piece by piece, so that a large one never lies in memory as a whole."""
    while piece := await file.read(CHUNK):
        yield piece


@router.get("/{kind}/{job_id}")
async def progress(request: Request, visitor: Importing, kind: str, job_id: UUID) -> Response:
    """Progress, the mending page when words are unknown, or the result with its errors."""
    job = await call(request, visitor, kind, "GET", f"/{job_id}")
    if job["state"] == "needs_mapping":
        draft = await drafts.restored(request, visitor, "mapping", job_id)
        return await ask(request, visitor, kind, job_id, answers_of(draft.data if draft else FormData()), draft=draft)
    context = {"kind": kind, "title": TITLES[kind], "job": job, "job_id": str(job_id)}
    errors = await error_rows(request, visitor, kind, job_id) if job.get("rejected") else []
    return render(request, "import_job.html", visitor, errors=errors, **context)


async def ask(
    request: Request,
    visitor: Visitor,
    kind: str,
    job_id: UUID,
    answers: Answers,
    *,
    problem: Problem | None = None,
    draft: drafts.Draft | None = None,
) -> Response:
    """The mending page, with what was answered so far, or as a draft was left."""
    questions = await call(request, visitor, kind, "GET", f"/{job_id}/mapping")
    questions["values"].sort(key=lambda entry: (entry["column"], -entry["rows"], entry["value"]))
    context: dict[str, Any] = {"kind": kind, "title": TITLES[kind], "job_id": str(job_id)}
    context |= {"answers": answers, "draft": draft}
    context |= {"problems": wrong_answers(questions, problem), "keep": drafts.keep_token(request, visitor)}
    return render(request, "import_mapping.html", visitor, 422 if problem else 200, questions=questions, **context)


def wrong_answers(questions: dict[str, Any], problem: Problem | None) -> list[tuple[str, str]]:
    """(id of the question, what is wrong with its answer) of everything refused."""
    if problem is None:
        return []
    places = {entry["header"]: f"c{place}" for place, entry in enumerate(questions["columns"], 1)}
    for place, entry in enumerate(questions["values"], 1):
        places.setdefault(entry["column"], f"v{place}")
    titles = questions["allowed"]["columns"]
    return [
        (places.get(error.field, "inhalt"), f"{titles.get(error.field, error.field)}: {error.problem} {error.remedy}")
        for error in problem.errors
    ] or [("inhalt", problem.detail)]


async def error_rows(request: Request, visitor: Visitor, kind: str, job_id: UUID) -> list[list[str]]:
    """The first rows of the errors file, for the page."""
    path = f"/api/v1/imports/{kind}/{job_id}/errors"
    answer = await upstreams(request).send(visitor.principal, service_of(kind), "GET", path)
    lines = answer.content.decode("utf-8-sig").splitlines()
    return list(csv.reader(lines, delimiter=";"))[1 : SHOWN_ERRORS + 1]


@router.get("/{kind}/{job_id}/fehler.csv")
async def errors_file(request: Request, visitor: Importing, kind: str, job_id: UUID) -> Response:
    """The errors as CSV."""
    path = f"/api/v1/imports/{kind}/{job_id}/errors"
    answer = await upstreams(request).send(visitor.principal, service_of(kind), "GET", path)
    name = f'attachment; filename="fehler-{job_id}.csv"'
    return Response(answer.content, answer.status_code, {"content-disposition": name}, "text/csv; charset=utf-8")


@router.post("/{kind}/{job_id}/zuordnung")
async def mend(request: Request, visitor: Typist, kind: str, job_id: UUID) -> Response:
    """Hand in what unknown headers and values mean; the import goes on and the draft goes."""
    form = await drafts.read_typed(request, visitor, "mapping")
    answers = answers_of(form)
    try:
        if drafts.BUTTON in form:
            await drafts.keep(request, visitor.principal, "mapping", form)
            return RedirectResponse(f"/import/{kind}/{job_id}", 303)
        await call(request, visitor, kind, "PUT", f"/{job_id}/mapping", json=answers)
    except Problem as problem:
        if problem.status != 422:
            raise
        return await ask(request, visitor, kind, job_id, answers, problem=problem)
    await drafts.forget(request, visitor.principal, "mapping", job_id)
    return RedirectResponse(f"/import/{kind}/{job_id}", 303)


def answers_of(form: FormData) -> Answers:
    """The answers of a posted form, as the API takes them: header → column, column → word → code or None (reject)."""
    answers: Answers = {"columns": {}, "values": {}}
    for name, value in form.multi_items():
        part, _, rest = str(name).partition(":")
        if part == "column":
            answers["columns"][rest] = str(value)
        elif part == "value":
            column, _, word = rest.partition(":")
            answers["values"].setdefault(column, {})[word] = None if value == "-reject-" else str(value)
    return answers
