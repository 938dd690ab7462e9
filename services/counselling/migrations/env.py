"""Alembic environment of counselling."""

from services.counselling import tables
from shared.migration import run_migrations

run_migrations(tables.SQLModel.metadata)
