"""Everything that speaks NATS: streams, relay, ingest, heartbeats and their digests."""
