"""Retention over HTTP, the same in each recording service: what is due by each rule, when it last ran, and a run."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from shared import clock
from shared.rights.expiry import Expiry, Figures, RunRow, count, expire, last_runs
from shared.rights.retention import Rule, load_rules
from shared.security import Principal, require
from shared.vocabulary import Role

ReadRetention = Annotated[Principal, Depends(require("retention:read"))]
RunRetention = Annotated[Principal, Depends(require("retention:run"))]


class Due(BaseModel):
    """A rule: how long, what is due today, and its last run; counts are null where they are not the asker's to see."""

    rule: str
    keep: str
    count: int | None = None
    oldest: date | None = None
    newest: date | None = None
    last_at: datetime | None = None
    last_count: int | None = None


class Retention(BaseModel):
    """The rules that a service applies."""

    rules: list[Due]


class Run(BaseModel):
    """A run: without `apply` nothing goes."""

    model_config = ConfigDict(extra="forbid")

    run_id: UUID
    apply: bool = False


class Done(BaseModel):
    """What is due or went by each rule; `more`: time was not enough, ask again."""

    rules: dict[str, dict[str, Any]]
    more: bool


def retention_router(service: str, expiries: Sequence[Expiry]) -> APIRouter:
    """The routes of a service that applies these. Raises ValueError for a mistake in the operator's file."""
    load_rules()
    router = APIRouter(prefix="/api/v1/retention")

    @router.get("")
    async def get_retention(request: Request, principal: ReadRetention) -> Retention:
        """What is due: of the own carrier for its administration, of the network for its coordination; no ids."""
        carriers = principal.carriers if principal.role is Role.ADMIN else None
        async with request.app.state.sessions() as session:
            return Retention(rules=await due(session, service, expiries, carriers))

    @router.post("/run")
    async def run_retention(request: Request, run: Run, _principal: RunRetention) -> Done:
        """Apply the rules for some seconds, or only say what would go."""
        found, more = await expire(request.app.state.sessions, expiries, load_rules(), run.run_id, applied=run.apply)
        return Done(rules={name: asdict(figures) for name, figures in found.items()}, more=more)

    return router


async def due(session: Any, service: str, expiries: Sequence[Expiry], carriers: Sequence[UUID] | None) -> list[Due]:
    """The rules of a service with what is due; of a rule that counts elsewhere, only its last run."""
    runs, found = await last_runs(session), list[Due]()
    for name, rule in load_rules().items():
        if rule.applied == "run" and service in rule.by:
            parts = [
                await count(session, expiry, rule.first_kept(clock.today()), carriers)
                for expiry in expiries
                if expiry.rule == name
            ]
            known = [part for part in parts if part is not None]
            figures = sum_of(known) if known else None
            found.append(_due(name, rule, figures, runs.get(name), counted=carriers is None))
    return found


def sum_of(parts: Sequence[Figures]) -> Figures:
    """All together."""
    total = Figures()
    for part in parts:
        total = total.plus(part)
    return total


def _due(name: str, rule: Rule, figures: Figures | None, run: RunRow | None, *, counted: bool) -> Due:
    told: dict[str, Any] = asdict(figures) if figures else {}
    if run is not None:
        told |= {"last_at": run.at, "last_count": run.count if counted else None}
    return Due(rule=name, keep=rule.period, **told)
