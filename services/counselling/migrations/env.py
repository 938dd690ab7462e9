"""Alembic environment of counselling."""

from services.counselling import tables
from services.counselling.bodies import tables as bodies
from services.counselling.cases import tables as cases
from services.counselling.consents import tables as consents
from services.counselling.outreach import tables as outreach
from services.counselling.procedures import tables as procedures
from services.counselling.referrals import tables as referrals
from services.counselling.sensitive import tables as sensitive
from services.counselling.structural import tables as structural
from shared.migration import run_migrations

PACKAGES = (bodies, cases, consents, outreach, procedures, referrals, sensitive, structural)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
