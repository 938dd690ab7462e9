"""Views of any page instead of special requests only; comments on figures; marks of the last visit.

Facts are found by the day they came here: what is new since a day is asked on every visit.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go to this revision; saved requests become views of the page of special requests."""
    _views()
    _comments()
    op.create_table(
        "last_visit",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("fact_received", "fact", ["received_on"])
    op.execute(
        "INSERT INTO saved_view (view_id, owner, name, path, shared, start, revision, saved_on, shared_at) "
        "SELECT request_id, owner, name, '/anfrage?' || query, shared, false, 1, saved_on, "
        "CASE WHEN shared THEN saved_on::timestamptz END FROM saved_request"
    )
    op.drop_table("saved_request")


def _views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.Column("shared_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("view_id"),
    )
    op.create_index(op.f("ix_saved_view_owner"), "saved_view", ["owner"])


def _comments() -> None:
    op.create_table(
        "figure_comment",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("answers_to", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("passport", postgresql.JSONB(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("comment_id"),
    )
    op.create_index(op.f("ix_figure_comment_about"), "figure_comment", ["about"])
    op.create_index(op.f("ix_figure_comment_answers_to"), "figure_comment", ["answers_to"])


def downgrade() -> None:
    """Go back; views of other pages, comments and marks are lost."""
    op.create_table(
        "saved_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index(op.f("ix_saved_request_owner"), "saved_request", ["owner"])
    op.execute(
        "INSERT INTO saved_request SELECT view_id, owner, name, substr(path, 10), shared, saved_on FROM saved_view "
        "WHERE path LIKE '/anfrage?%'"
    )
    op.drop_index("fact_received", "fact")
    for table in ("last_visit", "figure_comment", "saved_view"):
        op.drop_table(table)
