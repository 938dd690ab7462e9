"""The HTTP API of items and their kinds."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.commands import Withdraw
from services.registration.item_tables import ItemDecisionRow, ItemRow
from services.registration.items import handlers, reviewing, store
from services.registration.items.commands import ChangeState, RecordItem, Release, Return, Submit
from services.registration.items.kinds import COLUMNS, kinds, vocabularies
from services.registration.items.rules import findings, state_label
from services.registration.items.sheets import sheet_of
from services.registration.store import offerings
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require
from shared.vocabulary import ItemKind
from shared.vocabulary.items import Review

router = APIRouter(prefix="/api/v1/items", route_class=readings.RefusingRoute)

ReadItems = Annotated[Principal, Depends(require("items:read"))]
WriteItems = Annotated[Principal, Depends(require("items:write"))]
ReleaseItems = Annotated[Principal, Depends(require("items:release"))]


class Listed(BaseModel):
    """An item in a list."""

    item_id: UUID
    carrier_id: UUID
    item_kind: str
    title: str
    state: str
    state_label: str
    review: str
    recorded_on: date
    revision: int


class ItemPage(BaseModel):
    """One page of items."""

    items: list[Listed]
    total: int


class DecisionOut(BaseModel):
    """What the board decided about an item, and why (GP-07)."""

    outcome: str
    outcome_label: str
    decided_on: date
    reasons: str


class Item(Listed):
    """An item with all it says: `values` by field, `sheet` as it would be public, `public_sheet` as it is.

    `doubts` is what in the sheet looks like a person, `hints` what to think of, `steps` where it may go from here.
    """

    withdrawn: bool
    reason: str | None
    released_on: date | None
    values: dict[str, str]
    sheet: dict[str, str | None]
    public_sheet: dict[str, str] | None
    doubts: list[dict[str, str]]
    hints: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    board: DecisionOut | None


def listed(row: ItemRow) -> dict[str, Any]:
    """An item as lists show it."""
    title = row.details.get("title") or row.external_id or "ohne Titel"
    return row.model_dump(exclude={"details"}) | {"title": title, "state_label": state_label(row.state)}


async def shown(session: AsyncSession, row: ItemRow) -> Item:
    """An item with all it says."""
    kind = kinds()[row.item_kind]
    codes = {one.offering_id: code for code, one in (await offerings(session, row.carrier_id)).items()}
    named = {"offering": codes.get(row.offering_id) if row.offering_id else None, "run": row.run_id}
    values = row.details | {name: named.get(name, getattr(row, name, None)) for name in COLUMNS}
    values = {one.name: str(values[one.name]) for one in kind.fields if values.get(one.name)}
    steps = [{"state": one.after, "label": state_label(one.after), "reason": one.reason} for one in kind.steps]
    doubts = [{"field": one.field, "text": one.text} for one in reviewing.doubts(row)] if kind.public else []
    more = {
        "values": values,
        "sheet": sheet_of(kind, row.details),
        "doubts": doubts,
        "hints": [asdict(one) for one in findings(values)],
        "steps": [one for one, step in zip(steps, kind.steps, strict=True) if step.before == row.state],
        "board": _decision(await session.get(ItemDecisionRow, row.item_id)),
    }
    return Item(**listed(row) | more)


def _decision(row: ItemDecisionRow | None) -> DecisionOut | None:
    return DecisionOut(**row.model_dump(), outcome_label=state_label(row.outcome)) if row else None


@router.get("/kinds")
async def get_kinds(request: Request, principal: ReadItems) -> list[dict[str, Any]]:
    """The kinds of items with their fields and options, and the states they begin with."""
    async with request.app.state.sessions() as session:
        options = {**vocabularies(), **await store.choices(session, principal.carriers)}
    return [
        {
            "kind": kind.kind.value,
            "title": kind.title,
            "public": kind.public,
            "first": [{"state": state, "label": state_label(state)} for state in kind.first],
            "fields": [asdict(one) | {"options": options.get(one.options or one.kind)} for one in kind.fields],
        }
        for kind in kinds().values()
    ]


@router.get("")
async def get_items(
    request: Request,
    principal: ReadItems,
    kind: ItemKind | None = None,
    review: Review | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ItemPage:
    """Items of the own carrier, of the whole network for who coordinates it; last changed first."""
    wanted = {"item_kind": kind.value if kind else None, "review": review.value if review else None}
    async with request.app.state.sessions() as session:
        rows, total = await store.list_items(session, principal, wanted, (limit, offset))
    return ItemPage(items=[Listed(**listed(row)) for row in rows], total=total)


@router.get("/{item_id}")
async def get_item(request: Request, item_id: UUID, principal: ReadItems) -> Item:
    """One item. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.get_item(session, item_id, principal, "items:read")
        if row is None:
            raise Problem(404, NOT_FOUND)
        return await shown(session, row)


@router.put("/{item_id}")
async def put_item(request: Request, item_id: UUID, command: RecordItem, principal: WriteItems) -> Listed:
    """Record an item or change what it says; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: handlers.record_item(session, item_id, command, actor)
    )
    return Listed(**listed(row))


@router.post("/{item_id}/state")
async def post_state(request: Request, item_id: UUID, command: ChangeState, principal: WriteItems) -> Listed:
    """Go a step to another state."""
    row = await commit(
        request, principal, lambda session, actor: handlers.change_state(session, item_id, command, actor)
    )
    return Listed(**listed(row))


@router.post("/{item_id}/submit")
async def post_submit(request: Request, item_id: UUID, command: Submit, principal: WriteItems) -> Listed:
    """Hand the public texts in for release."""
    row = await commit(request, principal, lambda session, actor: reviewing.submit(session, item_id, command, actor))
    return Listed(**listed(row))


@router.post("/{item_id}/release")
async def post_release(request: Request, item_id: UUID, command: Release, principal: ReleaseItems) -> Listed:
    """Make what was handed in public."""
    row = await commit(request, principal, lambda session, actor: reviewing.release(session, item_id, command, actor))
    return Listed(**listed(row))


@router.post("/{item_id}/return")
async def post_return(request: Request, item_id: UUID, command: Return, principal: ReleaseItems) -> Listed:
    """Give back what was handed in."""
    row = await commit(request, principal, lambda session, actor: reviewing.give_back(session, item_id, command, actor))
    return Listed(**listed(row))


@router.post("/{item_id}/unpublish")
async def post_unpublish(request: Request, item_id: UUID, command: Return, principal: ReleaseItems) -> Listed:
    """Take from the public what was released."""
    row = await commit(request, principal, lambda session, actor: reviewing.take_back(session, item_id, command, actor))
    return Listed(**listed(row))


@router.post("/{item_id}/withdraw", status_code=204)
async def withdraw_item(request: Request, item_id: UUID, command: Withdraw, principal: WriteItems) -> Response:
    """Withdraw an item recorded by mistake."""
    await commit(request, principal, lambda session, actor: handlers.withdraw_item(session, item_id, command, actor))
    return Response(status_code=204)
