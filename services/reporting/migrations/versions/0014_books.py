"""Books: what was ordered and how far it is, and their tables as they were written."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "book",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "region", "quarter")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("as_of", "known_at")),
        sa.Column("since", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("steps", "done", "failed")),
        sa.Column("hash", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("book_id"),
    )
    op.create_index(op.f("ix_book_state"), "book", ["state"])
    op.create_table(
        "book_table",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["book.book_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("book_id", "place"),
    )


def downgrade() -> None:
    """Go back; books can be ordered again."""
    op.drop_table("book_table")
    op.drop_table("book")
