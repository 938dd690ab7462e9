"""Alembic environment of registration."""

from services.registration import tables
from shared.migration import run_migrations

run_migrations(tables.SQLModel.metadata)
