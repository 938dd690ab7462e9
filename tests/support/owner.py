"""The owner of the tables: what tests break or forge, services may not (`shared.database`)."""

from typing import Any

import psycopg
from sqlalchemy import make_url

from deploy.local.postgres import SUPERUSER

Owner = psycopg.Connection[Any]


def owner_of(url: str) -> Owner:
    """A connection of the owner to the database that services use by `url`; each statement is committed."""
    found = make_url(url)
    return psycopg.connect(host=str(found.query["host"]), dbname=found.database, user=SUPERUSER, autocommit=True)


def as_owner(app: Any, statement: str) -> None:
    """Run a statement as the owner of a service's tables."""
    with owner_of(app.state.settings.database_url) as owner:
        owner.execute(statement)
