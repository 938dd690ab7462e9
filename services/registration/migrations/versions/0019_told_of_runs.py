"""What is told of a run elsewhere: registrations that wait for the decision, and its public link."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("training_run", sa.Column("registered", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("training_run", "registered", server_default=None)
    op.add_column("training_run", sa.Column("registration_url", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("training_run", "registration_url")
    op.drop_column("training_run", "registered")
