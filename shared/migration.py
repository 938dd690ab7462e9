"""The `env.py` of every Alembic history: one connection, one transaction."""

from alembic import context
from sqlalchemy import MetaData, create_engine, pool


def run_migrations(metadata: MetaData) -> None:
    """Run the history of a service against the URL of its configuration."""
    url = context.config.get_main_option("sqlalchemy.url")
    if not url:
        raise ValueError("sqlalchemy.url is not set")
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:  # a pool that keeps nothing
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
