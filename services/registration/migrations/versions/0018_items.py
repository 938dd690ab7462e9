"""Items at the desk: what a kind asks, review, the released sheet."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED = ("run_id", "details", "review", "public_sheet", "released_on", "reason")


def upgrade() -> None:
    """Go to this revision; items from files have no sheet yet."""
    op.add_column("item", sa.Column("run_id", sa.Uuid(), nullable=True))
    op.add_column("item", sa.Column("details", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.add_column("item", sa.Column("review", sa.String(), nullable=False, server_default="open"))
    op.add_column("item", sa.Column("public_sheet", postgresql.JSONB(), nullable=True))
    op.add_column("item", sa.Column("released_on", sa.Date(), nullable=True))
    op.add_column("item", sa.Column("reason", sa.String(), nullable=True))
    for name in ("details", "review"):
        op.alter_column("item", name, server_default=None)
    op.create_index("item_kind", "item", ["item_kind", "carrier_id"])
    op.create_index(op.f("ix_item_run_id"), "item", ["run_id"])


def downgrade() -> None:
    """Go back. Entries that nobody outside knew go; they have no state there."""
    op.execute("DELETE FROM item WHERE state = 'draft'")
    op.drop_index(op.f("ix_item_run_id"), "item")
    op.drop_index("item_kind", "item")
    for name in ADDED:
        op.drop_column("item", name)
