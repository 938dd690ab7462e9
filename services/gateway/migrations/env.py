"""Alembic environment of the gateway."""

from services.gateway import tables
from shared.migration import run_migrations

run_migrations(tables.SQLModel.metadata)
