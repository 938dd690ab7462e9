"""The API of reporting: indicators, figures with passport, coverage, parked messages (contracts §6)."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from services.reporting import store
from services.reporting.catalogue import load_catalogue
from services.reporting.files import to_csv, to_xlsx
from services.reporting.question import FILES, read_form, read_question
from shared import clock
from shared.security import Principal, require
from shared.topology import CENTRE

router = APIRouter(prefix="/api/v1")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIGURES_PARAMETERS = [
    {"name": name, "in": "query", "required": name == "indicator", "description": text, "schema": {"type": "string"}}
    for name, text in {
        "indicator": "Code of the catalogue",
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
    """An indicator; `answerable` are the dimensions that can be answered here (none: ask the networks)."""

    code: str
    title_de: str
    title_en: str
    unit: str
    definition: str
    dimensions: tuple[str, ...]
    answerable: tuple[str, ...]
    valid_from: date
    version: int


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
    lean = request.app.state.settings.network == CENTRE
    return [
        IndicatorOut.model_validate(
            {name: getattr(entry, name) for name in IndicatorOut.model_fields if name != "answerable"}
            | {"answerable": entry.answerable(lean=lean)}
        )
        for entry in load_catalogue().values()
    ]


@router.get("/figures", openapi_extra={"parameters": FIGURES_PARAMETERS})
async def figures(request: Request, _who: Annotated[Principal, Depends(require("figures:read"))]) -> Response:
    """Exact figures (Arbeitsstand) with their passport, as JSON, CSV or XLSX."""
    today, parameters = clock.today(), request.query_params
    form, plain = read_form(parameters)
    question = read_question(parameters.multi_items(), request.app.state.settings.network, today)
    answer: dict[str, Any] = await request.app.state.figures.answer(question, today)
    if form == "json":
        return JSONResponse(answer)
    name = f"{question.indicator.code}_{question.as_of.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        return Response(to_csv(answer, plain=plain), media_type="text/csv; charset=utf-8", headers=headers)
    return Response(to_xlsx(answer), media_type=XLSX, headers=headers)


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
