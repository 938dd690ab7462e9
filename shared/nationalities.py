"""Nationalities: ISO 3166-1 alpha-2, XK and three words, with labels (contracts §4; names as in CLDR)."""

import csv
import unicodedata
from functools import cache
from pathlib import Path

NOT_STATED = "not_stated"


def collation_key(text: str) -> str:
    """Sort key of German dictionaries (DIN 5007-1: ä sorts as a)."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@cache
def nationality_labels(language: str = "de") -> dict[str, str]:
    """Label of every nationality code in a language (`de`, `en`), in its order; the three words come last."""
    path = Path(__file__).with_name("countries.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(row["code"], row[language]) for row in csv.DictReader(lines, delimiter=";")]
    countries = sorted((row for row in rows if len(row[0]) == 2), key=lambda row: collation_key(row[1]))
    return dict(countries + [row for row in rows if len(row[0]) != 2])
