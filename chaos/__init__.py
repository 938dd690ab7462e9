"""Fault injection against a whole federation of real processes, with an oracle that knows what must come of it."""
