"""Alembic environment of reporting."""

from services.reporting import tables
from services.reporting.board import tables as board
from services.reporting.sheets import tables as sheets
from shared.migration import run_migrations

PACKAGES = (board, sheets)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
