"""Where a network's heartbeat and the records held here differ, bucket by bucket (design 6, decision 0013).

A bucket is `seen` to differ once, `wanted` from the second heartbeat on, and `ahead` when all of the difference are
records that the network does not have any more: those no sending again can bring.
"""

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.facts import ALONE
from services.reporting.tables import DifferenceRow, SetBackRow
from shared import clock
from shared.contracts.digests import BUCKETS
from shared.contracts.heartbeat import Heartbeat
from shared.contracts.registry import EVENTS
from shared.contracts.wanted import RecordsTold

SEEN, WANTED, AHEAD = "seen", "wanted", "ahead"
ASK_AFTER = 2
"""Comparisons with the same difference after which the network is asked for the records of a wanted bucket."""
Key = tuple[str, int]
Pair = tuple[int, int]

HELD = text(
    """
    SELECT kind, get_byte(uuid_send(entity_id), 0) AS bucket, count(*), sum(digest)
    FROM fact f
    WHERE region = :region AND kind = ANY(:kinds) AND NOT EXISTS (
        SELECT FROM fact n WHERE (n.region, n.kind, n.entity_id) = (f.region, f.kind, f.entity_id)
        AND n.revision > f.revision AND n.revision > 1)
    GROUP BY 1, 2
    """
)
NEWEST = text(
    """
    SELECT DISTINCT ON (entity_id) entity_id, revision, digest, month
    FROM fact
    WHERE region = :region AND kind = :kind AND get_byte(uuid_send(entity_id), 0) = :bucket
    ORDER BY entity_id, revision DESC
    """
)
# Where facts went away, what was counted as they came is counted again; else what comes again would count twice.
FORGET = text("DELETE FROM holding WHERE region = :region AND kind = ANY(:kinds)")
RECOUNT = text(
    """
    INSERT INTO holding (region, kind, day, records)
    SELECT region, kind, day, count(*) FROM (
        SELECT region, kind, min(received_on) AS day FROM fact
        WHERE region = :region AND kind = ANY(:kinds) GROUP BY region, kind, entity_id
    ) AS first_seen
    GROUP BY region, kind, day
    """
)


class Held(NamedTuple):
    """What is held of a service's records: how many by kind, and the sum of each bucket (signed)."""

    records: dict[str, int]
    sums: dict[Key, int]


def kinds_of(context: str) -> list[str]:
    """Kinds of records a service sends to the centre."""
    return [event.kind for event in EVENTS.values() if event.name.context == context and event.lean is not None]


def signed(total: int) -> int:
    """A sum modulo 2^64 as PostgreSQL's BIGINT holds it."""
    return (total + (1 << 63)) % (1 << 64) - (1 << 63)


def told_sums(beat: Heartbeat, context: str) -> dict[Key, int]:
    """Bucket sums (signed) of a heartbeat; a kind it leaves out has no records, one that cannot be read is left out."""
    sums: dict[Key, int] = {}
    for kind in kinds_of(context):
        state = beat.kinds.get(kind)
        try:
            content = base64.b64decode(state.buckets, validate=True) if state else bytes(8 * BUCKETS)
        except ValueError:
            continue
        if len(content) == 8 * BUCKETS:
            parts = (content[8 * bucket : 8 * bucket + 8] for bucket in range(BUCKETS))
            sums |= {(kind, bucket): int.from_bytes(part, "big", signed=True) for bucket, part in enumerate(parts)}
    return sums


async def held_sums(session: AsyncSession, region: str, context: str) -> Held:
    """Sums over the newest revision of each record held."""
    records = dict.fromkeys(kinds_of(context), 0)
    sums: dict[Key, int] = {}
    connection = await session.connection()
    values = {"region": region, "kinds": list(records)}
    for kind, bucket, count, total in await connection.execute(HELD, values):
        records[kind] += count
        sums[kind, bucket] = signed(int(total))
    return Held(records, sums)


def differing(told: Mapping[Key, int], held: Mapping[Key, int]) -> dict[Key, Pair]:
    """Buckets that differ, with both sums."""
    return {key: (value, held.get(key, 0)) for key, value in told.items() if value != held.get(key, 0)}


