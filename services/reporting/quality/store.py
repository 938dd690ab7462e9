"""What data quality reads and keeps: offices and signs of life as facts and heartbeats tell them, and follow-ups."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.quality.states import answer_of, question_of, subject_of
from services.reporting.quality.tables import FollowUpRow
from services.reporting.tables import BodyRow, FactRow, HeartbeatRow
from shared.contracts.follow_ups import FollowUp
from shared.contracts.registry import STRUCTURE
from shared.vocabulary import StructureKind

KEY = ("region", "kind", "entity_id", "revision")


async def closed_offices(session: AsyncSession, last: str) -> set[tuple[str, str]]:
    """Offices (network, code) that ended by the end of a month, or were withdrawn, as the structure register says."""
    newest = select(FactRow.region, BodyRow.body).ext(distinct_on(col(FactRow.region), col(FactRow.entity_id)))
    told = and_(*(getattr(BodyRow, name) == getattr(FactRow, name) for name in KEY))
    newest = newest.join(BodyRow, told).where(FactRow.kind == STRUCTURE.kind)
    ordered = newest.order_by(col(FactRow.region), col(FactRow.entity_id), col(FactRow.revision).desc())
    found = (await session.exec(ordered)).all()
    offices = [(region, body) for region, body in found if body["kind"] == StructureKind.OFFICE]
    return {(region, body["code"]) for region, body in offices if _closed(body, last)}


def _closed(body: Mapping[str, object], last: str) -> bool:
    ends = body["valid_to"]
    return bool(body["withdrawn"]) or (ends is not None and str(ends)[:7] <= last)


async def told_offices(session: AsyncSession) -> dict[tuple[str, str], str]:
    """Newest month with a record of each office, as the heartbeats of the networks tell it."""
    told = select(HeartbeatRow.region, col(HeartbeatRow.beat)["last_recorded"])
    found: dict[tuple[str, str], str] = {}
    for region, months in (await session.exec(told)).all():
        for code, month in (months or {}).items():
            found[region, code] = max(month, found.get((region, code), ""))
    return found


async def signs_of_life(session: AsyncSession) -> dict[str, datetime]:
    """When the hub got the newest heartbeat of each network."""
    beats = (await session.exec(select(HeartbeatRow.region, HeartbeatRow.received_at))).all()
    found: dict[str, datetime] = {}
    for region, at in beats:
        found[region] = max(at, found.get(region, at))
    return found


async def follow_ups(session: AsyncSession, regions: Iterable[str] = ()) -> list[tuple[str, FollowUp]]:
    """Follow-ups with their networks (all, or those of some), the order in which they are told."""
    query = select(FollowUpRow).order_by(
        FollowUpRow.region, col(FollowUpRow.closed), col(FollowUpRow.due_on).desc(), col(FollowUpRow.follow_up_id)
    )
    if wanted := list(regions):
        query = query.where(col(FollowUpRow.region).in_(wanted))
    return [(row.region, known(row)) for row in (await session.exec(query)).all()]


async def locked(session: AsyncSession, regions: Sequence[str], follow_up_id: UUID) -> FollowUpRow | None:
    """A follow-up of one of some networks, until the end of the transaction nobody else's; None if there is none."""
    query = (
        select(FollowUpRow)
        .where(col(FollowUpRow.region).in_(regions), FollowUpRow.follow_up_id == follow_up_id)
        .with_for_update()
    )
    return (await session.exec(query)).first()


async def unclosed(session: AsyncSession, finding: str) -> FollowUpRow | None:
    """The follow-up about a finding that is not closed."""
    query = select(FollowUpRow).where(FollowUpRow.finding == finding, ~col(FollowUpRow.closed))
    return (await session.exec(query)).first()


def known(row: FollowUpRow) -> FollowUp:
    """A row as the contract says it."""
    return FollowUp(question=question_of(row.question), answer=answer_of(row.answer))


def row_of(region: str, follow_up: FollowUp) -> FollowUpRow:
    """A follow-up as a row."""
    question = follow_up.question
    return FollowUpRow(
        region=region,
        follow_up_id=question.follow_up_id,
        finding=subject_of(region, question).key,
        closed=question.closed,
        due_on=question.due_on,
        question=question.model_dump(mode="json"),
        answer=follow_up.answer.model_dump(mode="json") if follow_up.answer else None,
    )


async def unclosed_findings(session: AsyncSession) -> dict[str, str]:
    """The follow-up about each finding that has one that is not closed."""
    query = select(FollowUpRow.finding, FollowUpRow.follow_up_id).where(~col(FollowUpRow.closed))
    return {finding: str(key) for finding, key in (await session.exec(query)).all()}
