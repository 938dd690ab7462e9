"""The day of recording that an imported row named: a later version may name it again (contracts §5)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("counselling_session", "counselling_group", "counselling_company")


def upgrade() -> None:
    """Go to this revision."""
    for table in TABLES:
        op.add_column(table, sa.Column("row_recorded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for table in TABLES:
        op.drop_column(table, "row_recorded_on")
