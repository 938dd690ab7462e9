"""The published language: envelope, events and heartbeats (contracts §3–4). Pydantic and vocabulary only."""
