"""Fault injection against a whole local run."""
