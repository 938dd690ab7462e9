"""The API of Good Practice sheets: published ones for everyone; decisions on their way and transfers (centre)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.exc import IntegrityError

from services.reporting.sheets import store
from services.reporting.sheets.rules import due_on
from services.reporting.sheets.tables import SheetTransferRow
from services.reporting.sheets.transfers import UNKNOWN, RecordTransfer, note_check, record_transfer
from shared import clock
from shared.contracts.base import Line, Round
from shared.problems import Problem
from shared.security import Principal, require
from shared.vocabulary import Area, ProgrammeLine
from shared.vocabulary.items import DecisionStanding

public = APIRouter(prefix="/api/v1/published-sheets")
router = APIRouter(prefix="/api/v1/sheet-transfers")  # at the centre only
Anyone = Annotated[Principal, Depends(require("projects:read"))]
Follower = Annotated[Principal, Depends(require("sheets:follow"))]
Words = Annotated[Line, StringConstraints(max_length=200)]
NO_SHEET = "Diesen Steckbrief gibt es nicht (mehr). Alle, die veröffentlicht sind, stehen unter „Good Practice“."
TWICE = "Dieselbe Übertragung wurde gerade schon eingetragen. Bitte laden Sie die Liste neu."


class SheetOut(BaseModel):
    """A published sheet as its network released it (GP-10), and the networks that took it up."""

    item_id: UUID
    region: str
    network: str
    published_on: date
    round: str | None = None
    area: str | None = None
    programme_line: str | None = None
    title: str | None = None
    subtitle: str | None = None
    summary: str | None = None
    initial_situation: str | None = None
    implementation: str | None = None
    conclusion: str | None = None
    addressees: str | None = None
    project: str | None = None
    organisation: str | None = None
    offer: str | None = None
    url: str | None = None
    mailbox: str | None = None
    transferred_to: list[str]


class SheetPage(BaseModel):
    """Sheets, newest first."""

    items: list[SheetOut]
    total: int


class Seen(BaseModel):
    """The revision that was seen."""

    model_config = ConfigDict(extra="forbid")

    revision: Annotated[int, Field(ge=1, le=1_000_000)]


class TransferOut(BaseModel):
    """A transfer; `due_on` is the next day on which it is asked about, `due` says that this day has come."""

    model_config = ConfigDict(from_attributes=True)

    transfer_id: UUID
    region: str
    item_id: UUID
    title: str | None = None
    to_region: str
    organisation: str
    begun_on: date
    state: str
    checked_on: date | None
    due_on: date | None = None
    due: bool = False
    revision: int


class DecisionOut(BaseModel):
    """A decision of the board and how far it is on its way to its network."""

    model_config = ConfigDict(from_attributes=True)

    region: str
    item_id: UUID
    title: str | None
    outcome: str
    decided_on: date
    standing: DecisionStanding


def told(row: SheetTransferRow, title: str | None = None) -> TransferOut:
    """A transfer as it is told."""
    day = due_on(row.begun_on, row.state, row.checked_on)
    due = day is not None and day <= clock.today()
    return TransferOut.model_validate(row).model_copy(update={"title": title, "due_on": day, "due": due})


@public.get("")
async def get_sheets(
    request: Request,
    _who: Anyone,
    q: Annotated[Words, Query()] = "",
    funding_round: Annotated[Round | None, Query(alias="round")] = None,
    area: Area | None = None,
    programme_line: ProgrammeLine | None = None,
    region: Annotated[str, Query(pattern="^[a-z]{0,8}$")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> SheetPage:
    """Published sheets with a word in title, text or carrier, of a round, an area, a line, a network."""
    asked = {"q": q, "region": region, "round": funding_round or "", "area": area.value if area else ""}
    asked["programme_line"] = programme_line.value if programme_line else ""
    async with request.app.state.sessions() as session:
        items, total = await store.sheets(session, asked, (limit, offset))
    return SheetPage(items=[SheetOut.model_validate(one) for one in items], total=total)


@public.get("/{sheet_id}")
async def get_sheet(request: Request, sheet_id: UUID, _who: Anyone) -> SheetOut:
    """One published sheet. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        items, _total = await store.sheets(session, {}, (1, 0), sheet_id)
    if not items:
        raise Problem(404, NO_SHEET)
    return SheetOut.model_validate(items[0])


@router.get("")
async def get_transfers(request: Request, _who: Follower) -> list[TransferOut]:
    """All transfers: first those that are to be asked about, longest due first, then the newest."""
    async with request.app.state.sessions() as session:
        rows = await store.transfers(session)
        titles = await store.titles(session, [row.item_id for row in rows])
    found = [told(row, titles.get((row.region, row.item_id))) for row in rows]
    return sorted(found, key=lambda one: (not one.due, one.due_on if one.due else date.min))


@router.get("/decisions")
async def get_decisions(request: Request, _who: Follower) -> list[DecisionOut]:
    """The newest decision about each proposal, and whether its network has heard it."""
    async with request.app.state.sessions() as session:
        return [DecisionOut.model_validate(one) for one in await store.decisions(session)]


@router.get("/{sheet_transfer_id}")
async def get_transfer(request: Request, sheet_transfer_id: UUID, _who: Follower) -> TransferOut:
    """One transfer. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await session.get(SheetTransferRow, sheet_transfer_id)
        if row is None:
            raise Problem(404, UNKNOWN)
        titles = await store.titles(session, [row.item_id])
    return told(row, titles.get((row.region, row.item_id)))


@router.put("/{sheet_transfer_id}")
async def put_transfer(
    request: Request, sheet_transfer_id: UUID, command: RecordTransfer, who: Follower
) -> TransferOut:
    """Record or change a transfer; repeating the request changes nothing. Raises Problem 409 or 422."""
    try:
        async with request.app.state.sessions() as session, session.begin():
            row = await record_transfer(session, sheet_transfer_id, command, who.subject)
            return told(row)
    except IntegrityError:  # two at once
        raise Problem(409, TWICE) from None


@router.post("/{sheet_transfer_id}/check")
async def post_check(request: Request, sheet_transfer_id: UUID, command: Seen, who: Follower) -> TransferOut:
    """Note that it was asked how a transfer stands. Raises Problem 404 or 409."""
    async with request.app.state.sessions() as session, session.begin():
        return told(await note_check(session, sheet_transfer_id, command.revision, who.subject))
