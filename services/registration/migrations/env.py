"""Alembic environment of registration."""

from services.registration import tables
from services.registration.proposals import tables as proposals
from shared.migration import run_migrations

PACKAGES = (proposals,)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
