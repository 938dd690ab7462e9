"""What ESF+ asks of a participation: status and education on entry, situations after the end (ADR 0017)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (("employment_status", sa.String()), ("education_level", sa.String()), ("esf_participant_id", sa.Uuid()))


def upgrade() -> None:
    """Go to this revision."""
    for name, kind in COLUMNS:
        op.add_column("participation", sa.Column(name, kind, nullable=True))
    op.add_column("participation", sa.Column("after_exit", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.alter_column("participation", "after_exit", server_default=None)


def downgrade() -> None:
    """Go back; what is dropped here is lost."""
    op.drop_column("participation", "after_exit")
    for name, _ in COLUMNS:
        op.drop_column("participation", name)
