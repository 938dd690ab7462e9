"""Drafts of accounts that belong to the whole network have no carrier."""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.alter_column("draft", "carrier_id", nullable=True)


def downgrade() -> None:
    """Go back; drafts without a carrier go."""
    op.execute("DELETE FROM draft WHERE carrier_id IS NULL")
    op.alter_column("draft", "carrier_id", nullable=False)
