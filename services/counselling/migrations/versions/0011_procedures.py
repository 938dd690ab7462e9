"""Recognition procedures, their stages, and the directory of competent authorities."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "procedure",
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("programme_line", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference_occupation", sa.String(), nullable=True),
        sa.Column("land", sa.String(), nullable=True),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("specialized", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reached", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("procedure_id"),
    )
    op.create_index("procedure_case", "procedure", ["case_id"], unique=False)
    op.create_table(
        "procedure_stage",
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("stage_id"),
    )
    op.create_index("procedure_stage_procedure", "procedure_stage", ["procedure_id"], unique=False)
    op.create_index("procedure_stage_case", "procedure_stage", ["case_id"], unique=False)
    op.create_table(
        "authority",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("row_recorded_on", sa.Date(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("row_hash", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("occupations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("land", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("last_checked", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("authority_id"),
        sa.UniqueConstraint("external_id"),
    )


def downgrade() -> None:
    """Go back; procedures and the directory go."""
    op.drop_table("authority")
    op.drop_table("procedure_stage")
    op.drop_table("procedure")
