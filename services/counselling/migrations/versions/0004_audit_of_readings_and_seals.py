"""Audit of readings: lists name their records; seals over the rows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.alter_column("audit", "entity_id", nullable=True)
    op.alter_column("audit", "revision", nullable=True)
    op.add_column("audit", sa.Column("listed", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.create_index("audit_carrier", "audit", ["carrier_id", "seq"])
    op.create_index("audit_entity", "audit", ["entity_id"])
    op.create_index("audit_listed", "audit", ["listed"], postgresql_using="gin")
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    """Go back; what was read goes with its column, as the table before could not say it."""
    op.drop_table("audit_seal")
    op.drop_index("audit_listed", table_name="audit")
    op.drop_index("audit_entity", table_name="audit")
    op.drop_index("audit_carrier", table_name="audit")
    op.execute("DELETE FROM audit WHERE entity_id IS NULL OR revision IS NULL")
    op.drop_column("audit", "listed")
    op.alter_column("audit", "revision", nullable=False)
    op.alter_column("audit", "entity_id", nullable=False)
