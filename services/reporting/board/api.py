"""The API of the Good Practice board, at the centre only: proposals, sittings, ratings, decisions (GP-01 to GP-08)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.reporting.board import deciding, planning, rating, reading
from services.reporting.board.answers import (
    CriterionOut,
    DecisionOut,
    ItemDetail,
    ProposalPage,
    RatingOut,
    SittingDetail,
    SittingOut,
)
from services.reporting.board.commands import CloseSitting, Decide, PlanSitting, Rate, Reopen
from services.reporting.board.showing import criteria_out, sitting_out
from shared.recording import commit
from shared.security import Principal, require
from shared.vocabulary import ItemState

router = APIRouter(prefix="/api/v1/board")

Reader = Annotated[Principal, Depends(require("board:read"))]
Member = Annotated[Principal, Depends(require("board:rate"))]
Decider = Annotated[Principal, Depends(require("board:decide"))]
SITTING = "/sittings/{sitting_id}"
PROPOSAL = f"{SITTING}/proposals/{{proposal_id}}"


@router.get("/criteria")
async def get_criteria(_who: Reader) -> list[CriterionOut]:
    """What is rated, and what each step of the scale means."""
    return criteria_out()


@router.get("/proposals")
async def get_proposals(
    request: Request,
    _who: Reader,
    state: ItemState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ProposalPage:
    """Good Practice proposals of all networks, the last told first."""
    async with request.app.state.sessions() as session:
        return await reading.proposal_page(session, state.value if state else None, limit, offset)


@router.get("/sittings")
async def get_sittings(request: Request, who: Reader) -> list[SittingOut]:
    """Sittings, the latest first."""
    async with request.app.state.sessions() as session:
        return await reading.sitting_list(session, who)


@router.get(SITTING)
async def get_sitting(request: Request, sitting_id: UUID, who: Reader) -> SittingDetail:
    """A sitting with what is up in it. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        return await reading.sitting_detail(session, who, sitting_id)


@router.put(SITTING)
async def put_sitting(request: Request, sitting_id: UUID, command: PlanSitting, who: Decider) -> SittingOut:
    """Make a sitting, or change one that is open; repeating it changes nothing. Raises Problem 409 or 422."""
    row = await commit(request, who, lambda session, actor: planning.plan_sitting(session, sitting_id, command, actor))
    return sitting_out(row, proposals=len(command.proposals))


@router.post(f"{SITTING}/close")
async def close_sitting(request: Request, sitting_id: UUID, command: CloseSitting, who: Decider) -> SittingOut:
    """Close a sitting. Raises Problem 404 or 409."""
    row = await commit(request, who, lambda session, actor: planning.close_sitting(session, sitting_id, command, actor))
    return sitting_out(row)


@router.get(PROPOSAL)
async def get_item(request: Request, sitting_id: UUID, proposal_id: UUID, who: Reader) -> ItemDetail:
    """A proposal with its sheet, and of the ratings what the asker may see. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        return await reading.item_detail(session, who, sitting_id, proposal_id)


@router.put(f"{PROPOSAL}/rating")
async def put_rating(request: Request, sitting_id: UUID, proposal_id: UUID, command: Rate, who: Member) -> RatingOut:
    """Rate a proposal, or keep a draft. Raises Problem 403 for the own network, 404, 409 for a second rating, 422."""
    row = await commit(
        request, who, lambda session, actor: rating.rate(session, sitting_id, proposal_id, command, actor)
    )
    return RatingOut.model_validate(row)


@router.post(f"{PROPOSAL}/decision")
async def post_decision(
    request: Request, sitting_id: UUID, proposal_id: UUID, command: Decide, who: Decider
) -> DecisionOut:
    """Decide about a proposal. Raises Problem 409 while a group is missing or somebody else has decided, 404, 422."""
    row = await commit(
        request, who, lambda session, actor: deciding.decide(session, sitting_id, proposal_id, command, actor)
    )
    return DecisionOut.model_validate(row)


@router.post(f"{PROPOSAL}/decision/reopen")
async def reopen_decision(
    request: Request, sitting_id: UUID, proposal_id: UUID, command: Reopen, who: Decider
) -> DecisionOut:
    """Open a decision anew, with the reason. Raises Problem 404, 409 or 422."""
    row = await commit(
        request, who, lambda session, actor: deciding.reopen(session, sitting_id, proposal_id, command, actor)
    )
    return DecisionOut.model_validate(row)
