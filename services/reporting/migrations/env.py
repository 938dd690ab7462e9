"""Alembic environment of reporting."""

from services.reporting import tables
from services.reporting.books import tables as books
from shared.migration import run_migrations

PACKAGES = (books,)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
