"""Alembic environment of reporting."""

from services.reporting import tables
from shared.migration import run_migrations

run_migrations(tables.SQLModel.metadata)
