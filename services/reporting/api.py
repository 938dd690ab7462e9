"""The API of reporting: indicators, figures with passport, comparison, coverage, parked messages (contracts §6)."""

import asyncio
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from services.reporting import store
from services.reporting.catalogue import load_catalogue, load_units
from services.reporting.compare import compare
from services.reporting.files import to_csv, to_parquet, to_xlsx
from services.reporting.indicator import Indicator
from services.reporting.question import FILES, read_form, read_query, read_question
from shared import clock
from shared.problems import FieldProblem, invalid
from shared.security import Principal, require
from shared.topology import CENTRE

router = APIRouter(prefix="/api/v1")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"
FIGURES_PARAMETERS = [
    {"name": name, "in": "query", "required": name == "indicator", "description": text, "schema": {"type": "string"}}
    for name, text in {
        "indicator": "Code of the catalogue",
        "version": "Version of the indicator; refused when it is no longer the present one",
        "by": "Up to three dimensions, comma-separated",
        "from": "First month, YYYY-MM",
        "to": "Last month, YYYY-MM",
        "as_of": "Stichtag, YYYY-MM-DD; default today",
        "known_at": "Only what had been received by the end of this day; default today",
        "top": "With one dimension: the n largest, then not_stated, then _rest",
        "file": f"One of {', '.join(FILES)}",
        "dialect": "`plain`: CSV with comma and decimal point, no BOM",
    }.items()
] + [
    {
        "name": "filters",
        "in": "query",
        "required": False,
        "description": "Any dimension of the indicator with comma-separated values, e.g. programme_line=qualification",
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
    }
]


class IndicatorOut(BaseModel):
    """An indicator with its four-part sheet (Definition, Aussage, Bewertung, Quelle).

    `answerable` are the dimensions that can be answered here, `asked` those for which networks are asked; `values` what
    a filter may name where that is a closed list.
    """

    code: str
    title_de: str
    title_en: str
    unit: str
    unit_de: str
    definition: str
    statement: str
    assessment: str
    source: str
    dimensions: tuple[str, ...]
    answerable: tuple[str, ...]
    asked: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    period: str
    measure: str
    protect: bool
    valid_from: date
    version: int


class VerdictOut(BaseModel):
    """Whether two figures may be compared, and why, in one German sentence."""

    comparable: bool
    sentence: str
    a: dict[str, Any]
    b: dict[str, Any]


class CoverageOut(BaseModel):
    """Coverage of one network; heartbeat and outbox are known at the centre only."""

    region: str
    records: int
    expected: int
    last_heartbeat: datetime | None
    outbox_depth: int | None
    oldest_undelivered_seconds: int | None


class Networks(BaseModel):
    """Coverage of all networks that ever reported."""

    networks: list[CoverageOut]


class ParkedOut(BaseModel):
    """A message set aside, without its content."""

    id: int
    stream: str
    sequence: int
    subject: str
    fate: str
    reason: str
    parked_on: date


class ParkedPage(BaseModel):
    """Parked messages, newest first; `fates` counts all of them."""

    items: list[ParkedOut]
    fates: dict[str, int]
    total: int


@router.get("/indicators")
async def indicators(
    request: Request, _who: Annotated[Principal, Depends(require("indicators:read"))]
) -> list[IndicatorOut]:
    """The catalogue."""
    network = request.app.state.settings.network
    return [_indicator(entry, network) for entry in load_catalogue().values()]


def _indicator(entry: Indicator, network: str) -> IndicatorOut:
    answerable = entry.answerable(lean=network == CENTRE)
    computed: dict[str, Any] = {
        "unit_de": load_units()[entry.unit],
        "answerable": answerable,
        "asked": tuple(name for name in entry.dimensions if name not in answerable),
        "values": {name: entry.values(name, network) for name in entry.dimensions},
    }
    same = IndicatorOut.model_fields.keys() - computed.keys()
    return IndicatorOut(**{name: getattr(entry, name) for name in same}, **computed)


@router.get("/figures", openapi_extra={"parameters": FIGURES_PARAMETERS})
async def figures(request: Request, _who: Annotated[Principal, Depends(require("figures:read"))]) -> Response:
    """Exact figures (Arbeitsstand) with their passport, as JSON, CSV, XLSX or Parquet."""
    today, parameters = clock.today(), request.query_params
    form, plain = read_form(parameters)
    question = read_question(parameters.multi_items(), request.app.state.settings.network, today)
    answer: dict[str, Any] = await request.app.state.figures.answer(question, today)
    if form == "json":
        return JSONResponse(answer)
    name = f"{question.indicator.code}_{question.as_of.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # A file of 100,000 rows takes seconds: in a thread it keeps nobody else waiting.
    if form == "csv":
        content = await asyncio.to_thread(to_csv, answer, plain=plain)
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
    if form == "parquet":
        return Response(await asyncio.to_thread(to_parquet, answer), media_type=PARQUET, headers=headers)
    return Response(await asyncio.to_thread(to_xlsx, answer), media_type=XLSX, headers=headers)


@router.get("/compare")
async def compared(
    request: Request,
    _who: Annotated[Principal, Depends(require("figures:read"))],
    a: Annotated[str, Query(max_length=4000)],
    b: Annotated[str, Query(max_length=4000)],
) -> VerdictOut:
    """Whether the figures of two links may be compared. Raises Problem 422 for what is no link to a figure."""
    today, network = clock.today(), request.app.state.settings.network
    passports = []
    for place, link in (("a", a), ("b", b)):
        if "indicator=" not in link:
            raise invalid(FieldProblem(place, link[:80], "Das ist kein Link auf eine Zahl.", "Bitte einen kopieren."))
        answer = await request.app.state.figures.answer(read_query(link, network, today), today)
        passports.append(answer["passport"])
    verdict = compare(passports[0], passports[1], load_units())
    return VerdictOut(comparable=verdict.comparable, sentence=verdict.sentence, a=passports[0], b=passports[1])


@router.get("/coverage")
async def coverage(request: Request, _who: Annotated[Principal, Depends(require("coverage:read"))]) -> Networks:
    """How complete the records of each network are."""
    async with request.app.state.sessions() as session:
        found = await store.coverage(session, request.app.state.settings.network, clock.today())
    return Networks(
        networks=[CoverageOut(**{name: getattr(entry, name) for name in CoverageOut.model_fields}) for entry in found]
    )


@router.get("/parked")
async def parked(
    request: Request,
    _who: Annotated[Principal, Depends(require("operations:read"))],
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> ParkedPage:
    """Messages that could not be taken in, with the reason; never their content."""
    async with request.app.state.sessions() as session:
        return ParkedPage.model_validate(await store.parked(session, limit, offset))
