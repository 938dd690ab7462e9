"""Columns for what nearly every question asks, bodies apart, and holdings counted as they come (ADR 0004)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PROMOTED = ("origin", "programme_line", "session_type", "seen_before", "nationality", "refugee_background")


def upgrade() -> None:
    """Go to this revision; facts that are there are carried over."""
    op.create_table(
        "fact_body",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("region", "kind", "entity_id", "revision"),
    )
    op.create_table(
        "holding",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region", "kind", "day"),
    )
    for name in PROMOTED:
        op.add_column("fact", sa.Column(name, sa.String(), nullable=True))
    op.execute("INSERT INTO fact_body SELECT region, kind, entity_id, revision, body FROM fact")
    op.execute("UPDATE fact SET " + ", ".join(f"{name} = body->>'{name}'" for name in PROMOTED))  # noqa: S608  # ours
    op.execute(
        """
        INSERT INTO holding (region, kind, day, records)
        SELECT region, kind, day, count(*) FROM (
            SELECT region, kind, entity_id, min(received_on) AS day FROM fact GROUP BY region, kind, entity_id
        ) AS first_seen
        GROUP BY region, kind, day
        """
    )
    op.drop_column("fact", "body")


def downgrade() -> None:
    """Go back to bodies in the fact table."""
    op.add_column("fact", sa.Column("body", postgresql.JSONB(), nullable=True))
    op.execute(
        """
        UPDATE fact SET body = fact_body.body FROM fact_body
        WHERE (fact.region, fact.kind, fact.entity_id, fact.revision)
            = (fact_body.region, fact_body.kind, fact_body.entity_id, fact_body.revision)
        """
    )
    op.alter_column("fact", "body", nullable=False)
    for name in PROMOTED:
        op.drop_column("fact", name)
    op.drop_table("holding")
    op.drop_table("fact_body")
