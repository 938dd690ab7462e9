"""Structural work, places that recur, partners of sessions, answers to proposals, bodies by file."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WORK, RECORD, REFERRAL, BODY = "structural_work", "sensitive_record", "referral", "body"
# Of no place, each time another, as `sensitive/places.py` makes them: what is there already names none.
NOTHING = "encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex')"
ANSWER = {"answer": sa.String(), "answer_reason": sa.String(), "answered_on": sa.Date()}
OF_FILES = {"external_id": sa.String(), "row_hash": sa.String(), "row_recorded_on": sa.Date()}


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        WORK,
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("context", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("volunteers_with_background", sa.Integer(), nullable=False),
        sa.Column("volunteers_without_background", sa.Integer(), nullable=False),
        sa.Column("volunteer_tasks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("examined_hash", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("work_id"),
    )
    op.create_index("structural_work_date", WORK, ["carrier_id", "date"], unique=False)
    in_force = sa.text("NOT withdrawn")
    op.create_index(
        "structural_work_examined", WORK, ["carrier_id", "examined_hash"], unique=True, postgresql_where=in_force
    )
    op.add_column(RECORD, sa.Column("place_hash", sa.String(), nullable=True))
    op.execute(f"UPDATE {RECORD} SET place_hash = {NOTHING}")  # noqa: S608 - constants
    op.alter_column(RECORD, "place_hash", nullable=False)
    op.create_index("sensitive_record_place", RECORD, ["carrier_id", "place_hash"], unique=False)
    op.add_column("counselling_session", sa.Column("partner_id", sa.Uuid(), nullable=True))
    for name, kind in ANSWER.items():
        op.add_column(REFERRAL, sa.Column(name, kind, nullable=True))
    op.add_column(REFERRAL, sa.Column("answer_revision", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column(REFERRAL, "answer_revision", server_default=None)
    for name, kind in OF_FILES.items():
        op.add_column(BODY, sa.Column(name, kind, nullable=True))
    op.create_unique_constraint("body_external_id_key", BODY, ["external_id"])


def downgrade() -> None:
    """Go back; what was kept of all this goes."""
    op.drop_constraint("body_external_id_key", BODY)
    for name in OF_FILES:
        op.drop_column(BODY, name)
    for name in (*ANSWER, "answer_revision"):
        op.drop_column(REFERRAL, name)
    op.drop_column("counselling_session", "partner_id")
    op.drop_index("sensitive_record_place", table_name=RECORD)
    op.drop_column(RECORD, "place_hash")
    op.drop_table(WORK)
