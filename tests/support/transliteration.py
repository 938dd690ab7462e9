"""Published rules by which names of other scripts are written in Latin letters, as tables; typed from the standards.

ISO 9:1995 and DIN 1460:1982 (Cyrillic), ICAO Doc 9303 part 3 section 6 (Cyrillic and national Latin letters), the
Ukrainian resolution no. 55 of 2010, the German transcription of Duden, DIN 31635:2011 (Arabic, the form in which the
names are kept here) with what English (BGN/PCGN 1956) and French (IGN) practice make of it.
"""

import unicodedata
from collections.abc import Mapping

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ISO9 = "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â"
_DIN1460 = "a b v g d e ë ž z i j k l m n o p r s t u f ch c č š šč ʺ y ʹ ė ju ja"
_ICAO = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y - e iu ia"
_DUDEN = "a b w g d e jo sch s i i k l m n o p r s t u f ch z tsch sch schtsch - y - e ju ja"


def _table(values: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    letters = {letter: "" if value == "-" else value for letter, value in zip(RUSSIAN, values.split(), strict=True)}
    return letters | dict(more or {})


CYRILLIC = {"iso9": _table(_ISO9), "din1460": _table(_DIN1460), "icao": _table(_ICAO), "duden": _table(_DUDEN)}
_NATIONAL = {"г": "h", "ґ": "g", "є": "ie", "и": "y", "і": "i", "ї": "i", "й": "i", "ю": "iu", "я": "ia", "ь": ""}
UKRAINIAN = {
    "iso9": _table(_ISO9, {"ґ": "g", "є": "ê", "і": "ì", "ї": "ï"}),
    "din1460": _table(_DIN1460, {"г": "h", "ґ": "g", "є": "je", "и": "y", "і": "i", "ї": "ï"}),
    "national": _table(_ICAO, _NATIONAL),
}
# At the beginning of a word (resolution no. 55).
UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
# From DIN 31635 to practice; `@` is the tāʾ marbūṭa at the end of a name.
_PLAIN = {"ā": "a", "ī": "i", "ū": "u", "ṣ": "s", "ḍ": "d", "ṭ": "t", "ẓ": "z", "ḥ": "h", "ʿ": "", "ʾ": ""}
ARABIC = {
    "din31635": {"@": "a"},
    "bgn": _PLAIN | {"ḫ": "kh", "š": "sh", "ǧ": "j", "ġ": "gh", "ḏ": "dh", "ṯ": "th", "@": "ah"},
    "french": _PLAIN
    | {"ḫ": "kh", "š": "ch", "ǧ": "dj", "ġ": "gh", "ḏ": "d", "ṯ": "th", "q": "k", "ū": "ou", "u": "ou", "@": "a"},
}
ICAO_LATIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "đ": "d", "ł": "l", "ı": "i"}


def written(name: str, table: Mapping[str, str], first: Mapping[str, str] | None = None) -> str:
    """A name letter by letter through a table, words with a capital; `first` counts at the beginning of a word."""
    words = []
    for word in name.lower().split(" "):
        letters = [table.get(letter, letter) for letter in word]
        if first and word[:1] in first:
            letters[0] = first[word[0]]
        words.append("".join(letters).capitalize())
    return " ".join(words)


def bare(name: str) -> str:
    """A name as people type it who do not have the letters: marks dropped."""
    special = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ı": "i", "ʿ": "", "ʾ": ""})
    plain = unicodedata.normalize("NFKD", name.translate(special))
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "ʹʺ")


def machine(name: str) -> str:
    """A name of Latin letters as the machine-readable zone of a passport has it (ICAO 9303 part 3, table A)."""
    return bare(written(name, ICAO_LATIN))


def vowels_drift(name: str) -> str:
    """What speakers of Egypt and the Levant make of short vowels: Muhammad as Mohammed, Khalid as Khaled."""
    words = []
    for word in name.lower().split(" "):
        changed = word.replace("u", "o", 1) if word.startswith(("mu", "u", "hu", "su")) else word
        stem, tail = changed[:-2], changed[-2:]
        drifted = tail.replace("a", "e").replace("i", "e") if tail[-1:] not in "aeiouāīū@" and len(word) > 4 else tail
        words.append((stem + drifted).capitalize())
    return " ".join(words)
