"""Questions asked of a network, answers kept at the centre, saved requests (design 13)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "asked",
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("asked_id"),
    )
    op.create_index(op.f("ix_asked_asked_at"), "asked", ["asked_at"])
    op.create_table(
        "kept_answer",
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("question", "region"),
    )
    op.create_table(
        "saved_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index(op.f("ix_saved_request_owner"), "saved_request", ["owner"])


def downgrade() -> None:
    """Go back."""
    for table in ("saved_request", "kept_answer", "asked"):
        op.drop_table(table)
