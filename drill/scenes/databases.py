"""A database that lets nobody in, connections that run out, transactions that block one another."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg

from deploy.watch.databases import plain_url
from drill.scenes.stage import RP, Scene, Stage
from shared.database import ROLE

DATABASE = "rp_counselling"
SHUT, OPEN = (f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS {word}" for word in ("false", "true"))
LEAVE_FREE = 50
DEADLOCKS = 7
TABLE = "drill_of_deadlocks"


def database_is_shut(stage: Stage) -> None:
    """Let nobody into counselling's database; who is in may stay."""
    stage.sql("postgres", SHUT)


def database_opens(stage: Stage) -> None:
    """Let them in again."""
    stage.sql("postgres", OPEN)


def connections_are_taken(stage: Stage) -> None:
    """Take all connections but some."""
    with stage.postgres.connect() as connection:
        (most,) = connection.execute("SELECT current_setting('max_connections')::int").fetchone() or (0,)
        (used,) = connection.execute("SELECT count(*) FROM pg_stat_activity").fetchone() or (0,)
    stage.notes["taken"] = [stage.postgres.connect(DATABASE) for _ in range(most - used - LEAVE_FREE)]


def connections_are_given_back(stage: Stage) -> None:
    """Close them."""
    for connection in stage.notes.pop("taken"):
        connection.close()


def pairs_block_one_another(stage: Stage) -> None:
    """Have pairs lock two rows each in opposite order."""
    stage.sql(DATABASE, f"CREATE TABLE {TABLE} AS SELECT generate_series(1, {2 * DEADLOCKS}) AS number")
    with ThreadPoolExecutor(2 * DEADLOCKS) as pool:
        for pair in range(DEADLOCKS):
            both, met = (2 * pair + 1, 2 * pair + 2), threading.Barrier(2)
            for order in (both, both[::-1]):
                pool.submit(lock, stage, order, met)


def lock(stage: Stage, rows: tuple[int, ...], met: threading.Barrier) -> None:
    """Lock a row, wait for the other side, and want the other's."""
    statement = f"SELECT 1 FROM {TABLE} WHERE number = %s FOR UPDATE"  # noqa: S608 - a constant
    with contextlib.suppress(psycopg.errors.DeadlockDetected), stage.postgres.connect(DATABASE) as connection:
        connection.execute("SET deadlock_timeout = '100ms'")
        with connection.transaction():
            connection.execute(statement, [rows[0]])  # type: ignore[call-overload]  # as above
            met.wait(20)
            connection.execute(statement, [rows[1]])  # type: ignore[call-overload]  # as above


def pairs_go(stage: Stage) -> None:
    """Take their table away."""
    stage.sql(DATABASE, f"DROP TABLE {TABLE}")


def somebody_forgets_to_end(stage: Stage) -> None:
    """Open a transaction as a service does, and leave it."""
    stage.notes["open"] = psycopg.connect(plain_url(stage.postgres.url(DATABASE, ROLE)), autocommit=True)
    stage.notes["open"].execute("BEGIN")
    stage.notes["open"].execute("SELECT 1")


def somebody_remembers(stage: Stage) -> None:
    """End it."""
    stage.notes.pop("open").close()


SCENES = (
    Scene(
        "DatabaseDown",
        "counselling's database of rp lets nobody in (ALLOW_CONNECTIONS false)",
        database_is_shut,
        database_opens,
        RP | {"database": DATABASE},
    ),
    Scene(
        "DatabaseConnectionsRunOut",
        f"all connections taken but {LEAVE_FREE}",
        connections_are_taken,
        connections_are_given_back,
        RP,
    ),
    Scene(
        "DatabaseDeadlocks",
        f"{DEADLOCKS} pairs of transactions that want each other's row",
        pairs_block_one_another,
        pairs_go,
        RP | {"database": DATABASE},
    ),
    Scene(
        "TransactionStaysOpen",
        "a transaction begun and left",
        somebody_forgets_to_end,
        somebody_remembers,
        RP | {"database": DATABASE},
    ),
)
