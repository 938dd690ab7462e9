"""What every coded value is: a code with its labels."""

from enum import Enum
from typing import Self


class Term(str, Enum):
    """A coded value with its labels; `value` is the code, `de` and `en` are the labels."""

    de: str
    en: str

    def __new__(cls, code: str, de: str = "", en: str = "") -> Self:
        """Make a member from (code, German label, English label)."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.de = de
        member.en = en
        return member

    def __str__(self) -> str:
        return str(self.value)
