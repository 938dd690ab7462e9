"""Offerings, participations, items, and units of the structure that come from a file."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "offering",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("row_hash", sa.String(), nullable=True),
        sa.Column("row_recorded_on", sa.Date(), nullable=True),
        sa.Column("programme_line", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("target_groups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("offering_id"),
        sa.UniqueConstraint("carrier_id", "external_id"),
    )
    op.create_table(
        "participation",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("row_hash", sa.String(), nullable=True),
        sa.Column("row_recorded_on", sa.Date(), nullable=True),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("programme_line", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=True),
        sa.Column("nationality", sa.String(), nullable=False),
        sa.Column("refugee_background", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("age_group", sa.String(), nullable=False),
        sa.Column("reference_occupation", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("came_from_counselling", sa.String(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("success", sa.String(), nullable=True),
        sa.Column("ended_recorded_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("participation_id"),
        sa.UniqueConstraint("carrier_id", "external_id"),
    )
    op.create_index("participation_offering", "participation", ["carrier_id", "offering_id"], unique=False)
    op.create_table(
        "item",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("row_hash", sa.String(), nullable=True),
        sa.Column("row_recorded_on", sa.Date(), nullable=True),
        sa.Column("item_kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("item_id"),
        sa.UniqueConstraint("carrier_id", "external_id"),
    )
    op.add_column("meeting", sa.Column("row_recorded_on", sa.Date(), nullable=True))
    op.add_column("structure", sa.Column("external_id", sa.String(), nullable=True))
    op.add_column("structure", sa.Column("row_hash", sa.String(), nullable=True))
    op.add_column("structure", sa.Column("row_recorded_on", sa.Date(), nullable=True))
    op.create_unique_constraint("structure_external_id_key", "structure", ["external_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_constraint("structure_external_id_key", "structure", type_="unique")
    op.drop_column("structure", "row_recorded_on")
    op.drop_column("structure", "row_hash")
    op.drop_column("structure", "external_id")
    op.drop_column("meeting", "row_recorded_on")
    op.drop_table("item")
    op.drop_index("participation_offering", table_name="participation")
    op.drop_table("participation")
    op.drop_table("offering")
