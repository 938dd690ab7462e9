"""Appointments: what offices tell, requests and bookings, e-mails that wait.

`btree_gist` lets one constraint hold ids equal and times apart; it is a trusted extension, so the owner of the database
may install it (PostgreSQL 13 and newer).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TAKEN = "state NOT IN ('waiting', 'cancelled')"


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Go to this revision."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "intake_office",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        *(text(name, nullable=True) for name in ("address", "phone")),
        *(
            sa.Column(name, postgresql.JSONB(), nullable=False)
            for name in ("languages", "channels", "openings", "closed_days")
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office_id"),
    )
    op.create_index("ix_intake_office_carrier_id", "intake_office", ["carrier_id"])
    op.create_table(
        "appointment",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        text("state"),
        instant("requested_at"),
        text("source"),
        instant("starts_at", nullable=True),
        instant("ends_at", nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        text("name"),
        *(text(name, nullable=True) for name in ("email", "phone", "wish", "language")),
        text("channel"),
        text("page_language"),
        text("token_hash"),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("appointment_id"),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("state NOT IN ('booked', 'no_show') OR starts_at IS NOT NULL", "appointment_has_a_time"),
        sa.CheckConstraint(
            "starts_at IS NULL OR (ends_at > starts_at AND place >= 1 AND office_id IS NOT NULL)",
            "appointment_time_is_whole",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("office_id"), "="),
            (sa.column("place"), "="),
            (sa.func.tstzrange(sa.column("starts_at"), sa.column("ends_at")), "&&"),
            name="appointment_place_once",
            where=sa.text(TAKEN),
        ),
    )
    op.create_index("appointment_carrier_time", "appointment", ["carrier_id", "starts_at"])
    op.create_index("appointment_person", "appointment", ["person_id"])
    op.create_table(
        "appointment_mail",
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        text("kind"),
        sa.Column("revision", sa.Integer(), nullable=False),
        text("state"),
        instant("due_at"),
        instant("next_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        text("reply", nullable=True),
        instant("sent_at", nullable=True),
        sa.PrimaryKeyConstraint("mail_id"),
        sa.UniqueConstraint("appointment_id", "kind", "revision"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.appointment_id"], ondelete="CASCADE"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("appointment_mail_due", "appointment_mail", ["next_at"], postgresql_where=waiting)


def downgrade() -> None:
    """Go back; every appointment is lost."""
    for table in ("appointment_mail", "appointment", "intake_office"):
        op.drop_table(table)
