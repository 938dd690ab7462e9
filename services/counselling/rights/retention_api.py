"""Retention of persons over HTTP, for the run of the network alone: of whom counselling has nothing younger."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from services.counselling.rights.retention import TRACES
from shared import clock
from shared.rights.retention import load_rules
from shared.rights.traces import last_days
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/retention/persons")

RunRetention = Annotated[Principal, Depends(require("retention:run"))]


class Asked(BaseModel):
    """Persons of whom registration has nothing younger than the period."""

    model_config = ConfigDict(extra="forbid")

    persons: Annotated[list[UUID], Field(max_length=5000)]


class Quiet(BaseModel):
    """Those of whom counselling has nothing younger either, with the last day it knows of."""

    quiet: dict[UUID, date | None]


@router.post("")
async def ask_quiet(request: Request, asked: Asked, _principal: RunRetention) -> Quiet:
    """Which of these persons have nothing younger than the period here; nothing is changed."""
    before = load_rules()["persons"].first_kept(clock.today())
    async with request.app.state.sessions() as session:
        days = await last_days(session, TRACES, asked.persons)
    return Quiet(quiet={one: days.get(one) for one in asked.persons if days.get(one, date.min) < before})
