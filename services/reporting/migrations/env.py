"""Alembic environment of reporting."""

from services.reporting import tables
from services.reporting.notes import tables as notes
from shared.migration import run_migrations

PACKAGES = (notes,)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
