"""Every row of every table of some databases, as they are now, to be compared with what a restore brings back."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from psycopg import sql

from deploy.local.postgres import Postgres

Rows = Mapping[str, Counter[str]]
"""Of each table, as `rp_counselling.outbox`, its rows as text."""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
WHOLE = sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t")
# When a message was delivered is noted anew after a restore: the last day is told to the network's reporting again.
OUTBOX = sql.SQL("SELECT (to_jsonb(t) - 'delivered_at')::text FROM {} AS t")


def rows_of(postgres: Postgres, databases: Iterable[str]) -> Rows:
    """All rows; PostgreSQL must run."""
    found = {}
    for database in databases:
        with postgres.connect(database) as connection:
            for (table,) in connection.execute(TABLES).fetchall():
                query = (OUTBOX if table == "outbox" else WHOLE).format(sql.Identifier(table))
                found[f"{database}.{table}"] = Counter(row for (row,) in connection.execute(query))
    return found


def moving(before: Rows, after: Rows) -> set[str]:
    """Tables that changed by themselves between two looks at a federation in which nobody recorded anything."""
    return {name for name in before if before[name] != after[name]}


def differing(want: Rows, found: Rows, but: Iterable[str] = ()) -> dict[str, list[str]]:
    """Rows that are missing or too many, by table; tables that move by themselves are left out."""
    names = (want.keys() | found.keys()) - set(but)
    pairs = {name: (want.get(name, Counter()), found.get(name, Counter())) for name in names}
    return {name: [*(one - two), *(two - one)] for name, (one, two) in pairs.items() if one != two}


def digest(rows: Rows) -> str:
    """A short name of all of it: equal rows, equal digest."""
    lines = (f"{name}\t{row}\t{count}" for name, told in rows.items() for row, count in told.items())
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]


def count(rows: Rows) -> int:
    """How many rows there are."""
    return sum(told.total() for told in rows.values())
