"""Directory of bodies, consents with what was handed over under them, referrals."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "body",
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("address", "phone", "email", "url")),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("body_id"),
    )
    op.create_index(op.f("ix_body_kind"), "body", ["kind"], unique=False)
    op.create_table(
        "consent",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("consent_id", "carrier_id", "case_id", "body_id")),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("purposes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("details", sa.String(), nullable=True),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("signed_on", "valid_from", "valid_until")),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.create_index("consent_case", "consent", ["carrier_id", "case_id"], unique=False)
    ids = ("transfer_id", "carrier_id", "case_id", "consent_id", "body_id")
    op.create_table(
        "transfer",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("recipient", "purpose", "kind")),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("details", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("transfer_id"),
    )
    op.create_index("transfer_case", "transfer", ["carrier_id", "case_id"], unique=False)
    op.create_table(
        "referral",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("referral_id", "carrier_id", "case_id")),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("recorded_on", "date")),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("named", "accompanied")),
        sa.Column("transfer_id", sa.Uuid(), nullable=True),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("referral_id"),
        sa.UniqueConstraint("session_id"),
    )
    op.create_index("referral_case", "referral", ["carrier_id", "case_id"], unique=False)


def downgrade() -> None:
    """Go back; consents on paper stay on paper."""
    for name in ("referral", "transfer", "consent", "body"):
        op.drop_table(name)
