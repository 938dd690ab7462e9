"""How words of a table are matched: tolerant of case, blanks, umlauts and punctuation; synonyms are data."""

import tomllib
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path

SYNONYMS = tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text("utf-8"))


@lru_cache(65_536)
def key(text: str) -> str:
    """Matching form of a text: `Männlich `, `maennlich` and `MÄNNLICH.` are one; empty for mere punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def shown(cell: object) -> str:
    """A cell as a person reads it, at most 80 characters."""
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))[:80]
    return (cell.strftime("%d.%m.%Y") if isinstance(cell, date) else str(cell).strip())[:80]
