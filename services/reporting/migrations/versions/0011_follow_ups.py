"""Follow-ups on findings of data quality: asked by the centre, answered by a network."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "follow_up",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("region", "follow_up_id"),
    )
    op.create_index("ix_follow_up_finding", "follow_up", ["finding"])


def downgrade() -> None:
    """Go back; what was asked is lost."""
    op.drop_index("ix_follow_up_finding", "follow_up")
    op.drop_table("follow_up")
