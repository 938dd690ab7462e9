"""The API of books: ordered, followed, cancelled, read, deleted (roles with exact figures of the whole network)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.books import store
from services.reporting.books.definitions import load_definitions, steps_of
from services.reporting.books.quarters import Quarter
from services.reporting.books.rules import OPEN, Order, provisional, read_order, title_of
from services.reporting.books.tables import BookRow
from shared import clock
from shared.problems import Problem
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/books")
Maker = Annotated[Principal, Depends(require("books:make"))]
Code = Annotated[str, StringConstraints(max_length=80)]
UNKNOWN = "Dieses Buch gibt es nicht (mehr)."
OTHER = "Unter dieser Kennung wurde schon ein anderes Buch bestellt. Bitte eine neue Kennung verwenden."
TWICE = "„{title}“ entsteht gerade. Bitte warten oder jenes abbrechen; ein zweites Mal zugleich entsteht es nicht."
STILL_OPEN = "Dieses Buch entsteht noch. Bitte erst abbrechen, dann löschen."
NOT_READY = "Dieses Buch ist noch nicht fertig: {done} von {steps} Tabellen. Bitte warten."
NEVER_READY = "Dieses Buch wurde nicht fertig. Bitte neu bestellen."
TOO_LATE = "Dieses Buch entsteht nicht mehr; abzubrechen gibt es nichts."


class BookIn(BaseModel):
    """What to write: kind, network (empty: the only possible one), quarter `2026-Q3`, and the days it is fixed to.

    Without days: Stichtag yesterday, and what had come in by then (in a reporting that has nothing older: by today).
    """

    kind: Code
    region: Code = ""
    quarter: Code
    as_of: date | None = None
    known_at: date | None = None


class BookOut(BaseModel):
    """A book without its tables: `done` of `steps` are written.

    `provisional`: its quarter had not ended at the Stichtag (vorläufig).
    """

    book_id: UUID
    kind: str
    title: str
    region: str
    quarter: str
    as_of: date
    known_at: date
    provisional: bool
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    steps: int
    done: int
    failed_tables: int
    detail: str
    hash: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class KindOut(BaseModel):
    """A kind of book and of which networks (`de`: all) it can be made here."""

    kind: str
    title: str
    regions: tuple[str, ...]


class Shelf(BaseModel):
    """Books, newest first, and what can be ordered."""

    items: list[BookOut]
    kinds: list[KindOut]


class BookContent(BookOut):
    """A finished book with its tables; exact working figures, for exact roles only (design 12)."""

    status: Literal["working"] = "working"
    synthetic: bool
    since: dict[str, Any]
    tables: list[dict[str, Any]]


@router.get("")
async def listed(request: Request, _who: Maker) -> Shelf:
    """The newest books, and the kinds that can be ordered here."""
    network = request.app.state.settings.network
    async with request.app.state.sessions() as session:
        rows = await store.books(session)
    kinds = [
        KindOut(kind=kind, title=entry.title, regions=regions)
        for kind, entry in load_definitions().items()
        if (regions := entry.regions(network))
    ]
    return Shelf(items=[told(row) for row in rows], kinds=kinds)


@router.put("/{book_id}")
async def order(request: Request, book_id: UUID, body: BookIn, who: Maker) -> BookOut:
    """Order a book; the same order again changes nothing.

    Raises Problem 422 for what cannot be made, 409 when the id is another book's or the same one is being written.
    """
    state, today = request.app.state, clock.today()
    asked = read_order(body.model_dump(), state.settings.network, today)
    async with state.sessions() as session, session.begin():
        await store.alone(session)
        row = await session.get(BookRow, book_id)
        if row is None:
            row = await _ordered(session, book_id, asked, who.subject, today)
            session.add(row)
        elif not _same(row, asked, body):
            raise Problem(409, OTHER)
    state.books.wake()
    return told(row)


@router.get("/{book_id}")
async def follow(request: Request, book_id: UUID, _who: Maker) -> BookOut:
    """How far a book is. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        return told(await _found(session, book_id))


