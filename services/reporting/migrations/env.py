"""Alembic environment of reporting."""

from services.reporting import tables
from services.reporting.notes import tables as notes_tables
from services.reporting.quality import tables as quality_tables
from shared.migration import run_migrations

PACKAGES = (tables, notes_tables, quality_tables)
"""Whoever has tables; imported so that the metadata knows them."""

run_migrations(tables.SQLModel.metadata)