def judge(row: DifferenceRow | None, region: str, key: Key, sums: Pair, now: datetime) -> DifferenceRow:
    """What a bucket is after one more comparison in which it differs."""
    told, held = sums
    if row is None:
        return DifferenceRow(region=region, kind=key[0], bucket=key[1], state=SEEN, told=told, held=held, since=now)
    same = (row.told, row.held) == sums
    if row.state == SEEN:
        row.state = WANTED
    elif row.state == WANTED:
        row.unchanged = row.unchanged + 1 if same else 0
    elif not same:  # something came beside the records ahead: want it, and look again
        row.state, row.unchanged = WANTED, ASK_AFTER
    row.told, row.held = sums
    return row


async def note(
    session: AsyncSession, region: str, context: str, told: Mapping[Key, int], held: Mapping[Key, int]
) -> list[Key]:
    """Keep what differs now and forget what does not, in the caller's transaction; buckets to ask the network about."""
    found = differing(told, held)
    query = select(DifferenceRow).where(DifferenceRow.region == region, col(DifferenceRow.kind).in_(kinds_of(context)))
    known = {(row.kind, row.bucket): row for row in (await session.exec(query)).all()}
    for kind, bucket in known.keys() - found.keys():
        await session.delete(known[kind, bucket])
        await _forget_ahead(session, region, kind, bucket)
    before = {key for key, row in known.items() if row.state != SEEN}
    rows = {key: judge(known.get(key), region, key, sums, clock.now()) for key, sums in found.items()}
    session.add_all(rows.values())
    newly = {key[0] for key, row in rows.items() if row.state == WANTED and key not in before}
    await recount(session, region, sorted(newly))
    return [key for key, row in sorted(rows.items()) if row.state == WANTED and row.unchanged >= ASK_AFTER]


async def recount(session: AsyncSession, region: str, kinds: Iterable[str]) -> None:
    """Count the holdings of some kinds anew from the facts."""
    values = {"region": region, "kinds": list(kinds)}
    if values["kinds"]:
        connection = await session.connection()
        await connection.execute(ALONE, {"region": region})
        await connection.execute(FORGET, values)
        await connection.execute(RECOUNT, values)


async def newest(session: AsyncSession, region: str, key: Key) -> dict[str, tuple[int, int, str | None]]:
    """Revision, digest and month of the records held in a bucket, by id."""
    connection = await session.connection()
    rows = await connection.execute(NEWEST, {"region": region, "kind": key[0], "bucket": key[1]})
    return {str(entity_id): (revision, digest, month) for entity_id, revision, digest, month in rows}


async def explain(
    session: AsyncSession, region: str, key: Key, here: Mapping[str, tuple[int, int, str | None]], told: RecordsTold
) -> None:
    """List the records of a bucket that the network does not have any more; when they are all, it is not wanted.

    `here` was read before the network was asked, so that a record on its way is not taken for one it lacks.
    """
    kind, bucket = key
    there = {str(entity_id): (revision, digest) for entity_id, revision, digest in told.records or ()}
    ahead = {name: entry for name, entry in here.items() if there.get(name, (0, 0))[0] < entry[0]}
    others = [name for name, entry in there.items() if name not in ahead and here.get(name, (0, 0))[:2] != entry]
    await _forget_ahead(session, region, kind, bucket)
    session.add_all(
        SetBackRow(
            region=region, kind=kind, entity_id=UUID(name), bucket=bucket, revision=revision, month=month,
            told=there.get(name, (0, 0))[0], since=clock.today(),
        )
        for name, (revision, _, month) in ahead.items()
    )  # fmt: skip
    row = await session.get(DifferenceRow, (region, kind, bucket))
    if row is not None and ahead and not others:
        row.state = AHEAD
        session.add(row)


async def _forget_ahead(session: AsyncSession, region: str, kind: str, bucket: int) -> None:
    where = (col(SetBackRow.region) == region, col(SetBackRow.kind) == kind, col(SetBackRow.bucket) == bucket)
    await session.exec(delete(SetBackRow).where(*where))
