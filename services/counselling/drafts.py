"""Drafts: what somebody is typing, kept for the account that types it (decision 0012).

The gateway seals a draft before it comes here: this service knows people by id and cannot read their names. A draft is
no record: it is in no event, no audit and no log, and goes when the record is saved or after 14 days.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import ColumnElement, Delete, and_, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.tables import DraftRow, ProfileRow
from shared import clock
from shared.database import AWAY, SessionFactory
from shared.problems import Problem
from shared.security import Principal, require

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/drafts")

FormCode = Literal["session", "group", "meeting", "person", "participation", "mapping", "undo"]
UNLISTED = ("undo", "mapping")
"""No open item of their own: what serves to undo, and a file's words, whose import is one."""
Own = Annotated[Principal, Depends(require("drafts:use"))]
KEPT = timedelta(days=14)
UNDO_KEPT = timedelta(minutes=15)
TIDY_SECONDS = 900
MOST = 200
"""Drafts an account may have open; beyond that something is wrong with the browser, not with the person."""
SEALED = r"^[\w-]*(\.[\w-]*){4}$"


class Draft(BaseModel):
    """A sealed draft (JWE, compact); `person_id` of a person who is registered already."""

    model_config = ConfigDict(extra="forbid")

    content: Annotated[str, StringConstraints(max_length=500_000, pattern=SEALED)]
    person_id: UUID | None = None


class Kept(BaseModel):
    """A draft as its account gets it back."""

    form: str
    draft_id: UUID
    person_id: UUID | None
    content: str
    saved_at: datetime


def fresh(now: datetime) -> ColumnElement[bool]:
    """Which drafts still count: two weeks, what only serves to undo a quarter of an hour."""
    undo = col(DraftRow.form) == "undo"
    return or_(and_(~undo, col(DraftRow.saved_at) > now - KEPT), col(DraftRow.saved_at) > now - UNDO_KEPT)


def of_account(principal: Principal) -> list[ColumnElement[bool]]:
    """Conditions that keep an account's own drafts at its present carrier."""
    carrier = col(DraftRow.carrier_id)
    here = carrier.in_(principal.carriers) if principal.carriers else carrier.is_(None)
    return [col(DraftRow.subject) == principal.subject, here, fresh(clock.now())]


async def unfinished(session: AsyncSession, principal: Principal) -> Sequence[DraftRow]:
    """The account's own drafts that are open items, oldest first."""
    query = select(DraftRow).where(*of_account(principal), col(DraftRow.form).not_in(UNLISTED))
    return (await session.exec(query.order_by(col(DraftRow.saved_at)))).all()


@router.put("/{form}/{draft_id}")
async def put_draft(request: Request, form: FormCode, draft_id: UUID, draft: Draft, principal: Own) -> dict[str, Any]:
    """Keep what was typed so far; it replaces what was kept before.

    Raises Problem 409 beyond 200 drafts, or about somebody who was erased meanwhile.
    """
    key = {"subject": principal.subject, "form": form, "draft_id": draft_id}
    values = draft.model_dump() | {"carrier_id": next(iter(principal.carriers), None), "saved_at": clock.now()}
    async with request.app.state.sessions() as session, session.begin():
        await _not_erased(session, draft_id, draft.person_id)
        count = select(func.count()).select_from(DraftRow).where(*of_account(principal))
        if (await session.exec(count)).one() >= MOST and await session.get(DraftRow, tuple(key.values())) is None:
            raise Problem(409, f"Sie haben schon {MOST} Entwürfe. Bitte verwerfen Sie einige.")
        statement = insert(DraftRow).values(**key, **values)
        await session.exec(statement.on_conflict_do_update(index_elements=[*key], set_=values))
    return {"saved_at": values["saved_at"]}


async def _not_erased(session: AsyncSession, *ids: UUID | None) -> None:
    """Raises Problem 409 where one of these is a person who was erased: what is typed late does not bring her back."""
    query = select(ProfileRow.person_id).where(col(ProfileRow.person_id).in_([key for key in ids if key is not None]))
    if (await session.exec(query.where(col(ProfileRow.withdrawn).is_(True)))).first() is not None:
        raise Problem(409, "Die Daten dieser Person wurden gelöscht. Der Entwurf wird nicht aufbewahrt.")


@router.get("/{form}/{draft_id}")
async def get_draft(request: Request, form: FormCode, draft_id: UUID, principal: Own) -> Kept:
    """A draft of the own account. Raises Problem 404."""
    query = select(DraftRow).where(*of_account(principal), DraftRow.form == form, DraftRow.draft_id == draft_id)
    async with request.app.state.sessions() as session:
        row = (await session.exec(query)).first()
    if row is None:
        raise Problem(404, "Diesen Entwurf gibt es nicht (mehr).")
    return Kept(**row.model_dump(include=set(Kept.model_fields)))


@router.delete("/{form}/{draft_id}", status_code=204)
async def delete_draft(request: Request, form: FormCode, draft_id: UUID, principal: Own) -> Response:
    """Forget a draft. Repeatable."""
    one = (col(DraftRow.form) == form, col(DraftRow.draft_id) == draft_id)
    async with request.app.state.sessions() as session, session.begin():
        await session.exec(delete(DraftRow).where(*of_account(principal), *one))
    return Response(status_code=204)


def expired() -> Delete:
    """Deletes for ever what is no longer fresh."""
    return delete(DraftRow).where(~fresh(clock.now()))


async def forget_old(sessions: SessionFactory) -> None:
    """Tidy up every quarter of an hour."""
    while True:
        try:
            async with sessions() as session, session.begin():
                await session.exec(expired())
        except (DBAPIError, *AWAY) as error:
            log.warning("drafts: not tidied: %s", type(error).__name__)
        await asyncio.sleep(TIDY_SECONDS)
