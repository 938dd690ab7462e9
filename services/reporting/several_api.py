"""Several questions in one request: a page of figures asks once, and one that is refused stops no other."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, StringConstraints
from starlette.responses import JSONResponse

from services.reporting.catalogue import load_units
from services.reporting.compare import compare
from services.reporting.figures import Figures
from services.reporting.question import read_query
from shared import clock
from shared.problems import FieldProblem, Problem, invalid
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")

MOST = 60
AT_ONCE = 4
"""So many are counted side by side: a page of figures leaves connections to others."""
Asked = Annotated[
    list[Annotated[str, StringConstraints(max_length=4000)]],
    Query(min_length=1, max_length=MOST, description="Query strings of /figures, or links with them"),
]
Reader = Annotated[Principal, Depends(require("figures:read"))]
Answer = TypeVar("Answer")


class ShortVerdict(BaseModel):
    """Whether two figures may be compared, and why, in one German sentence; `caveat`: only with it beside them."""

    comparable: bool
    sentence: str
    caveat: bool = False


@router.get("/figures/several")
async def several(request: Request, _who: Reader, q: Asked) -> JSONResponse:
    """Exact figures of several questions in their order: each `answer` with its passport, or the `problem` with it."""
    figures, today = request.app.state.figures, clock.today()
    network = request.app.state.settings.network

    async def one(text: str) -> dict[str, Any]:
        try:
            return {"answer": await figures.answer(read_query(text, network, today), today)}
        except Problem as problem:
            return {"problem": problem.document()}

    return JSONResponse({"items": await together(map(one, q))})


@router.get("/compare/several")
async def verdicts(request: Request, _who: Reader, a: Asked, b: Asked) -> list[ShortVerdict]:
    """Whether the first of `a` may be compared with the first of `b`, and so on. Raises Problem 422 for odd lists."""
    if len(a) != len(b):
        problem = "Zu jeder Angabe „a“ gehört genau eine Angabe „b“."
        raise invalid(FieldProblem("b", len(b), problem, "Bitte die Listen prüfen."))
    figures, network = request.app.state.figures, request.app.state.settings.network

    async def one(pair: tuple[str, str]) -> ShortVerdict:
        try:
            passports = [await told(figures, text, network) for text in pair]
        except Problem as problem:
            return ShortVerdict(comparable=False, sentence=problem.detail)
        verdict = compare(passports[0], passports[1], load_units())
        return ShortVerdict(**asdict(verdict))

    return await together(map(one, zip(a, b, strict=True)))


async def told(figures: Figures, text: str, network: str) -> dict[str, Any]:
    """The passport of a question. Raises Problem; networks that must be asked are asked, for they may be away."""
    today = clock.today()
    question = read_query(text, network, today)
    if not question.asked:
        return await figures.passport(question)
    found: dict[str, Any] = (await figures.answer(question, today))["passport"]
    return found


async def together(work: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """All of it, a few at once; in its order."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def turn(one: Awaitable[Answer]) -> Answer:
        async with turns:
            return await one

    return await asyncio.gather(*(turn(one) for one in work))
