"""Alembic environment of counselling."""

from services.counselling import tables
from services.counselling.bodies import tables as bodies  # noqa: F401 - names its tables in the metadata
from services.counselling.consents import tables as consents  # noqa: F401
from services.counselling.referrals import tables as referrals  # noqa: F401
from shared.migration import run_migrations

run_migrations(tables.SQLModel.metadata)
