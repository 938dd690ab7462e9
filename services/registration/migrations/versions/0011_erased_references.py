"""References whose persons were erased without being registered, for the journal."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "erased_reference",
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("journaled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("carrier_id", "reference"),
    )


def downgrade() -> None:
    """Go back; what was erased stays erased."""
    op.drop_table("erased_reference")
