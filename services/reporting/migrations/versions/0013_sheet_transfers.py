"""Transfers of Good Practice sheets to other networks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "sheet_transfer",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("to_region", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("transfer_id"),
    )
    columns = ["region", "item_id", "to_region"]
    where = sa.text("state <> 'ended'")
    op.create_index("sheet_transfer_once", "sheet_transfer", columns, unique=True, postgresql_where=where)


def downgrade() -> None:
    """Go back."""
    op.drop_table("sheet_transfer")
