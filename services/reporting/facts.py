"""Facts from events: revisions in any order, any number of times, give equal tables (design 5, 9)."""

import calendar
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.replacing import replace
from services.reporting.tables import PROMOTED
from shared import clock
from shared.contracts.base import Revision, canonical
from shared.contracts.digests import record_digest
from shared.contracts.envelope import ContractError
from shared.messaging.batch import Parked
from shared.messaging.ingest import Received

CONFLICT = "conflicting body for the same revision"
_PROMOTED = ", ".join(PROMOTED)
# One statement and one parameter for a batch: PostgreSQL takes JSON apart faster than a driver quotes arrays of it.
# Sorted, so that two workers on one stream never wait for each other. The statement sees the table as it was before it:
# that tells which records came here for the first time (or, told in another order, on an earlier day).
KEEP = text(
    f"""
    WITH told AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS new (
            region text, kind text, entity_id uuid, revision int, withdrawn bool, month text,
            effective_on date, received_on date, digest bigint, body jsonb
        )
        ORDER BY region, kind, entity_id, revision
    ), kept AS (
        INSERT INTO fact (region, kind, entity_id, revision, withdrawn, month, effective_on, received_on, digest,
            {_PROMOTED})
        SELECT region, kind, entity_id, revision, withdrawn, month, effective_on, received_on, digest,
            {", ".join(f"body->>'{name}'" for name in PROMOTED)}
        FROM told
        ON CONFLICT DO NOTHING
        RETURNING region, kind, entity_id, revision, effective_on, received_on, digest
    ), bodies AS (
        INSERT INTO fact_body (region, kind, entity_id, revision, body)
        SELECT DISTINCT ON (region, kind, entity_id, revision) region, kind, entity_id, revision, body
        FROM told JOIN kept USING (region, kind, entity_id, revision, digest)
        ON CONFLICT (region, kind, entity_id, revision) DO UPDATE SET body = excluded.body
    ), arrived AS (
        INSERT INTO arrival (region, kind, day, facts)
        SELECT region, kind, day, count(*) FROM (
            SELECT region, kind, CASE WHEN effective_on >= received_on - 40 THEN effective_on
                ELSE date_trunc('month', effective_on)::date END AS day
            FROM kept
        ) AS days
        GROUP BY region, kind, day ORDER BY region, kind, day
        ON CONFLICT (region, kind, day) DO UPDATE SET facts = arrival.facts + excluded.facts
    ), touched AS (
        SELECT region, kind, entity_id, min(received_on) AS day,
            (SELECT min(received_on) FROM fact f
             WHERE f.region = kept.region AND f.kind = kept.kind AND f.entity_id = kept.entity_id) AS before
        FROM kept GROUP BY region, kind, entity_id
    ), held AS (
        INSERT INTO holding (region, kind, day, records)
        SELECT region, kind, day, sum(change) FROM (
            SELECT region, kind, day, 1 AS change FROM touched WHERE before IS NULL OR day < before
            UNION ALL SELECT region, kind, before, -1 FROM touched WHERE day < before
        ) AS changes
        GROUP BY region, kind, day ORDER BY region, kind, day
        ON CONFLICT (region, kind, day) DO UPDATE SET records = holding.records + excluded.records
    )
    SELECT count(*) FROM kept
    """  # noqa: S608  # names of columns of ours
)
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('facts:' || :region, 0))")
KEPT = text(
    """
    SELECT region, kind, entity_id, revision, fact.digest
    FROM fact
    JOIN jsonb_to_recordset(CAST(:facts AS jsonb)) AS asked (region text, kind text, entity_id uuid, revision int)
    USING (region, kind, entity_id, revision)
    """
)


class Fact(NamedTuple):
    """One row of the fact table; `body` is the canonical JSON as it was sent."""

    region: str
    kind: str
    entity_id: UUID
    revision: int
    withdrawn: bool
    month: str | None
    effective_on: date
    received_on: date
    digest: int
    body: str

    @property
    def key(self) -> tuple[str, str, UUID, int]:
        """What names a revision."""
        return self[:4]

    def json(self) -> str:
        """The row as JSON, written by hand: the body is JSON already, codes and days need no quoting."""
        month = f'"{self.month}"' if self.month else "null"
        return (
            f'{{"region":"{self.region}","kind":"{self.kind}","entity_id":"{self.entity_id}",'
            f'"revision":{self.revision},"withdrawn":{"true" if self.withdrawn else "false"},"month":{month},'
            f'"effective_on":"{self.effective_on}","received_on":"{self.received_on}","digest":{self.digest},'
            f'"body":{self.body}}}'
        )


def effective_day(recorded_on: date | None, month: str | None, received_on: date) -> date:
    """The day from which a revision counts under `as_of` (contracts §4).

    A session's `recorded_on` is null on `up` when it lies in the session's own month: it counts by the end of that
    month, in the running month from the day it was received.
    """
    if recorded_on is not None:
        return recorded_on
    if month is None:
        return received_on
    return min(_last_day(month), received_on)


@lru_cache(maxsize=1024)
def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def month_of_body(body: Revision) -> str | None:
    """The month a record counts in: its own, or that of the entry of a participation."""
    for name in ("month", "month_entered"):
        if (month := getattr(body, name, None)) is not None:
            return str(month)
    return None


def fact_of(event: Received, received_on: date) -> Fact:
    """The fact that an event received on a day tells."""
    body, content = event.body, canonical(event.raw)
    entity_id, month = getattr(body, event.event.id_field), month_of_body(body)
    return Fact(
        region=event.envelope.region,
        kind=event.event.kind,
        entity_id=entity_id,
        revision=body.revision,
        withdrawn=body.withdrawn,
        month=month,
        effective_on=effective_day(getattr(body, "recorded_on", None), month, received_on),
        received_on=received_on,
        digest=record_digest(entity_id, body.revision, content),
        body=content.decode(),
    )


async def keep(session: AsyncSession, events: Sequence[Received]) -> list[Parked]:
    """Keep events received today; see `keep_on`."""
    return await keep_on(session, events, clock.today())


async def keep_on(session: AsyncSession, events: Sequence[Received], day: date) -> list[Parked]:
    """Keep events received on a day as facts in the caller's transaction; returns those that contradict what is kept.

    What never leaves its network (profiles, merges of persons) is no fact. The first body of a revision stays; another
    one for the same revision is parked, unless it was sent again from a bucket that the centre wants: then it wins, and
    the first is listed as replaced.
    """
    told = [(event, fact_of(event, day)) for event in events if event.event.lean is not None]
    if not told:
        return []
    connection = await session.connection()
    facts = {"facts": f"[{','.join(fact.json() for _, fact in told)}]"}
    for region in sorted({fact.region for _, fact in told}):
        await connection.execute(ALONE, {"region": region})  # else two workers might both count a record as new
    if await connection.scalar(KEEP, facts) == len(told):
        return []
    kept = {tuple(row[:4]): row[4] for row in await connection.execute(KEPT, facts)}
    refused = {fact.key: fact.json() for _, fact in told if kept[fact.key] != fact.digest}
    if not refused:
        return []
    replaced = await replace(session, list(refused.values()), day)
    return [
        Parked(event.message, ContractError(CONFLICT))
        for event, fact in told
        if fact.key in refused.keys() - replaced and kept[fact.key] != fact.digest
    ]
