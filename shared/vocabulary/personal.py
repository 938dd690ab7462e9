"""What in a text looks like a person (PDB-04): an e-mail address, a telephone number, a title with a name.

A hint for the one who writes, releases or comments, not a proof: a name alone nobody can tell from a word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PATTERNS = (
    ("eine E-Mail-Adresse", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("eine Telefonnummer", re.compile(r"(?<![\w.,])(?!\d\d/(?:19|20)\d\d\b)(?:\+|\(?0)\d?[\d\s()/–-]{5,}\d")),
    (
        "Anrede oder Titel mit einem Namen",
        re.compile(r"\b(?:Frau|Fr\.|Herrn?|Hr\.|Dr\.|Prof\.|Dipl\.-\w+\.?)\s+(?:(?:Dr|Prof)\.\s+)*[A-ZÄÖÜ][\wäöüß-]+"),
    ),
)


@dataclass(frozen=True)
class Suspicion:
    """Something in a field that looks like a person: what it is, and the words."""

    field: str
    what: str
    found: str

    @property
    def text(self) -> str:
        """A German sentence about it."""
        return f"Das sieht nach einer Person aus ({self.what}): „{self.found}“."


def suspicions(texts: Mapping[str, str]) -> list[Suspicion]:
    """What in texts, by field, looks like a person."""
    return [one for name, text in texts.items() for one in _in(name, text)]


def _in(name: str, text: str) -> Iterator[Suspicion]:
    for what, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield Suspicion(name, what, match.group().strip()[:80])
