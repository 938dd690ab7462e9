"""Repair by content: the side of a recording service (design 6, decision 0013)."""
