"""Participations at the desk: the person, her company, phases; what describes a measure."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OFFERING = (("title", sa.String()), ("measure", sa.String()), ("units", sa.Integer()))
PARTICIPATION = (
    ("person_id", sa.Uuid()),
    ("company_key", sa.String()),
    ("german_level", sa.String()),
    ("withdrawn_reason", sa.String()),
)


def upgrade() -> None:
    """Go to this revision."""
    for table, columns in (("offering", OFFERING), ("participation", PARTICIPATION)):
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    phases = sa.Column("phases", postgresql.JSONB(), nullable=False, server_default="[]")
    op.add_column("participation", phases)
    op.alter_column("participation", "phases", server_default=None)
    op.create_index("ix_participation_person_id", "participation", ["person_id"])


def downgrade() -> None:
    """Go back; what is dropped here is lost."""
    op.drop_index("ix_participation_person_id", "participation")
    op.drop_column("participation", "phases")
    for table, columns in (("offering", OFFERING), ("participation", PARTICIPATION)):
        for name, _ in columns:
            op.drop_column(table, name)
