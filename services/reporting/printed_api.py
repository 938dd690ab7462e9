"""The API of the printed tables: each figure of IQ konkret 3/2022 beside what the records say (centre only).

Exact figures, so the permission of `/figures`. Asked with the printed Stichtag of each, or with one for all networks.
"""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from services.reporting import store
from services.reporting.printed import Parameters, PrintedTable, load_printed
from services.reporting.printed_files import to_csv, to_xlsx
from services.reporting.printed_tables import Answers, ComparedTable, Unanswered, compare, questions_of
from services.reporting.question import read_question
from shared import clock
from shared.problems import FieldProblem, Problem, invalid
from shared.security import Principal, require
from shared.topology import CENTRE, load_topology

router = APIRouter(prefix="/api/v1/tables")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 4
"""Questions of one request asked at the same time: a brochure leaves connections for everyone else."""
Reader = Annotated[Principal, Depends(require("figures:read"))]
Stichtag = Annotated[
    Literal["printed"] | date, Query(description="`printed`: as printed; a day: one Stichtag for all networks")
]
KnownAt = Annotated[date | None, Query(description="Only what had been received by the end of this day; default today")]


class TableEntry(BaseModel):
    """A printed table, without its numbers."""

    id: str
    title: str
    field: str
    unit: str
    figures: int
    as_of: tuple[str, ...]
    as_of_printed: bool


class TableList(BaseModel):
    """All printed tables."""

    items: list[TableEntry]


class ComparedTables(BaseModel):
    """All printed tables beside the records."""

    items: list[ComparedTable]


@router.get("")
async def tables(_who: Reader) -> TableList:
    """The printed tables."""
    items = []
    for table in load_printed().values():
        as_of = tuple(sorted({question["as_of"] for question in table.questions.values()}))
        entry = {name: getattr(table, name) for name in ("id", "title", "field", "unit", "as_of_printed")}
        items.append(TableEntry(**entry, figures=len(table.cells), as_of=as_of))
    return TableList(items=items)


@router.get("/all", response_model=ComparedTables)
async def all_tables(
    request: Request,
    _who: Reader,
    stichtag: Stichtag = "printed",
    known_at: KnownAt = None,
    file: Literal["json", "xlsx"] = "json",
) -> Response:
    """All printed tables beside the records, as JSON or one workbook."""
    found = await _compared(request, list(load_printed().values()), stichtag, known_at)
    if file == "xlsx":
        return _file(to_xlsx(found), "tabellen", found[0], "xlsx")
    return JSONResponse(jsonable_encoder({"items": found}))


@router.get("/{table_id}", response_model=ComparedTable)
async def table(
    request: Request,
    _who: Reader,
    table_id: str,
    stichtag: Stichtag = "printed",
    known_at: KnownAt = None,
    file: Literal["json", "csv", "xlsx"] = "json",
) -> Response:
    """One printed table beside the records, as JSON, CSV or XLSX."""
    known = load_printed()
    if table_id not in known:
        problem, remedy = "Diese Tabelle gibt es nicht.", "Bitte eine der erlaubten wählen."
        raise Problem(
            404, f"{problem} {remedy}", [FieldProblem("table_id", table_id[:80], problem, remedy, tuple(known))]
        )
    (found,) = await _compared(request, [known[table_id]], stichtag, known_at)
    if file == "json":
        return JSONResponse(jsonable_encoder(found))
    return _file(to_csv(found) if file == "csv" else to_xlsx([found]), found.id, found, file)


def _file(content: bytes, name: str, found: ComparedTable, form: Literal["csv", "xlsx"]) -> Response:
    stichtag = "wie-gedruckt" if found.stichtag == "printed" else found.stichtag
    headers = {"Content-Disposition": f'attachment; filename="{name}_{stichtag}.{form}"'}
    return Response(content, media_type="text/csv; charset=utf-8" if form == "csv" else XLSX, headers=headers)


async def _compared(
    request: Request, printed: Sequence[PrintedTable], stichtag: Literal["printed"] | date, known_at: date | None
) -> list[ComparedTable]:
    today = clock.today()
    one = None if stichtag == "printed" else _past(stichtag, "stichtag", today)
    known = _past(known_at or today, "known_at", today)
    asked = {entry.id: questions_of(entry, one, known) for entry in printed}
    answers = await _answers(request, [question for found in asked.values() for question in found.values()], today)
    absent = await _absent(request, known)
    return [
        compare(entry, one, known, {key: answers[_key(question)] for key, question in asked[entry.id].items()}, absent)
        for entry in printed
    ]


def _past(day: date, name: str, today: date) -> date:
    if day > today:
        problem, remedy = "Dieser Tag liegt in der Zukunft.", "Bitte heute oder einen früheren Tag wählen."
        raise invalid(FieldProblem(name, day.isoformat(), problem, remedy))
    return day


def _key(question: Parameters | Unanswered) -> str:
    return repr(question) if isinstance(question, Unanswered) else repr(sorted(question.items()))


async def _answers(request: Request, questions: Sequence[Parameters | Unanswered], today: date) -> Answers:
    """Answers by question; equal questions of several tables are asked once, a few at the same time."""
    distinct = {_key(question): question for question in questions}
    gate = asyncio.Semaphore(AT_ONCE)

    async def answer(question: Parameters | Unanswered) -> dict[str, object] | Unanswered:
        async with gate:
            return await _answer(request, question, today)

    found = await asyncio.gather(*(answer(question) for question in distinct.values()))
    return dict(zip(distinct, found, strict=True))


async def _answer(request: Request, question: Parameters | Unanswered, today: date) -> dict[str, object] | Unanswered:
    """The answer, or why this question cannot be answered here; one such question does not spoil its table."""
    if isinstance(question, Unanswered):
        return question
    try:
        read = read_question(question.items(), request.app.state.settings.network, today)
        found: dict[str, object] = await request.app.state.figures.answer(read, today)
    except Problem as problem:
        return Unanswered(problem.detail)
    return found


async def _absent(request: Request, known_at: date) -> list[str]:
    """Networks from which nothing had ever arrived by a day."""
    async with request.app.state.sessions() as session:
        reported = {entry.region for entry in await store.coverage(session, CENTRE, known_at)}
    networks = load_topology().values()
    return [network.code for network in networks if network.code not in reported and network.valid_from <= known_at]
