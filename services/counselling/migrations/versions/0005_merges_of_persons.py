"""Merges of persons: who became whom, and for whom a session was recorded."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE, INDEX = "counselling_session", "counselling_session_recorded_person"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column(TABLE, sa.Column("recorded_person_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE counselling_session SET recorded_person_id = person_id WHERE person_id IS NOT NULL")
    op.create_index(INDEX, TABLE, ["carrier_id", "recorded_person_id"], unique=False)
    op.create_table(
        "counselling_merge",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(op.f("ix_counselling_merge_carrier_id"), "counselling_merge", ["carrier_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("counselling_merge")
    op.drop_index(INDEX, table_name=TABLE)
    op.drop_column(TABLE, "recorded_person_id")
