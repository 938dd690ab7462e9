"""What the centre tells a network again and again about its editions: those it accepted and published (contracts §3).

State, not an event: each message names every acceptance that the network has not confirmed yet. The question beside it
asks which of them are published there by now.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_EDITIONS = 500
"""Editions of one message; of more, the oldest come first."""
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class AcceptedEdition(BaseModel):
    """An edition of a network that the coordination accepted, as it was submitted: the hash is that of its tables."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edition_id: UUID
    hash: Hash
    published_on: date


class EditionsPublished(BaseModel):
    """The centre's state about a network's editions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    editions: Annotated[tuple[AcceptedEdition, ...], Field(max_length=MOST_EDITIONS)]


class EditionsNoted(BaseModel):
    """The network's answer: which of the editions asked about are published there, and which it has not got.

    One that was restored from an old backup may have lost an edition for good; left out while there is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    noted: Annotated[tuple[UUID, ...], Field(max_length=MOST_EDITIONS)]
    unknown: Annotated[tuple[UUID, ...], Field(max_length=MOST_EDITIONS)] = ()

    def told(self) -> bytes:
        """As sent: a centre that does not know `unknown` yet reads the rest as long as there is none."""
        return self.model_dump_json(exclude_defaults=True).encode()


def edition_subject(region: str = "") -> str:
    """Subject of the state: at the hub with the network's code, inside the network without it."""
    return ".".join(filter(None, ("down", region, "reporting", "edition_published.v1")))
