"""Retention of persons over HTTP, for the run of the network alone (gateway `retention`): ids, never names."""

from dataclasses import replace
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.registration.rights.journal import try_write
from services.registration.rights.quiet import RULE, Group, erase_group, quiet
from shared import clock
from shared.recording import commit
from shared.rights.expiry import Figures, note
from shared.rights.retention import load_rules
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/retention/persons")

RunRetention = Annotated[Principal, Depends(require("retention:run"))]
Carriers = Annotated[list[UUID] | None, Query(max_length=20)]


class Quiet(BaseModel):
    """Some quiet persons; `after` is what to ask with for more, null when there are none."""

    groups: list[Group]
    after: UUID | None


class EraseQuiet(BaseModel):
    """Whom a run erases: those that counselling has found quiet, too."""

    model_config = ConfigDict(extra="forbid")

    run_id: UUID
    groups: Annotated[list[Group], Field(max_length=500)] = []


class Erased(BaseModel):
    """How many ids went."""

    erased: int


@router.get("")
async def get_quiet(
    request: Request,
    _principal: RunRetention,
    after: UUID | None = None,
    carrier: Carriers = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> Quiet:
    """Persons of whom nothing here is younger than the period, of all carriers or of some."""
    before = load_rules()[RULE].first_kept(clock.today())
    async with request.app.state.sessions() as session:
        groups, more = await quiet(session, before, after, limit, carrier or ())
    return Quiet(groups=groups, after=more)


@router.post("/erase")
async def erase_quiet(request: Request, principal: RunRetention, command: EraseQuiet) -> Erased:
    """Erase those who are still quiet, each in a transaction of her own; repeating finds them gone."""
    before = load_rules()[RULE].first_kept(clock.today())
    async with request.app.state.sessions() as session, session.begin():
        await note(session, command.run_id, RULE, Figures())
    gone = 0
    for group in command.groups:
        work = partial(erase_group, group=group, before=before, run_id=command.run_id)
        gone += await commit(request, replace(principal, carriers=(group.carrier_id,)), work)
    await try_write(request.app.state.sessions)
    return Erased(erased=gone)
