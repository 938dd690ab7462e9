"""What a member of the Good Practice board represents: nobody rates the own network or unit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
TABLES = ("account", "sign_in")


def upgrade() -> None:
    """Go to this revision; sessions of the jury end, since what they represent is not known."""
    op.execute("DELETE FROM sign_in WHERE role = 'jury'")
    for table in TABLES:
        op.add_column(table, sa.Column("jury_represents", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for table in TABLES:
        op.drop_column(table, "jury_represents")
