"""What reporting holds and knows beside the figures: coverage, parked messages, and whether anything changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import (
    ArrivalRow,
    AskedRow,
    ExpectedRow,
    HeartbeatRow,
    HoldingRow,
    KeptAnswerRow,
)
from shared.contracts.asking import FiguresAsked, FiguresTold
from shared.contracts.heartbeat import HEARTBEATS
from shared.inbox import ParkedRow
from shared.topology import CENTRE, load_topology

# A row's transaction changes with every commit, also where a stream began anew and its sequence is lower. A heartbeat
# changes an answer only by what it says is to be expected.
STAMP = text(
    """
    SELECT (SELECT string_agg(stream || ':' || sequence || ':' || xmin, ',' ORDER BY stream) FROM ingest_cursor
            WHERE stream <> :heartbeats),
           (SELECT count(*) || ':' || coalesce(sum(records), 0) FROM expected)
    """
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete a network's records are: held here, and as the network says (never below what is held)."""

    region: str
    records: int
    expected: int
    last_heartbeat: datetime | None = None
    outbox_depth: int | None = None
    oldest_undelivered_seconds: int | None = None

    @property
    def answered(self) -> bool:
        """Whether the network's records arrived, or it has none."""
        return self.records > 0 or self.expected == 0


async def stamp(session: AsyncSession) -> str:
    """Changes whenever something was taken in."""
    connection = await session.connection()
    return str(tuple((await connection.execute(STAMP, {"heartbeats": HEARTBEATS})).one()))


async def arrivals(session: AsyncSession, kinds: Sequence[str], as_of: date) -> int:
    """Facts of some kinds that count by a day; grows whenever a figure with that `as_of` may have changed."""
    query = select(func.coalesce(func.sum(ArrivalRow.facts), 0))
    query = query.where(col(ArrivalRow.kind).in_(kinds), col(ArrivalRow.day) <= as_of)
    return int((await session.exec(query)).one())


async def coverage(session: AsyncSession, network: str, known_at: date, kinds: Sequence[str] = ()) -> list[Coverage]:
    """Coverage of each network that had reported by the end of a day, of all or some kinds of records.

    In a network there is only its own, and nothing more to expect.
    """
    held = await _counts(session, _held(known_at, kinds))
    told = await _counts(session, _told(known_at, kinds))
    beats = await _heartbeats(session)
    found = []
    for region in load_topology() if network == CENTRE else (network,):
        records, last = held.get(region, 0), beats.get(region)
        if network == CENTRE and region not in held and region not in told:
            continue
        expected = max(records, told.get(region, 0))
        if last is None:
            found.append(Coverage(region, records, expected))
        else:
            found.append(Coverage(region, records, expected, *last))
    return found


def _held(known_at: date, kinds: Sequence[str]) -> Select[str, int]:
    held = select(col(HoldingRow.region), func.sum(HoldingRow.records))
    held = held.where(col(HoldingRow.day) <= known_at, col(HoldingRow.records) != 0)
    if kinds:
        held = held.where(col(HoldingRow.kind).in_(kinds))
    return held.group_by(col(HoldingRow.region))


def _told(known_at: date, kinds: Sequence[str]) -> Select[Any]:
    last = select(ExpectedRow).ext(distinct_on(col(ExpectedRow.region), col(ExpectedRow.kind)))
    last = last.where(col(ExpectedRow.day) <= known_at)
    if kinds:
        last = last.where(col(ExpectedRow.kind).in_(kinds))
    told = last.order_by(col(ExpectedRow.region), col(ExpectedRow.kind), col(ExpectedRow.day).desc()).subquery()
    return select(told.c.region, func.sum(told.c.records)).group_by(told.c.region)


async def _counts(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> dict[str, int]:
    connection = await session.connection()
    return {region: int(count) for region, count in await connection.execute(query)}


async def _heartbeats(session: AsyncSession) -> dict[str, tuple[datetime, int, int]]:
    """Per network: the latest heartbeat, the outbox rows of all its services, the age of the oldest in seconds."""
    connection = await session.connection()
    query = select(col(HeartbeatRow.region), col(HeartbeatRow.received_at), col(HeartbeatRow.beat))
    found: dict[str, list[tuple[datetime, int, int]]] = defaultdict(list)
    for region, at, beat in await connection.execute(query):
        found[region].append((at, beat["outbox_depth"], beat["oldest_undelivered_seconds"]))
    return {
        region: (max(at for at, _, _ in beats), sum(depth for _, depth, _ in beats), max(age for _, _, age in beats))
        for region, beats in found.items()
    }


async def note_asked(
    session: AsyncSession, asked_id: UUID, at: datetime, asked: FiguresAsked, *, answered: bool
) -> None:
    """Write down a question of the centre."""
    session.add(AskedRow(asked_id=asked_id, asked_at=at, question=asked.model_dump(mode="json"), answered=answered))


async def asked_questions(session: AsyncSession, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
    """Questions of the centre, newest first, and how many there are."""
    query = select(AskedRow).order_by(col(AskedRow.asked_at).desc(), col(AskedRow.asked_id))
    rows = (await session.exec(query.limit(limit).offset(offset))).all()
    total = (await session.exec(select(func.count()).select_from(AskedRow))).one()
    return [row.question | {"asked_at": row.asked_at, "answered": row.answered} for row in rows], total


async def kept_answers(session: AsyncSession, question: str, regions: Sequence[str]) -> dict[str, FiguresTold]:
    """Answers of networks that were kept."""
    query = select(KeptAnswerRow).where(KeptAnswerRow.question == question, col(KeptAnswerRow.region).in_(regions))
    return {row.region: FiguresTold.model_validate(row.answer) for row in (await session.exec(query)).all()}


async def keep_answers(session: AsyncSession, question: str, told: Mapping[str, FiguresTold], today: date) -> None:
    """Keep answers of networks; the first one about a question stays."""
    rows = [
        {"question": question, "region": region, "answered_on": today, "answer": answer.model_dump(mode="json")}
        for region, answer in sorted(told.items())
    ]
    await session.exec(insert(KeptAnswerRow).values(rows).on_conflict_do_nothing())


async def parked(session: AsyncSession, limit: int, offset: int) -> dict[str, Any]:
    """Parked messages, newest first, without their content; `fates` counts them."""
    connection = await session.connection()
    columns = ("id", "stream", "sequence", "subject", "fate", "reason", "parked_on")
    query = select(*(getattr(ParkedRow, name) for name in columns)).order_by(col(ParkedRow.id).desc())
    items = [dict(row) for row in (await connection.execute(query.limit(limit).offset(offset))).mappings()]
    fates = select(col(ParkedRow.fate), func.count()).group_by(col(ParkedRow.fate))
    counts = {row[0]: row[1] for row in await connection.execute(fates)}
    return {"items": items, "fates": counts, "total": sum(counts.values())}
