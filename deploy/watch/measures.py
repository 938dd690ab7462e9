"""Everything that the watch tells, in one table: names, meanings, labels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric: its name, what it means, its labels after `network`."""

    name: str
    text: str
    labels: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`counter` by the ending of its name, else `gauge`."""
        return "counter" if self.name.endswith("_total") else "gauge"


VOLUME_USED = Measure("iq_volume_used_bytes", "Space used on a volume", ("volume",))
VOLUME_FREE = Measure("iq_volume_free_bytes", "Space left on a volume for processes without privileges", ("volume",))

BROKER_UP = Measure("iq_broker_up", "1 when the broker says that it is well, else 0")
BROKER_CONNECTIONS = Measure("iq_broker_connections", "Clients that are connected")
BROKER_LEAF_LINKS = Measure("iq_broker_leaf_links", "Leaf links that stand")
BROKER_SLOW = Measure("iq_broker_slow_consumers_total", "Clients cut off because they read too slowly")
BROKER_MESSAGES = Measure("iq_broker_messages_total", "Messages from and to clients", ("direction",))
BROKER_BYTES = Measure("iq_broker_bytes_total", "Bytes from and to clients", ("direction",))
BROKER_MEMORY = Measure("iq_broker_memory_bytes", "Memory of the broker's process")
BROKER_CPU = Measure("iq_broker_cpu_ratio", "Cores it uses")
BROKER_STORE = Measure("iq_broker_store_bytes", "What its streams take on disk")
BROKER_STORE_MAX = Measure("iq_broker_store_max_bytes", "What they may take")
STREAM_MESSAGES = Measure("iq_broker_stream_messages", "Messages in a stream", ("stream",))
STREAM_REPLICAS = Measure("iq_broker_replicas", "Copies a stream should have, told by its leader", ("stream",))
STREAM_CURRENT = Measure("iq_broker_replicas_current", "Copies of it that are up to date", ("stream",))
CONSUMER_PENDING = Measure("iq_broker_consumer_pending", "Messages not yet delivered", ("stream", "consumer"))
CONSUMER_UNACKED = Measure("iq_broker_consumer_unacked", "Messages delivered, not confirmed", ("stream", "consumer"))
CONSUMER_REDELIVERED = Measure(
    "iq_broker_consumer_redelivered", "Messages of these that were delivered more than once", ("stream", "consumer")
)

DATABASE_UP = Measure("iq_database_up", "1 when the server answers and lets into the database, else 0", ("database",))
DATABASE_CONNECTIONS = Measure(
    "iq_database_connections", "Sessions by state; those of databases of others are `other`", ("database", "state")
)
DATABASE_CONNECTIONS_MAX = Measure("iq_database_connections_max", "Sessions that the server takes")
DATABASE_SIZE = Measure("iq_database_size_bytes", "Size of a database", ("database",))
DATABASE_TRANSACTIONS = Measure("iq_database_transactions_total", "Transactions by outcome", ("database", "outcome"))
DATABASE_BLOCKS = Measure("iq_database_blocks_total", "Blocks read, by where they were found", ("database", "source"))
DATABASE_DEADLOCKS = Measure("iq_database_deadlocks_total", "Deadlocks that the server ended", ("database",))
DATABASE_OLDEST = Measure("iq_database_oldest_transaction_seconds", "Since when the oldest one is open", ("database",))
WAL_ARCHIVED = Measure(
    "iq_database_wal_archived_timestamp_seconds",
    "Up to when all that was written is archived; its start where nothing yet is",
)
WAL_FAILURES = Measure("iq_database_wal_failures_total", "Attempts to archive that failed")

BACKUP_TIMESTAMP = Measure("iq_backup_timestamp_seconds", "When it was last done well; 0 for never", ("kind",))
CERTIFICATE_EXPIRES = Measure(
    "iq_certificate_expires_timestamp_seconds", "When a certificate ends; 0 where its file cannot be read", ("name",)
)

MEASURES = tuple(one for one in list(globals().values()) if isinstance(one, Measure))
