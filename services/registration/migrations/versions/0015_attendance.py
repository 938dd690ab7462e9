"""Attendance: guests of a date, practice tasks, contact persons and their number, anonymous feedback."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("run_feedback", "run_feedback_link", "run_task", "contact_persons", "contact_person")


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("run_meeting", sa.Column("guests", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("run_meeting", "guests", server_default=None)
    op.create_table(
        "contact_person",
        sa.Column("contact_person_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "search_name")),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("email", "house", "bridge", "bridge_email")),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("officer", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("selected_on", "qualified_on", "mandated_on", "inactive_on")
        ),
        sa.PrimaryKeyConstraint("contact_person_id"),
    )
    op.create_index("ix_contact_person_carrier_id", "contact_person", ["carrier_id"])
    op.add_column("run_participant", sa.Column("contact_person_id", sa.Uuid(), nullable=True))
    op.create_index("ix_run_participant_contact_person_id", "run_participant", ["contact_person_id"])
    person = "run_participant_contact_person_id_fkey", "run_participant", "contact_person"
    op.create_foreign_key(*person, ["contact_person_id"], ["contact_person_id"], ondelete="SET NULL")
    op.create_table(
        "contact_persons",
        sa.Column("contact_persons_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("qualified", "mandated")),
        sa.PrimaryKeyConstraint("contact_persons_id"),
        sa.UniqueConstraint("month"),
    )
    _of_runs()


def _of_runs() -> None:
    op.create_table(
        "run_task",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Integer(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("handed_in_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "module"),
        sa.ForeignKeyConstraint(["participant_id"], ["run_participant.participant_id"], ondelete="CASCADE"),
    )
    op.create_table(
        "run_feedback_link",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
        sa.UniqueConstraint("token_hash"),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.run_id"], ondelete="CASCADE"),
    )
    op.create_table(
        "run_feedback",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("place", "benefit", "clear", "exchange", "trainers", "frame")
        ),
        sa.PrimaryKeyConstraint("feedback_id"),
        sa.UniqueConstraint("run_id", "place"),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.run_id"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Go back; tasks, contact persons and feedback are lost."""
    op.drop_constraint("run_participant_contact_person_id_fkey", "run_participant", type_="foreignkey")
    op.drop_column("run_participant", "contact_person_id")
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("run_meeting", "guests")
