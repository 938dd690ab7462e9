"""Own figures: of the one who counsels, of a carrier's administration, of a network's coordination.

Counted from the records themselves, so they are there while the centre is away; nothing of them leaves the network, and
no colleague is ever named or compared. What a carrier or network reports is counted by reporting.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import sqlalchemy
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.tables import CaseRow
from services.counselling.outreach.tables import OutreachRow
from services.counselling.structural.tables import StructuralRow
from services.counselling.tables import SessionRow
from shared import clock
from shared.problems import FieldProblem, invalid
from shared.security import Principal, require
from shared.vocabulary.cases import CaseState
from shared.vocabulary.permissions import PERMISSIONS, Scope

router = APIRouter(prefix="/api/v1")
PERMISSION = "own_figures:read"
METHOD = "gezählt aus den Datensätzen der Beratung, ohne zurückgezogene; Personen ohne Namen einzeln"
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Table = type[SessionRow] | type[CaseRow] | type[OutreachRow] | type[StructuralRow]


class Period(BaseModel):
    """From a day to a day, both counted."""

    first: date
    last: date


class OwnPassport(BaseModel):
    """What the figures are (design 11): whose, of which days, as of when, and how they were counted."""

    scope: Scope
    period: Period
    as_of: date
    status: str = "working"
    method: str = METHOD


class Sessions(BaseModel):
    """Sessions of one kind in a programme line."""

    programme_line: str
    session_type: str
    value: int


class Months(BaseModel):
    """Sessions of a month."""

    month: str
    value: int


class Contacts(BaseModel):
    """Contacts of outreach in a channel (CNS-17)."""

    channel: str
    value: int


class Works(BaseModel):
    """Structural work of a kind (STR-01)."""

    kind: str
    value: int


class Volunteers(BaseModel):
    """Volunteers in structural work, added up over its records (STR-03)."""

    with_background: int = 0
    without_background: int = 0


class OwnFigures(BaseModel):
    """Own figures of a period; of cases also how many are open now."""

    passport: OwnPassport
    sessions: list[Sessions]
    total: int
    months: list[Months]
    persons: int
    cases_open: int
    cases_opened: int
    cases_closed: int
    outreach: list[Contacts]
    structural: list[Works]
    volunteers: Volunteers


def whose(table: Table, principal: Principal) -> list[Any]:
    """Conditions: what the principal recorded or leads, what is her carrier's, or all of the network."""
    scope = PERMISSIONS[PERMISSION][principal.role]
    if scope is Scope.NETWORK:
        return []
    own = [col(table.carrier_id).in_(principal.carriers)]
    if scope is Scope.CARRIER:
        return own
    by = CaseRow.owner if table is CaseRow else table.recorded_by  # type: ignore[union-attr]  # the others have it
    return [*own, col(by) == principal.subject]


@router.get("/own-figures")
async def get_own_figures(
    request: Request,
    principal: Annotated[Principal, Depends(require(PERMISSION))],
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
) -> OwnFigures:
    """Own figures from a day to another. Raises Problem 422 for a period that ends before it begins."""
    if last < first:
        text = "Das Ende liegt vor dem Anfang."
        raise invalid(FieldProblem("to", last.isoformat(), text, "Bitte beide Tage prüfen."))
    async with request.app.state.sessions() as session:
        counted = await count(session, principal, first, last)
    scope = PERMISSIONS[PERMISSION][principal.role]
    passport = OwnPassport(scope=scope, period=Period(first=first, last=last), as_of=clock.today())
    return OwnFigures(passport=passport, **counted)


async def count(session: AsyncSession, principal: Principal, first: date, last: date) -> dict[str, Any]:
    """The figures of a period."""
    within = [*whose(SessionRow, principal), col(SessionRow.withdrawn).is_(False)]
    within += [col(SessionRow.date) >= first, col(SessionRow.date) <= last]
    kinds = await _grouped(session, (col(SessionRow.programme_line), col(SessionRow.session_type)), within)
    months = await _grouped(session, (func.to_char(SessionRow.date, "YYYY-MM"),), within)
    persons = select(
        func.count(func.distinct(SessionRow.person_key)), func.count().filter(col(SessionRow.person_key).is_(None))
    )
    known, anonymous = (await session.exec(persons.where(*within))).one()
    return {
        "sessions": [Sessions(programme_line=line, session_type=kind, value=value) for line, kind, value in kinds],
        "total": sum(value for *_, value in kinds),
        "months": [Months(month=month, value=value) for month, value in months],
        "persons": known + anonymous,
        **await _cases(session, principal, first, last),
        "outreach": await _contacts(session, principal, first, last),
        **await _structural(session, principal, first, last),
    }


async def _grouped(session: AsyncSession, by: Sequence[Any], where: Sequence[Any]) -> list[Any]:
    query = sqlalchemy.select(*by, func.count()).where(*where).group_by(*by).order_by(*by)
    return list((await (await session.connection()).execute(query)).all())


async def _cases(session: AsyncSession, principal: Principal, first: date, last: date) -> dict[str, int]:
    asked = {
        "cases_open": [col(CaseRow.state) == CaseState.OPEN.value],
        "cases_opened": [col(CaseRow.opened_on) >= first, col(CaseRow.opened_on) <= last],
        "cases_closed": [col(CaseRow.closed_on) >= first, col(CaseRow.closed_on) <= last],
    }
    number = select(func.count()).select_from(CaseRow).where(*whose(CaseRow, principal))
    return {name: (await session.exec(number.where(*more))).one() for name, more in asked.items()}


async def _contacts(session: AsyncSession, principal: Principal, first: date, last: date) -> list[Contacts]:
    within = [*whose(OutreachRow, principal), col(OutreachRow.withdrawn).is_(False)]
    within += [col(OutreachRow.date) >= first, col(OutreachRow.date) <= last]
    query = select(OutreachRow.channel, func.sum(OutreachRow.contacts)).where(*within)
    found = await session.exec(query.group_by(col(OutreachRow.channel)).order_by(col(OutreachRow.channel)))
    return [Contacts(channel=channel, value=value) for channel, value in found]


async def _structural(session: AsyncSession, principal: Principal, first: date, last: date) -> dict[str, Any]:
    within = [*whose(StructuralRow, principal), col(StructuralRow.withdrawn).is_(False)]
    within += [col(StructuralRow.date) >= first, col(StructuralRow.date) <= last]
    kinds = await _grouped(session, (col(StructuralRow.kind),), within)
    sums = select(
        func.coalesce(func.sum(StructuralRow.volunteers_with_background), 0),
        func.coalesce(func.sum(StructuralRow.volunteers_without_background), 0),
    )
    found, others = (await session.exec(sums.where(*within))).one()
    return {
        "structural": [Works(kind=kind, value=value) for kind, value in kinds],
        "volunteers": Volunteers(with_background=found, without_background=others),
    }
