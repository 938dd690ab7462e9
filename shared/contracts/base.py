"""What all event bodies share: closed, frozen models whose canonical JSON is signed by the digests."""

import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.nationalities import nationality_labels

Month = Annotated[str, StringConstraints(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$")]
Count = Annotated[int, Field(ge=0, le=100_000)]
Headcount = Annotated[int, Field(ge=1, le=100_000)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,40}$")]
# What a person types in one line: no control character, which no database or page could take.
Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
PublicText = Annotated[str, StringConstraints(min_length=1, max_length=200)]
PublicSummary = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
PublicSection = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
PublicUrl = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,300}$")]
# An organisation's mailbox: a local part with a dot is how people's own addresses look, so it is refused.
Mailbox = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{2,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=200)
]
Round = Literal["2005-2007", "2008-2010", "2011-2014", "2015-2018", "2019-2022", "2023-2028"]
Occupation = Annotated[str, StringConstraints(pattern=r"^\d{2,5}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^([a-z]{2}|other)$")]

# The lines whose records may leave a network; `migration_service` never does (class E).
FederalLine = Literal[
    "recognition_counselling",
    "qualification",
    "intercultural",
    "skilled_worker_networks",
    "fair_integration",
    "migrant_economy",
]


def _known_nationality(code: str) -> str:
    if code not in nationality_labels():
        raise ValueError("Diese Staatsangehörigkeit ist nicht bekannt.")
    return code


Nationality = Annotated[str, AfterValidator(_known_nationality)]


class Revision(BaseModel):
    """A revision of one record (design 5): highest revision wins, a withdrawn one removes the record."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)

    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    withdrawn: bool


class EventBody(Revision):
    """A revision that always names the day it was recorded."""

    recorded_on: date


def canonical(body: dict[str, Any]) -> bytes:
    """The one byte form of a JSON body: sorted keys, no blanks, UTF-8. Digests are taken over it."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def canonical_body(event: Revision) -> bytes:
    """Canonical bytes of an event, ready to publish."""
    return canonical(event.model_dump(mode="json"))
