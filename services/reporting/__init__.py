"""Reporting: keeps facts and answers questions about them; the same code in a network and at the centre."""
