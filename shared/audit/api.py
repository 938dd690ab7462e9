"""`GET /api/v1/audit`: what happened to the records of the own carrier, newest first; reading it is audited too."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, StringConstraints
from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import audit, clock
from shared.audit import AuditRow
from shared.clock import BERLIN
from shared.problems import FieldProblem, invalid
from shared.security import Principal, require
from shared.vocabulary import Role

ReadAudit = Annotated[Principal, Depends(require("audit:read"))]
Day = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Noun = Annotated[str | None, Query(pattern="^[a-z]{1,40}$")]
Account = Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,200}$")]
Accounts = Annotated[list[Account] | None, Query(max_length=20)]
Seq = Annotated[int | None, Query(ge=1, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=200)]
What = Literal["seen", "changed", "refused"]
SEEN = ("read", "listed", "exported")
REFUSED = ("refused",)
ONE_RECORD = "Die Rolle {} sieht das Protokoll nur zu einem einzelnen Datensatz."


class Entry(BaseModel):
    """One act; `count` is how many records a list named, `revision` the stand that was saved or seen."""

    seq: int
    at: datetime
    subject: str
    action: str
    entity_id: UUID | None
    revision: int | None
    count: int | None


class Entries(BaseModel):
    """One page; `before` is what to ask with for the next one, null when there is none."""

    items: list[Entry]
    before: int | None


def audit_router() -> APIRouter:
    """The route, for every service with an audit."""
    router = APIRouter(prefix="/api/v1")
    router.add_api_route("/audit", get_audit, methods=["GET"])
    return router


async def get_audit(
    request: Request,
    principal: ReadAudit,
    record: UUID | None = None,
    account: Accounts = None,
    noun: Noun = None,
    what: What | None = None,
    first: Annotated[Day, Query(alias="from")] = None,
    last: Annotated[Day, Query(alias="to")] = None,
    before: Seq = None,
    limit: Limit = 50,
) -> Entries:
    """Acts on records of the own carrier. Raises Problem 422 for a counsellor who names no record."""
    if principal.role is not Role.ADMIN and record is None:
        raise invalid(FieldProblem("record", "", ONE_RECORD.format(principal.role.de), "Bitte öffnen Sie ihn zuerst."))
    where = [col(AuditRow.carrier_id).in_(principal.carriers), *_kinds(noun, what), *_days(first, last)]
    if record is not None:
        where.append(or_(col(AuditRow.entity_id) == record, col(AuditRow.listed).contains([record])))
    if account is not None:
        where.append(col(AuditRow.subject).in_(account))
    if before is not None:
        where.append(col(AuditRow.seq) < before)
    async with request.app.state.sessions() as session, session.begin():
        query = select(AuditRow).where(*where).order_by(col(AuditRow.seq).desc()).limit(limit + 1)
        rows = (await session.exec(query)).all()
        await _note(session, principal, record)
    shown = [_entry(row) for row in rows[:limit]]
    return Entries(items=shown, before=shown[-1].seq if len(rows) > limit else None)


async def _note(session: AsyncSession, principal: Principal, record: UUID | None) -> None:
    carrier = principal.carriers[0] if principal.carriers else None
    entry = audit.entry(clock.now(), principal.subject, carrier, "audit.read", record, None)
    await audit.write(session, [entry])


def _kinds(noun: str | None, what: What | None) -> list[Any]:
    where: list[Any] = []
    verb = func.split_part(AuditRow.action, ".", 2)
    if noun is not None:
        where.append(func.split_part(AuditRow.action, ".", 1) == noun)
    if what == "seen":
        where.append(verb.in_(SEEN))
    elif what == "refused":
        where.append(verb.in_(REFUSED))
    elif what == "changed":
        where.append(verb.not_in(SEEN + REFUSED))
    return where


def _days(first: date | None, last: date | None) -> list[Any]:
    """Days are days in Berlin."""
    where: list[Any] = []
    if first is not None:
        where.append(col(AuditRow.at) >= datetime.combine(first, time(), BERLIN))
    if last is not None:
        where.append(col(AuditRow.at) < datetime.combine(last + timedelta(days=1), time(), BERLIN))
    return where


def _entry(row: AuditRow) -> Entry:
    count = None if row.listed is None else len(row.listed)
    return Entry.model_validate(row.model_dump() | {"count": count})
