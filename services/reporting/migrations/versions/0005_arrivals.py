"""How many facts count from which day on: what a remembered figure depends on (ADR 0004)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision; facts that are there are counted."""
    op.create_table(
        "arrival",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region", "kind", "day"),
    )
    op.execute(
        """
        INSERT INTO arrival (region, kind, day, facts)
        SELECT region, kind, date_trunc('month', effective_on), count(*) FROM fact GROUP BY 1, 2, 3
        """
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("arrival")
