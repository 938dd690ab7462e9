"""The person register: name in parts, contact, languages, qualifications; keys to find by, merges, occupations.

A name of before is parted at its comma; without one all of it is the family name. The keys are made by the service when
it starts, as its rules are code.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEXTS = ("given_names", "original_name", "phone", "email", "address")
CODES = ("contact_way", "interpreter_needed", "has_degree", "german_level")
LISTS = ("languages", "qualifications")


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("person", sa.Column("keys_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("person", sa.Column("family_name", sa.String(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("birth_date", sa.Date(), nullable=True))
    for name in TEXTS:
        op.add_column("person", sa.Column(name, sa.String(), nullable=True))
    for name in CODES:
        op.add_column("person", sa.Column(name, sa.String(), nullable=False, server_default="not_stated"))
    for name in LISTS:
        column = sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]")
        op.add_column("person", column)
    for name in ("keys_version", "family_name", *CODES, *LISTS):
        op.alter_column("person", name, server_default=None)
    op.execute(
        "UPDATE person SET family_name = coalesce(nullif(btrim(split_part(name, ',', 1)), ''), name),"
        " given_names = nullif(btrim(substr(name, nullif(strpos(name, ','), 0) + 1)), '')"
    )
    op.create_table(
        "person_key",
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(collation="C"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("carrier_id", "key", "person_id"),
    )
    op.create_index("person_key_person", "person_key", ["person_id"], unique=False)
    op.create_index("person_carrier_birth_year", "person", ["carrier_id", "birth_year"], unique=False)
    op.create_index("person_keys_version", "person", ["keys_version"], unique=False)
    op.create_table(
        "person_merge",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(op.f("ix_person_merge_merged_into"), "person_merge", ["merged_into"], unique=False)
    op.create_table(
        "occupation",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("search_title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def downgrade() -> None:
    """Go back; what has no column then is lost."""
    for table in ("occupation", "person_merge", "person_key"):
        op.drop_table(table)
    for name in ("person_carrier_birth_year", "person_keys_version"):
        op.drop_index(name, table_name="person")
    for name in ("keys_version", "family_name", "birth_date", *TEXTS, *CODES, *LISTS):
        op.drop_column("person", name)
