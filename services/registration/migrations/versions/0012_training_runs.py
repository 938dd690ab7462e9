"""Training runs: runs, their dates, registrations, participants, attendance."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IN_FORCE = "state NOT IN ('withdrawn', 'rejected') AND house_key IS NOT NULL"


def text(*names: str, nullable: bool = False) -> list[Any]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def instant(*names: str, nullable: bool = False) -> list[Any]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def ids(*names: str, nullable: bool = False) -> list[Any]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def flags(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def numbers(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def documents(*names: str, nullable: bool = False) -> list[Any]:
    return [sa.Column(name, postgresql.JSONB(), nullable=nullable) for name in names]


def of_run() -> list[Any]:
    return [*ids("carrier_id"), *numbers("revision"), *flags("withdrawn")]


def of(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.{column}"], ondelete="CASCADE")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "training_run",
        *of_run(),
        *ids("run_id"),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        *text("programme", "programme_line", "state", "public_title"),
        *text("summary", "topic", nullable=True),
        *ids("offering_id", nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        *numbers("min_places", "max_places"),
        *instant("opens_at", "deadline", nullable=True),
        *text("policy"),
        *flags("published", "cross_region"),
        *documents("overrides"),
        *documents("protocol", nullable=True),
        *instant("decided_at", nullable=True),
        *numbers("accepted", "waiting"),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_index("training_run_carrier", "training_run", ["carrier_id", "starts_on"])
    _registrations()
    op.create_table(
        "run_meeting",
        *of_run(),
        *ids("run_meeting_id", "run_id"),
        *ids("registration_id", nullable=True),
        *text("step"),
        *numbers("number"),
        *instant("starts_at", "ends_at"),
        *text("place", "link", "form", "reason", "note", nullable=True),
        *documents("speakers"),
        *text("state"),
        *ids("replaces", "meeting_id", nullable=True),
        sa.PrimaryKeyConstraint("run_meeting_id"),
        of("training_run", "run_id"),
        of("run_registration", "registration_id"),
    )
    op.create_index("run_meeting_time", "run_meeting", ["run_id", "starts_at"])
    for column in ("run_id", "registration_id"):
        op.create_index(f"ix_run_meeting_{column}", "run_meeting", [column])
    op.create_table(
        "run_attendance",
        *ids("run_meeting_id", "participant_id", "carrier_id"),
        *text("presence"),
        sa.PrimaryKeyConstraint("run_meeting_id", "participant_id"),
        of("run_meeting", "run_meeting_id"),
        of("run_participant", "participant_id"),
    )


def _registrations() -> None:
    op.create_table(
        "run_registration",
        *of_run(),
        *ids("registration_id", "run_id"),
        *text("state"),
        *instant("submitted_at"),
        *text("source"),
        *text("house", "house_key", "topic", "email", "phone", nullable=True),
        *text("token_hash"),
        *text("exception", "moved", "reason", nullable=True),
        *instant("offered_until", nullable=True),
        sa.PrimaryKeyConstraint("registration_id"),
        sa.UniqueConstraint("token_hash"),
        of("training_run", "run_id"),
    )
    op.create_index("run_registration_order", "run_registration", ["run_id", "submitted_at"])
    once = sa.text(IN_FORCE)
    name, columns = "run_registration_house_once", ["run_id", "house_key"]
    op.create_index(name, "run_registration", columns, unique=True, postgresql_where=once)
    op.create_table(
        "run_participant",
        *of_run(),
        *ids("participant_id", "run_id", "registration_id"),
        *text("name"),
        *text("email", "function", nullable=True),
        *flags("graduate", "lead", "released"),
        *text("stage"),
        *ids("person_id", nullable=True),
        sa.PrimaryKeyConstraint("participant_id"),
        of("training_run", "run_id"),
        of("run_registration", "registration_id"),
    )
    for column in ("run_id", "registration_id", "person_id"):
        op.create_index(f"ix_run_participant_{column}", "run_participant", [column])


def downgrade() -> None:
    """Go back; every run is lost."""
    for table in ("run_attendance", "run_meeting", "run_participant", "run_registration", "training_run"):
        op.drop_table(table)
