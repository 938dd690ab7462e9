"""Alembic environment of registration."""

from services.registration import contact_tables, item_tables, run_tables, tables
from services.registration.appointments import tables as appointments
from services.registration.attendance import tables as attendance
from services.registration.certificates import tables as certificates
from services.registration.enrolment import tables as enrolment
from services.registration.proposals import tables as proposals
from services.registration.rights import tables as rights
from shared.migration import run_migrations

PACKAGES = (
    *(appointments, attendance, certificates, contact_tables, enrolment, item_tables, proposals, rights, run_tables),
)
"""Whose rows belong to this database beside the service's own."""
run_migrations(tables.SQLModel.metadata)
