"""How written names may sound: letters as sets of sounds, so that spellings of one name are close. Pure.

A name from another script is written in many ways: Mohammed, Muhammad and Mohamed, or Schukow, Zhukov and Žukov. No
table of names could hold them. Here each letter group stands for every sound it has in the usual transliterations (ISO
9, DIN 1460, DIN 31635, ICAO 9303 part 3, English, French and German practice); two names are as far apart as the sounds
that nobody could have meant by the same letters.
"""

import re
from functools import lru_cache
from itertools import accumulate

VOWELS = frozenset("aeiouY")
WEAK = frozenset("yhxwv")
"""Sounds that some spellings leave out."""

# Letter groups and the sounds they may stand for, longest first. One letter is one sound:
# S sh, Z zh, C tch, J dj, X ks, T th, c ts, x kh, Y a diphthong.
GROUPS = (
    (r"schtsch|shch", "SC"),
    (r"tsch|tch", "C"),
    (r"dsch|dzh|dj", "J"),
    (r"sch|sh", "S"),
    (r"ch", "xCSk"),
    (r"zh", "Z"),
    (r"kh", "xk"),
    (r"gh", "g"),
    (r"dh", "dz"),
    (r"th", "tTs"),
    (r"ph", "f"),
    (r"ts|tz", "cz"),
    (r"ck|qu|q", "kg"),
    (r"ks", "X"),
    (r"[ae][iy](?![aeiou])|[ae]j(?![aeiou])", "Yei"),
    (r"i[jiy]|y[jiy]", "iy"),
    (r"oo|ou", "u"),
    (r"ee", "ie"),
    (r"ae", "ae"),
    (r"oe", "oe"),
    (r"ue", "ue"),
)
LETTERS = {
    "c": "ckCsJ",
    "g": "gJh",
    "h": "hx",
    "i": "iy",
    "j": "yJZ",
    "s": "sSz",
    "v": "vf",
    "w": "vw",
    "x": "Xsk",
    "y": "iyu",
    "z": "zZcsT",
}
_TOKEN = re.compile("|".join(f"({pattern})" for pattern, _ in GROUPS) + "|([a-z])")
_SOUNDS = [frozenset(sounds) for _, sounds in GROUPS]
_LETTER = {letter: frozenset(LETTERS.get(letter, letter)) for letter in "abcdefghijklmnopqrstuvwxyz"}

# What is nearly the same: (sounds, cost of taking one for the other).
NEAR = (
    ("ae", 0.25),
    ("ei", 0.25),
    ("ou", 0.25),
    ("ao", 0.5),
    ("eo", 0.5),
    ("eu", 0.5),
    ("iu", 0.5),
    ("td", 0.5),
    ("bp", 0.5),
    ("kg", 0.5),
    ("vb", 0.5),
    ("uw", 0.25),
    ("uv", 0.5),
    ("xg", 0.5),
    ("hk", 0.75),
    ("dz", 0.5),
    ("SC", 0.25),
    ("ZS", 0.25),
    ("JC", 0.5),
    ("JZ", 0.25),
    ("sC", 0.5),
    ("cC", 0.5),
    ("mn", 0.75),
)
_COST = {frozenset(pair): cost for pair, cost in NEAR}
OTHER, OTHER_KIND = 1.0, 1.5
# Classes of sounds that transliterations never cross; what is left out in some belongs to none.
CLASSES = {
    "T": "tdT",
    "P": "bp",
    "F": "vf",
    "S": "sSzZCcJ",
    "K": "kgxh",
    "L": "l",
    "M": "m",
    "N": "n",
    "R": "r",
    "KS": "X",
}
_CLASS = {sound: name for name, sounds in CLASSES.items() for sound in sounds}
MAX_SKELETONS = 6

Sounds = tuple[frozenset[str], ...]
"""A word as the sounds each of its letter groups may stand for."""


@lru_cache(maxsize=65536)
def sounds_of(word: str) -> Sounds:
    """Sounds of a word of the letters a to z; doubled ones once, a silent h at the end dropped."""
    found: list[frozenset[str]] = []
    for match in _TOKEN.finditer(word):
        number = match.lastindex or 0
        sounds = _SOUNDS[number - 1] if number <= len(_SOUNDS) else _LETTER[match.group()]
        if not found or found[-1] != sounds:
            found.append(sounds)
    if len(found) > 2 and "h" in found[-1] and word[-2:-1] in "aeiou":
        found.pop()
    return tuple(found)


@lru_cache(maxsize=65536)
def skeletons(word: str) -> frozenset[str]:
    """The consonants of a word as classes, in each way they may be meant: spellings of one name share one.

    A word of vowels only has the skeleton `-`.
    """
    found, after_vowel = {""}, True
    for sounds in sounds_of(word):
        classes = {_CLASS.get(sound, "") for sound in sounds}
        after_vowel = after_vowel or classes == {""}
        grown = {_joined(stem, name, apart=after_vowel) for stem in found for name in classes}
        found = set(sorted(grown)[:MAX_SKELETONS])
        after_vowel = bool(sounds & VOWELS)
    return frozenset(stem or "-" for stem in found)


def _joined(stem: str, name: str, *, apart: bool) -> str:
    # The same class twice without a vowel between is one sound in another spelling (Šč, Shch).
    return stem if name and stem.endswith(name) and not apart else stem + name


@lru_cache(maxsize=4096)
def _swap(one: frozenset[str], other: frozenset[str]) -> float:
    if one & other:
        return 0.0
    near = [_COST[pair] for a in one for b in other if (pair := frozenset((a, b))) in _COST]
    if near:
        return min(near)
    return OTHER if bool(one & VOWELS) == bool(other & VOWELS) else OTHER_KIND


def _left_out(sounds: frozenset[str], *, last: bool, vowels_written: bool) -> float:
    if sounds & VOWELS or "y" in sounds:
        if not vowels_written:
            return 0.1
        return 0.75 if last else 0.5
    return 0.6 if sounds & WEAK else OTHER


@lru_cache(maxsize=65536)
def distance(one: str, other: str, *, begins: bool = False) -> float:
    """How far apart two words sound: 0 the same, 1 nothing in common; `begins`: the other may go on after the one."""
    a, b = sounds_of(one), sounds_of(other)
    if not a or not b:
        return 0.0 if one == other else 1.0
    written = all(any(sounds & VOWELS for sounds in word) for word in (a, b))
    add = [_left_out(sounds, last=place == len(b) - 1, vowels_written=written) for place, sounds in enumerate(b)]
    row = [0.0, *accumulate(add)]
    for number, mine in enumerate(a):
        drop = _left_out(mine, last=number == len(a) - 1, vowels_written=written)
        grown = [row[0] + drop]
        for place, theirs in enumerate(b):
            grown.append(min(row[place] + _swap(mine, theirs), row[place + 1] + drop, grown[place] + add[place]))
        row = grown
    if begins:
        return min(min(row) / len(a), 1.0)
    return min(row[-1] / max(len(a), len(b)), 1.0)
