"""What the centre holds of this service's records, where it is ahead, and which buckets were sent again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "centre_state",
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("differed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("context"),
    )
    op.create_table(
        "ahead",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "entity_id"),
    )
    op.create_table(
        "resent",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "bucket"),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("resent", "ahead", "centre_state"):
        op.drop_table(table)
