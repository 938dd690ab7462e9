"""The questions a network was asked by the centre."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.reporting import store
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")
Reader = Annotated[Principal, Depends(require("figures:read"))]


class AskedOut(BaseModel):
    """A question the centre asked this network."""

    asked_at: datetime
    indicator: str
    version: int
    by: list[str]
    filters: dict[str, list[str]]
    first: str | None
    last: str | None
    as_of: date
    known_at: date
    answered: bool


class AskedPage(BaseModel):
    """Questions, newest first."""

    items: list[AskedOut]
    total: int


@router.get("/questions")
async def questions(
    request: Request,
    _who: Reader,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> AskedPage:
    """Questions the centre asked this network, newest first; nobody else can ask."""
    async with request.app.state.sessions() as session:
        items, total = await store.asked_questions(session, limit, offset)
    return AskedPage(items=[AskedOut.model_validate(item) for item in items], total=total)
