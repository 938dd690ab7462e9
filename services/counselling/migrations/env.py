"""Alembic environment of counselling."""

from services.counselling import tables
from services.counselling.cases import tables as cases
from services.counselling.outreach import tables as outreach
from shared.migration import run_migrations

PACKAGES = (cases, outreach)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
