"""Names of people as they are searched and compared: in any script, spelling and order of their parts. Pure.

A name is folded to words of the letters a to z. The register keeps keys of each person's words: the folded words
themselves (small letters, found by their beginning) and their skeletons (capitals, shared by spellings of one name).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from anyascii import anyascii

from services.registration.phones import distance, skeletons

VERSION = 1
"""Raise it when a rule of this module or of `phones` changes: the keys of all persons are then made anew."""
ARTICLES = frozenset({"al", "el", "ul", "il"})
# Before some letters the article takes their sound (ar-Rashid, Nur ad-Din).
ASSIMILATED = re.compile(r"\b[aeu](?:([dnrstz])h?-(?=\1)|d[ -](?=din))")
APOSTROPHES = re.compile(r"['`\"]")
SERVANT = re.compile(r"^abd(?:[aeiou][lrnsd])?(?=[a-z]{3})")
JOINED_ARTICLE = re.compile(r"^[ae]l(?=[bcdfghjklmnpqrstvwxyz][a-z]{3})")
UMLAUTS = re.compile(r"(?<=[aou])e")
DOUBLED = re.compile(r"([a-z])\1+")
# A mistyped year is near; a family's other members are not.
YEARS_APART = 1
# Distances up to which two words, two whole names, and what is typed to find someone are taken for one another.
WORD_LIMIT, NAME_LIMIT, TYPED_LIMIT = 0.2, 0.12, 0.24


def latin_words(name: str) -> list[str]:
    """Words of a name in the letters a to z and digits, without articles; a hyphen parts words, an apostrophe not."""
    plain = APOSTROPHES.sub("", anyascii(unicodedata.normalize("NFC", name)).lower())
    words = re.findall(r"[a-z0-9]+", ASSIMILATED.sub("al ", plain))
    kept = [word for word in words if word not in ARTICLES]
    return kept or words


def folded(word: str) -> str:
    """A word without what its spellings differ in most: ae as a, doubled letters once. Beginnings stay beginnings."""
    return DOUBLED.sub(r"\1", UMLAUTS.sub("", word))


def search_words(typed: str) -> tuple[list[str], list[int]]:
    """What was typed to find someone: words in the letters a to z, and birth years."""
    words = latin_words(typed)
    years = [int(word) for word in words if re.fullmatch(r"(?:19|20)\d\d", word)]
    return [word for word in words if not word.isdigit() or int(word) not in years], years


@dataclass(frozen=True)
class Name:
    """A name as it is compared: its words, and how they are also written as one."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]

    @classmethod
    def of(cls, *spellings: str | None) -> "list[Name]":
        """The names that spellings of one person make."""
        found = []
        for spelling in spellings:
            words = tuple(_plain(word) for word in latin_words(spelling or ""))
            if words:
                pairs = tuple(first + second for first, second in pairwise(words))
                found.append(cls(words, pairs))
        return found


def _plain(word: str) -> str:
    return JOINED_ARTICLE.sub("", SERVANT.sub("abd", word))


def keys(*spellings: str | None) -> list[str]:
    """Keys of a person with these spellings of her name."""
    found: set[str] = set()
    for spelling in spellings:
        found |= {folded(word) for word in latin_words(spelling or "")}
    for name in Name.of(*spellings):
        for word in (*name.words, *name.pairs):
            found |= skeletons(word)
    return sorted(found)


def skeleton_keys(name: str) -> list[str]:
    """Keys by which persons of a similar name are looked for."""
    return sorted({key for found in Name.of(name) for word in (*found.words, *found.pairs) for key in skeletons(word)})


def apart(one: Name, other: Name) -> float | None:
    """How far apart two names are, whatever the order of their parts; None when they are not alike.

    Every word of the shorter name must have its own in the longer one; two words may stand for one.
    """
    short, long = sorted((one, other), key=lambda name: len(name.words))
    if len(short.words) == 1 and len(long.words) > 1:
        whole = "".join(long.words)
        found = distance(short.words[0], whole)
        return found if len(long.words) == 2 and found <= NAME_LIMIT else None
    total = _matched(list(short.words), long)
    if total is None:
        return None
    mean = total / len(short.words)
    return mean if mean <= NAME_LIMIT else None


def _matched(words: list[str], long: Name) -> float | None:
    """Sum of the distances when every word takes its nearest free one; None when one finds none."""
    pairs = ((number, place) for number in range(len(words)) for place in range(len(long.words)))
    choices = sorted((distance(words[number], long.words[place]), number, place) for number, place in pairs)
    taken: dict[int, float] = {}
    places: set[int] = set()
    for cost, number, place in choices:
        if cost <= WORD_LIMIT and number not in taken and place not in places:
            taken[number] = cost
            places.add(place)
    for number in range(len(words)):
        if number not in taken:
            joined = _as_one(words[number], long, places)
            if joined is None:
                return None
            taken[number] = joined
    return sum(taken.values())


def _as_one(word: str, long: Name, taken: set[int]) -> float | None:
    """Distance of a word to two that are written as one; they are taken then."""
    for place, pair in enumerate(long.pairs):
        cost = distance(word, pair)
        if cost <= WORD_LIMIT and not {place, place + 1} & taken:
            taken |= {place, place + 1}
            return cost
    return None


def alike(one: Sequence[Name], other: Sequence[Name], years: tuple[int | None, int | None]) -> float | None:
    """How far apart two persons' names are, None when they are not to be taken for one another.

    Birth years that are both known must be at most a year apart.
    """
    if None not in years and abs((years[0] or 0) - (years[1] or 0)) > YEARS_APART:
        return None
    found = [gap for mine in one for theirs in other if (gap := apart(mine, theirs)) is not None]
    return min(found, default=None)


def fits(typed: Sequence[str], person: Sequence[Name]) -> float | None:
    """How well typed words, the last ones perhaps unfinished, fit a person; None when one fits nothing."""
    words = [word for name in person for word in (*name.words, *name.pairs)]
    total = 0.0
    for word in typed:
        nearest = min((distance(_plain(word), theirs, begins=True) for theirs in words), default=1.0)
        if nearest > TYPED_LIMIT:
            return None
        total += nearest
    return total
