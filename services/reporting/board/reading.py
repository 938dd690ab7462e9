"""What somebody sees of the board: proposals by state, sittings, a proposal with the ratings she may see."""

from collections import Counter
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.board import store
from services.reporting.board.answers import (
    AgendaItem,
    DecisionOut,
    ItemDetail,
    ProposalOut,
    ProposalPage,
    RatingOut,
    SaidOut,
    SittingDetail,
    SittingOut,
)
from services.reporting.board.finding import NO_SITTING, on_agenda, rated
from services.reporting.board.proposals import Key, Proposal, proposals
from services.reporting.board.rules import assess, barred, missing_texts, sections, state_of
from services.reporting.board.showing import agenda_item, proposal_out, sitting_out, spreads
from services.reporting.board.tables import BoardDecisionRow, RatingRow, SittingRow
from shared.problems import Problem
from shared.security import Principal
from shared.vocabulary import Role
from shared.vocabulary.board import SittingState


async def proposal_page(session: AsyncSession, state: str | None, limit: int, offset: int) -> ProposalPage:
    """Proposals of all networks, the last told first; those of one state, or all."""
    up, decided = await store.up(session), await store.decisions(session)
    found: list[ProposalOut] = []
    for key, one in (await proposals(session)).items():
        row = decided.get(key)
        now = state_of(one.told, (row.state, row.outcome) if row else None, up=key in up)
        found.append(proposal_out(one, now.value, up.get(key), row))
    chosen = [one for one in found if state in (None, one.state)]
    counts = dict(Counter(one.state for one in found))
    return ProposalPage(items=chosen[offset : offset + limit], total=len(chosen), counts=counts)


async def sitting_list(session: AsyncSession, who: Principal) -> list[SittingOut]:
    """All sittings, the latest first; for a member with how many proposals she still has to rate."""
    rows = await store.sittings(session)
    agenda = await store.agenda(session, [row.sitting_id for row in rows])
    sizes = Counter(row.sitting_id for row in agenda)
    todo: Counter[UUID] = Counter()
    if who.role is Role.JURY:
        open_ones = {row.sitting_id for row in rows if row.state == SittingState.OPEN}
        known = await proposals(session, [row.item_id for row in agenda if row.sitting_id in open_ones])
        done = await store.rated_by(session, who.subject)
        for row in agenda:
            one = known.get((row.region, row.item_id))
            waits = row.sitting_id in open_ones and (row.sitting_id, row.item_id) not in done
            todo[row.sitting_id] += bool(waits and one and not _barred(who, one))
    member = who.role is Role.JURY
    return [
        sitting_out(row, proposals=sizes[row.sitting_id], open=todo[row.sitting_id] if member else None) for row in rows
    ]


def _barred(who: Principal, one: Proposal) -> str | None:
    return barred(who.group, who.represents, one.region, one.organisation)


def sees_marks(who: Principal, sitting: SittingRow, rows: list[RatingRow]) -> bool:
    """Whether somebody sees what others said: the coordination, a member who has handed in, all when it is over."""
    mine = [row for row in store.handed_in(rows) if row.member == who.subject]
    return who.role is Role.COORDINATION or bool(mine) or sitting.state == SittingState.CLOSED


def _shown(
    who: Principal,
    sitting: SittingRow,
    key: Key,
    one: Proposal | None,
    rows: list[RatingRow],
    decision: BoardDecisionRow | None,
) -> AgendaItem:
    own = next((row.state for row in rows if row.member == who.subject), None)
    why = _barred(who, one) if one and who.role is Role.JURY else None
    seen = sees_marks(who, sitting, rows)
    return agenda_item(key, one, rows, decision, own=own, barred=why, visible=seen)


async def _sitting(session: AsyncSession, sitting_id: UUID) -> SittingRow:
    row = await store.sitting(session, sitting_id)
    if row is None:
        raise Problem(404, NO_SITTING)
    return row


async def sitting_detail(session: AsyncSession, who: Principal, sitting_id: UUID) -> SittingDetail:
    """A sitting with what is up in it. Raises Problem 404."""
    sitting = await _sitting(session, sitting_id)
    keys = [(row.region, row.item_id) for row in await store.agenda(session, [sitting_id])]
    known = await proposals(session, [item_id for _, item_id in keys])
    decided = await store.decisions(session, keys)
    ratings: dict[UUID, list[RatingRow]] = {}
    for row in await store.ratings(session, sitting_id):
        ratings.setdefault(row.item_id, []).append(row)
    items = [_shown(who, sitting, key, known.get(key), ratings.get(key[1], []), decided.get(key)) for key in keys]
    return SittingDetail(**sitting_out(sitting, proposals=len(items)).model_dump(), items=items)


async def item_detail(session: AsyncSession, who: Principal, sitting_id: UUID, item_id: UUID) -> ItemDetail:
    """A proposal of a sitting as somebody may see it. Raises Problem 404."""
    sitting = await _sitting(session, sitting_id)
    one = await on_agenda(session, sitting_id, item_id)
    rows = list(await store.ratings(session, sitting_id, item_id))
    history = await store.history(session, one.key)
    item = _shown(who, sitting, one.key, one, rows, history[0] if history else None)
    mine = next((row for row in rows if row.member == who.subject), None)
    counting, seen = store.handed_in(rows), item.overall is not None
    by_group = {group: spreads(found) for group, found in assess(rated(counting)).by_group.items()}
    said = [SaidOut(seat=row.seat, own=row.member == who.subject, marks=row.marks) for row in counting]
    return ItemDetail(
        sitting=sitting_out(sitting),
        item=item,
        told_on=one.told_on,
        sheet=dict(one.sheet),
        sections=sections(one.sheet),
        missing_texts=missing_texts(one.sheet),
        rating=RatingOut.model_validate(mine) if mine else None,
        ratings=said if seen else None,
        by_group=by_group if seen else None,
        history=[DecisionOut.model_validate(row) for row in history],
    )
