"""Runs of the retention rules, and participations found by their reference."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "retention_run",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("oldest", sa.Date(), nullable=True),
        sa.Column("newest", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "rule"),
    )
    op.create_index("participation_reference", "participation", ["carrier_id", "person_key"])


def downgrade() -> None:
    """Go back; what a run has let go stays gone."""
    op.drop_index("participation_reference", table_name="participation")
    op.drop_table("retention_run")
