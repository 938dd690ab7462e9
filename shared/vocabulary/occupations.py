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


# Keys that figures count apart (contracts 4, `occupation_group`), so that a word of an old list need not become a mere
# main group; titles of the same official list.
COUNTED = {
    "7130": "Berufe in der kaufmännischen und technischen Betriebswirtschaft (ohne Spezialisierung)",
    "8130": "Berufe in der Gesundheits- und Krankenpflege (ohne Spezialisierung)",
    "8140": "Ärzte/Ärztinnen (ohne Spezialisierung)",
    "8147": "Zahnärzte/-ärztinnen und Kieferorthopäden/-orthopädinnen",
    "818": "Pharmazie",
    "8311": "Berufe in der Kinderbetreuung und -erziehung",
    "8312": "Berufe in der Sozialarbeit und Sozialpädagogik",
    "841": "Lehrtätigkeit an allgemeinbildenden Schulen",
    "842": "Lehrtätigkeit für berufsbildende Fächer, betriebliche Ausbildung und Betriebspädagogik",
    "914": "Wirtschaftswissenschaften",
}
