"""Role and carriers of named accounts: who is a colleague of whom."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision; who has signed in before is a colleague from her next sign-in on."""
    op.add_column("account_name", sa.Column("role", sa.String(), server_default="", nullable=False))
    op.add_column("account_name", sa.Column("carriers", JSONB(), server_default="[]", nullable=False))
    op.alter_column("account_name", "role", server_default=None)
    op.alter_column("account_name", "carriers", server_default=None)


def downgrade() -> None:
    """Go back."""
    op.drop_column("account_name", "carriers")
    op.drop_column("account_name", "role")
