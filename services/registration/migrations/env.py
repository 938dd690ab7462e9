"""Alembic environment of registration."""

from services.registration import tables
from services.registration.appointments import tables as appointments
from shared.migration import run_migrations

ROWS = (tables, appointments)
"""Modules whose rows this history knows."""

run_migrations(ROWS[0].SQLModel.metadata)
