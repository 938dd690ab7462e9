"""Equal revisions with different bodies: what a network sends again on the centre's request wins (contracts §3)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import PROMOTED

_SET = ", ".join(f"{name} = wanted.body->>'{name}'" for name in PROMOTED)
# The first body is listed before it goes. The day a fact came stays: figures of past days keep the record. A day of
# recording that the body leaves open is that of receipt at most, as when it came.
REPLACE = text(
    f"""
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS new (
            region text, kind text, entity_id uuid, revision int, withdrawn bool, month text,
            effective_on date, digest bigint, body jsonb)
    ), wanted AS MATERIALIZED (
        SELECT told.region, told.kind, told.entity_id, told.revision, told.withdrawn, told.month, told.digest,
            told.body, fact.effective_on AS before, first.body AS first_body,
            CASE WHEN told.body->>'recorded_on' IS NULL THEN least(told.effective_on, fact.received_on)
                ELSE told.effective_on END AS effective_on
        FROM told JOIN fact USING (region, kind, entity_id, revision)
        LEFT JOIN fact_body first USING (region, kind, entity_id, revision)
        JOIN difference d ON d.region = told.region AND d.kind = told.kind AND d.state = 'wanted'
            AND d.bucket = get_byte(uuid_send(told.entity_id), 0)
        WHERE fact.digest <> told.digest AND NOT EXISTS (
            SELECT FROM fact n WHERE (n.region, n.kind, n.entity_id) = (told.region, told.kind, told.entity_id)
            AND n.revision > told.revision)
    ), listed AS (
        INSERT INTO replaced (region, kind, entity_id, revision, month, replaced_on, body)
        SELECT region, kind, entity_id, revision, month, :today, first_body FROM wanted
    ), bodies AS (
        INSERT INTO fact_body (region, kind, entity_id, revision, body)
        SELECT region, kind, entity_id, revision, body FROM wanted
        ON CONFLICT (region, kind, entity_id, revision) DO UPDATE SET body = excluded.body
    ), arrived AS (
        INSERT INTO arrival (region, kind, day, facts)
        SELECT region, kind, date_trunc('month', least(before, effective_on))::date, count(*) FROM wanted
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (region, kind, day) DO UPDATE SET facts = arrival.facts + excluded.facts
    )
    UPDATE fact SET withdrawn = wanted.withdrawn, month = wanted.month, effective_on = wanted.effective_on,
        digest = wanted.digest, {_SET}
    FROM wanted
    WHERE (fact.region, fact.kind, fact.entity_id, fact.revision)
        = (wanted.region, wanted.kind, wanted.entity_id, wanted.revision)
    RETURNING fact.region, fact.kind, fact.entity_id, fact.revision
    """  # noqa: S608  # names of columns of ours
)


async def replace(session: AsyncSession, facts: Sequence[str], today: date) -> set[tuple[object, ...]]:
    """Replace bodies in wanted buckets by these facts (JSON rows, one per revision); keys of those replaced.

    Only the newest revision of a record, as only that is sent again.
    """
    connection = await session.connection()
    rows = await connection.execute(REPLACE, {"facts": f"[{','.join(facts)}]", "today": today})
    return {tuple(row) for row in rows}
