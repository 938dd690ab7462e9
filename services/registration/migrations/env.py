"""Alembic environment of registration."""

from services.registration import tables
from services.registration.proposals import tables as proposals  # noqa: F401 - names its table in the metadata
from shared.migration import run_migrations

run_migrations(tables.SQLModel.metadata)
