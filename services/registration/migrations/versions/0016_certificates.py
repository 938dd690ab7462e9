"""Certificates and confirmations of runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ABOUT = {"participant_id": "run_participant", "registration_id": "run_registration"}
ONCE = {
    "certificate_of_participant_once": ["participant_id", "kind"],
    "certificate_of_registration_once": ["registration_id", "kind", "standing"],
}


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "certificate",
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in (*ABOUT, "person_id")),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("contents", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("starts_on", "ends_on", "issued_on")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("days", "minutes")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("standing", "issued_by")),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("exception", "code_hash", "withdrawn_reason")),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("certificate_id"),
        sa.UniqueConstraint("code_hash"),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.run_id"]),
        *(sa.ForeignKeyConstraint([one], [f"{table}.{one}"], ondelete="SET NULL") for one, table in ABOUT.items()),
    )
    op.create_index("certificate_run", "certificate", ["run_id"])
    for column in (*ABOUT, "person_id"):
        op.create_index(f"ix_certificate_{column}", "certificate", [column])
    for name, columns in ONCE.items():
        op.create_index(name, "certificate", columns, unique=True, postgresql_where=sa.text("NOT withdrawn"))


def downgrade() -> None:
    """Go back; what was issued can no longer be checked."""
    op.drop_table("certificate")
