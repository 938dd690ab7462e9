"""Names of accounts, kept for the page of the audit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision; whoever is signed in has a name already."""
    op.create_table(
        "account_name",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index(op.f("ix_account_name_name"), "account_name", ["name"], unique=False)
    op.execute(
        "INSERT INTO account_name SELECT DISTINCT ON (username) username, name, created_at FROM sign_in "
        "WHERE name <> '' ORDER BY username, created_at DESC"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("account_name")
