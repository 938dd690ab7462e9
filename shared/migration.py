"""The `env.py` of every Alembic history: one connection, one transaction."""

from alembic import context
from sqlalchemy import MetaData, create_engine, pool


def run_migrations(metadata: MetaData) -> None:
    """Run the history of a service against the URL of its configuration."""
    url = context.config.get_main_option("sqlalchemy.url")
    if not url:
        raise ValueError("sqlalchemy.url is not set")
    # The old code goes on meanwhile: whoever waits for a busy table makes everyone behind wait, too. Begin again.
    impatient = {"options": "-c lock_timeout=3s"}
    with create_engine(url, poolclass=pool.NullPool, connect_args=impatient).connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
