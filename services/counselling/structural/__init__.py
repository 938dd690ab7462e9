"""Structural work (Sozialraumarbeit): what was done, for whom, with how many volunteers; nobody named (STR-01)."""
