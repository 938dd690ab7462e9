"""Cases: what a carrier does for one person in one programme line."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CASE, SESSION = "counselling_case", "counselling_session"
PARTS = ("case_step", "case_document", "case_handover")
OUTREACH = "counselling_outreach"


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
        sa.Column("method_since", sa.Date(), nullable=False),
        sa.Column("aim", sa.String(), nullable=True),
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
    op.add_column(SESSION, sa.Column("recorded_by", sa.String(), nullable=True))
    op.add_column(SESSION, sa.Column("founder", sa.String(), nullable=True))
    op.create_index("counselling_session_case", SESSION, ["case_id"], unique=False)
    _create_parts()


def _of_case(key: str) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column(key, sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
    )


def _create_parts() -> None:
    """Help plan, document checklist, handovers; outreach, which is of nobody."""
    op.create_table(
        "case_step",
        *_of_case("step_id"),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "case_document",
        *_of_case("document_id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "case_handover",
        *_of_case("handover_id"),
        sa.Column("from_subject", sa.String(), nullable=False),
        sa.Column("to_subject", sa.String(), nullable=True),
        sa.Column("to_office", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        OUTREACH,
        sa.Column("outreach_id", sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("programme_line", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
    )
    op.create_index("counselling_outreach_date", OUTREACH, ["carrier_id", "date"], unique=False)
    for table in PARTS:
        op.create_index(f"ix_{table}_case_id", table, ["case_id"], unique=False)
    offered = sa.text("state = 'offered'")
    op.create_index("case_handover_offered", "case_handover", ["case_id"], unique=True, postgresql_where=offered)
    op.create_index("case_handover_carrier", "case_handover", ["carrier_id", "state"], unique=False)


def downgrade() -> None:
    """Go back; cases go."""
    op.drop_index("counselling_session_case", table_name=SESSION)
    for column in ("case_id", "recorded_by", "founder"):
        op.drop_column(SESSION, column)
    for table in (*PARTS, OUTREACH, CASE):
        op.drop_table(table)