@router.get("/{book_id}/content")
async def content(request: Request, book_id: UUID, _who: Maker) -> BookContent:
    """A finished book with its tables. Raises Problem 404, 409 before it is done."""
    async with request.app.state.sessions() as session:
        row = await _found(session, book_id)
        if row.state != "done":
            words = NOT_READY if row.state in OPEN else NEVER_READY
            raise Problem(409, words.format(done=row.done, steps=row.steps))
        tables = await store.tables_of(session, book_id)
    synthetic = any(_synthetic(table) for table in tables)
    return BookContent(**told(row).model_dump(), synthetic=synthetic, since=row.since, tables=tables)


@router.post("/{book_id}/cancel")
async def cancel(request: Request, book_id: UUID, _who: Maker) -> BookOut:
    """Stop a book that is being written; its tables so far are not shown. Raises Problem 404, 409."""
    async with request.app.state.sessions() as session, session.begin():
        row = await _found(session, book_id, lock=True)
        if row.state not in OPEN:
            raise Problem(409, TOO_LATE)
        store.end(row, "cancelled", "", clock.now())
        session.add(row)
    return told(row)


@router.delete("/{book_id}", status_code=204)
async def delete(request: Request, book_id: UUID, _who: Maker) -> Response:
    """Delete a book with its tables. Raises Problem 404, 409 while it is being written."""
    async with request.app.state.sessions() as session, session.begin():
        row = await _found(session, book_id, lock=True)
        if row.state in OPEN:
            raise Problem(409, STILL_OPEN)
        await session.delete(row)
    return Response(status_code=204)


def told(row: BookRow) -> BookOut:
    """A book as the API tells it."""
    quarter = Quarter.read(row.quarter)
    computed = {"title", "provisional", "failed_tables"}
    same = {name: getattr(row, name) for name in BookOut.model_fields.keys() - computed}
    return BookOut(
        **same,
        title=title_of(row.kind, row.region, quarter),
        provisional=provisional(quarter, row.as_of),
        failed_tables=row.failed,
    )


async def _found(session: AsyncSession, book_id: UUID, *, lock: bool = False) -> BookRow:
    row = await session.get(BookRow, book_id, with_for_update=lock)
    if row is None:
        raise Problem(404, UNKNOWN)
    return row


async def _ordered(session: AsyncSession, book_id: UUID, asked: Order, author: str, today: date) -> BookRow:
    if (twin := await store.in_work(session, asked)) is not None:
        raise Problem(409, TWICE.format(title=told(twin).title))
    yesterday = today - timedelta(days=1)
    known_at = asked.known_at or (yesterday if await store.held_by(session, yesterday) else today)
    return BookRow(
        book_id=book_id,
        kind=asked.kind,
        region=asked.region,
        quarter=str(asked.quarter),
        as_of=asked.as_of,
        known_at=known_at,
        since=_since(await store.last_before(session, asked), asked.quarter),
        steps=len(steps_of(asked.kind, asked.region)),
        created_by=author,
        created_at=clock.now(),
    )


def _since(last: BookRow | None, quarter: Quarter) -> dict[str, Any]:
    """The state from which changes are told: that of the last book, else the quarter as it stood on its last day."""
    if last is None:
        day = quarter.last_day.isoformat()
        return {"quarter": str(quarter), "as_of": day, "known_at": day, "book_id": None}
    days = {"as_of": last.as_of.isoformat(), "known_at": last.known_at.isoformat()}
    return {"quarter": last.quarter, **days, "book_id": str(last.book_id)}


def _same(row: BookRow, asked: Order, body: BookIn) -> bool:
    """Whether a book was ordered like this; days that were not named are those it then got."""
    days = (body.as_of in (None, row.as_of), body.known_at in (None, row.known_at))
    return (row.kind, row.region, row.quarter) == (asked.kind, asked.region, str(asked.quarter)) and all(days)


def _synthetic(table: dict[str, Any]) -> bool:
    passports: Sequence[Any] = [*table.get("passports", ()), *(row for row in table["rows"] if "passport" in row)]
    return any(entry["passport"]["synthetic"] for entry in passports)
