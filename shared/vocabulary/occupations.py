"""Occupations by the Klassifikation der Berufe 2010 (KldB 2010, Bundesagentur für Arbeit), levels 1 and 2.

The ten areas and 37 main groups ship with the system; the full list is loaded where it is wanted.
"""

import csv
from functools import cache
from pathlib import Path


@cache
def occupations() -> dict[str, str]:
    """German title of every area (one digit) and main group (two digits) by key."""
    path = Path(__file__).with_name("occupations.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=";")
        return {row["key"]: row["title"] for row in rows}
