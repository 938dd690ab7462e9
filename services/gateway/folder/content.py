"""What a sheet says, and how that is written into its code: short numbers instead of names (RFC 8392, CBOR)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

MOST_DONE, MOST_NEXT = 8, 5
"""Lines that a sheet has room for."""
LONGEST_LINE = 200


def _printable(text: str) -> str:
    """What stands on paper has no control characters; one line stays one line."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _exists(text: str) -> str:
    """A day that a calendar has. Raises ValueError for another."""
    if len(text) > 4:
        date.fromisoformat(text)
    return text


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,20}$")]
Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(_printable)]
Line = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_printable)]
Born = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d-\d\d)?$"), AfterValidator(_exists)]


class Content(BaseModel):
    """What the person has chosen to carry; None: she has not, or it is not known.

    `office` is in charge of her, `contact` where it is found. `born` is a year or an ISO day. Codes are those of the
    shared vocabulary, `occupation` a key of the KldB 2010. What a newer version says more is left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    office: Text
    contact: Text = ""
    name: Text | None = None
    born: Born | None = None
    nationality: Code | None = None
    refugee_background: Code | None = None
    gender: Code | None = None
    has_degree: Code | None = None
    occupation: Code | None = None
    language: Code | None = None
    german_level: Code | None = None
    done: tuple[Line, ...] = ()
    next: tuple[Line, ...] = ()


NUMBERS: Mapping[str, int] = {
    "office": 1,
    "contact": 2,
    "name": 3,
    "born": 4,
    "nationality": 5,
    "refugee_background": 6,
    "gender": 7,
    "has_degree": 8,
    "occupation": 9,
    "language": 10,
    "german_level": 11,
    "done": 12,
    "next": 13,
}
"""A promise to papers that are carried about: a number is never given to anything else."""


def numbered(content: Content) -> dict[int, Any]:
    """The content by its numbers; what is not said takes no room."""
    told = content.model_dump()
    return {number: _plain(told[name]) for name, number in NUMBERS.items() if told[name]}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def named(found: Mapping[Any, Any]) -> Content:
    """The content of a sheet. Raises ValueError for one that no gateway writes."""
    return Content.model_validate({name: found[number] for name, number in NUMBERS.items() if number in found})
