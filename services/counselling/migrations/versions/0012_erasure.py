"""Erasure of persons: tombstones of imported rows, and sessions whose person was erased."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "tombstone",
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("hashed", sa.String(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("carrier_id", "hashed"),
    )
    op.add_column("counselling_session", sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("counselling_session", "erased", server_default=None)


def downgrade() -> None:
    """Go back; what was erased stays erased, and its rows could be imported again."""
    op.drop_column("counselling_session", "erased")
    op.drop_table("tombstone")
