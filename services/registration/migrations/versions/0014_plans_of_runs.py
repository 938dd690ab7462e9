"""Plans of runs: the process a run belongs to, why it was cancelled, a token to follow its dates."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ("opening_process", "reason", "calendar_token")


def upgrade() -> None:
    """Go to this revision."""
    for name in COLUMNS:
        op.add_column("training_run", sa.Column(name, sa.String(), nullable=True))
    op.create_unique_constraint("training_run_calendar_token_key", "training_run", ["calendar_token"])


def downgrade() -> None:
    """Go back; links to calendars are lost."""
    op.drop_constraint("training_run_calendar_token_key", "training_run")
    for name in COLUMNS:
        op.drop_column("training_run", name)
