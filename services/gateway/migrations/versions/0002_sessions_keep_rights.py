"""Sessions keep who it is and what she may do; sign-ins under way at the provider; used logout tokens."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision; open sessions end, since their rights are not known."""
    op.execute("DELETE FROM sign_in")
    op.add_column("account", sa.Column("jury_group", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("session_id", sa.Uuid(), nullable=False))
    op.add_column("sign_in", sa.Column("name", sa.String(), nullable=False))
    op.add_column("sign_in", sa.Column("role", sa.String(), nullable=False))
    op.add_column("sign_in", sa.Column("carriers", postgresql.JSONB(), nullable=False))
    op.add_column("sign_in", sa.Column("office_id", sa.Uuid(), nullable=True))
    op.add_column("sign_in", sa.Column("jury_group", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("sid", sa.String(), nullable=True))
    op.create_index(op.f("ix_sign_in_sid"), "sign_in", ["sid"], unique=False)
    op.create_unique_constraint("sign_in_session_id_key", "sign_in", ["session_id"])
    op.create_table(
        "token_purpose",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "logout_token",
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("logout_token")
    op.drop_table("sign_in_attempt")
    op.drop_table("token_purpose")
    op.drop_column("account", "jury_group")
    op.drop_constraint("sign_in_session_id_key", "sign_in")
    op.drop_index(op.f("ix_sign_in_sid"), table_name="sign_in")
    for name in ("sid", "jury_group", "office_id", "carriers", "role", "name", "session_id"):
        op.drop_column("sign_in", name)
