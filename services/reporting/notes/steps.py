"""What became of facts since a day, by the two clocks: one statement over what arrived since (design 9)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.notes.rules import Step
from shared import clock

# Most records have one revision: those that came since were not there before, and need no second look. Of the others
# (`again`) is told how they stood by the end of the day before, and how they stand now. A record that was
# withdrawn before and still is, or was never in force, changed no figure.
STEPS = text(
    """
    WITH again AS (
        SELECT DISTINCT region, kind, entity_id FROM fact
        WHERE received_on >= :day AND kind = ANY(:kinds) AND revision > 1
    ), stands AS (
        SELECT t.region, t.kind, b.programme_line AS before, coalesce(a.programme_line, b.programme_line) AS after,
            CASE WHEN a.withdrawn THEN CASE WHEN b.withdrawn IS FALSE THEN 'withdrawn' END
                WHEN b.withdrawn THEN 'restored'
                WHEN b.withdrawn IS FALSE THEN CASE WHEN a.revision > b.revision THEN 'corrected' END
                WHEN a.month < :month THEN 'late'
                ELSE 'new' END AS step,
            a.effective_on < :day AS delayed
        FROM again t
        CROSS JOIN LATERAL (
            SELECT f.revision, f.withdrawn, f.programme_line, f.month, f.effective_on FROM fact f
            WHERE f.region = t.region AND f.kind = t.kind AND f.entity_id = t.entity_id AND f.effective_on <= :today
            ORDER BY f.revision DESC LIMIT 1
        ) a
        LEFT JOIN LATERAL (
            SELECT f.revision, f.withdrawn, f.programme_line FROM fact f
            WHERE f.region = t.region AND f.kind = t.kind AND f.entity_id = t.entity_id
                AND f.effective_on < :day AND f.received_on < :day
            ORDER BY f.revision DESC LIMIT 1
        ) b ON true
    )
    SELECT region, kind, NULL, programme_line, CASE WHEN month < :month THEN 'late' ELSE 'new' END,
        count(*), count(*) FILTER (WHERE effective_on < :day)
    FROM fact f
    WHERE received_on >= :day AND kind = ANY(:kinds) AND revision = 1 AND NOT withdrawn AND effective_on <= :today
        AND NOT EXISTS (
            SELECT FROM fact n
            WHERE n.region = f.region AND n.kind = f.kind AND n.entity_id = f.entity_id AND n.revision > 1
        )
    GROUP BY region, kind, programme_line, month < :month
    UNION ALL
    SELECT region, kind, before, after, step, count(*), count(*) FILTER (WHERE delayed)
    FROM stands WHERE step IS NOT NULL
    GROUP BY region, kind, before, after, step
    """
)


async def steps_since(session: AsyncSession, day: date, today: date, kinds: Sequence[str]) -> list[Step]:
    """Steps of records of some kinds since the beginning of a day, as of today."""
    values = {"day": day, "month": clock.month_of(day), "kinds": list(kinds), "today": today}
    return [Step(*row) for row in await (await session.connection()).execute(STEPS, values)]
