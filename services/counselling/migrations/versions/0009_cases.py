"""Cases: what a carrier does for one person in one programme line."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CASE, SESSION = "counselling_case", "counselling_session"


def upgrade() -> None:
    """Go to this revision; sessions recorded before have no case."""
    op.create_table(
        CASE,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_line", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("counselling_case_person", CASE, ["carrier_id", "person_id", "programme_line"], unique=False)
    op.create_index("counselling_case_owner", CASE, ["carrier_id", "owner"], unique=False)
    op.create_index(
        "counselling_case_open",
        CASE,
        ["carrier_id", "recorded_person_id", "programme_line"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.add_column(SESSION, sa.Column("case_id", sa.Uuid(), nullable=True))
    op.create_index("counselling_session_case", SESSION, ["case_id"], unique=False)


def downgrade() -> None:
    """Go back; cases go."""
    op.drop_index("counselling_session_case", table_name=SESSION)
    op.drop_column(SESSION, "case_id")
    op.drop_table(CASE)
