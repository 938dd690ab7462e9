"""The directory over HTTP: everybody of the network reads it, a counsellor may add, who keeps it changes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.counselling.bodies import handlers, store
from services.counselling.bodies.commands import RecordBody
from services.counselling.bodies.rules import in_order, is_stale, usual_purpose
from services.counselling.bodies.tables import BodyRow
from shared import clock
from shared.problems import Problem
from shared.recording import commit
from shared.security import Principal, require
from shared.vocabulary import ProgrammeLine, ReferralTarget

router = APIRouter(prefix="/api/v1/bodies")

Reader = Annotated[Principal, Depends(require("bodies:read"))]
Writer = Annotated[Principal, Depends(require("bodies:write"))]
OF_FILES = {"external_id", "row_hash", "row_recorded_on"}
NO_BODY = "Diese Stelle steht nicht im Verzeichnis."


class Bodies(BaseModel):
    """Entries of the directory; `targets`: the kinds in the order a programme line offers them."""

    items: list[dict[str, Any]]
    total: int
    targets: list[str]


def shown(row: BodyRow) -> dict[str, Any]:
    """An entry; `stale`: not checked for a year; `purpose`: what one usually turns to it for."""
    stale = is_stale(row.checked_on, clock.today())
    return row.model_dump(exclude=OF_FILES) | {"stale": stale, "purpose": usual_purpose(row.kind)}


@router.get("")
async def get_bodies(
    request: Request,
    _principal: Reader,
    kind: ReferralTarget | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    closed: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    line: ProgrammeLine | None = None,
) -> Bodies:
    """Entries by words of name and address, those of the kinds nearest to a `line` first; `closed`: also gone ones."""
    targets = [target.value for target in in_order(line)]
    async with request.app.state.sessions() as session:
        rows = await store.list_bodies(session, kind.value if kind else None, q.replace("\x00", ""), closed=closed)
    items = sorted((shown(row) for row in rows), key=lambda item: targets.index(item["kind"]))
    return Bodies(items=items, total=len(items), targets=targets)


@router.get("/{body_id}")
async def get_body(request: Request, body_id: UUID, _principal: Reader) -> dict[str, Any]:
    """One entry. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        row = await store.get_body(session, body_id)
    if row is None:
        raise Problem(404, NO_BODY)
    return shown(row)


@router.put("/{body_id}")
async def put_body(request: Request, body_id: UUID, command: RecordBody, principal: Writer) -> dict[str, Any]:
    """Record or change an entry; repeating changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: handlers.record_body(session, body_id, command, actor)
    )
    return shown(row)
