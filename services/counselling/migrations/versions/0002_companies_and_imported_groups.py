"""Counsellings of companies; group records may come from a file."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IMPORTED_GROUPS = "counselling_group_carrier_id_external_id_key"


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "counselling_company",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("first_recorded_on", sa.Date(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("programme_line", sa.String(), nullable=False),
        sa.Column("company_is_new", sa.Boolean(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("company_key", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("row_hash", sa.String(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("size_class", sa.String(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("company_id"),
        sa.UniqueConstraint("carrier_id", "external_id"),
    )
    op.create_index("counselling_company_date", "counselling_company", ["carrier_id", "date"], unique=False)
    op.create_index(
        "counselling_company_company",
        "counselling_company",
        ["carrier_id", "company_key", "programme_line"],
        unique=False,
    )
    op.add_column("counselling_group", sa.Column("external_id", sa.String(), nullable=True))
    op.add_column("counselling_group", sa.Column("row_hash", sa.String(), nullable=True))
    op.create_unique_constraint(IMPORTED_GROUPS, "counselling_group", ["carrier_id", "external_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_constraint(IMPORTED_GROUPS, "counselling_group", type_="unique")
    op.drop_column("counselling_group", "row_hash")
    op.drop_column("counselling_group", "external_id")
    op.drop_index("counselling_company_company", table_name="counselling_company")
    op.drop_index("counselling_company_date", table_name="counselling_company")
    op.drop_table("counselling_company")
