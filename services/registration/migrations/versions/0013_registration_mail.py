"""E-mails about registrations for runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "registration_mail",
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("mail_id"),
        sa.UniqueConstraint("registration_id", "kind", "revision"),
        sa.ForeignKeyConstraint(["registration_id"], ["run_registration.registration_id"], ondelete="CASCADE"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("registration_mail_due", "registration_mail", ["next_at"], postgresql_where=waiting)


def downgrade() -> None:
    """Go back; what was still to be told is lost."""
    op.drop_table("registration_mail")
