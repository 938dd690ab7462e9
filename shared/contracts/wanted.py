"""What the centre tells a service of a network again and again: what it holds, which buckets it wants (contracts §3).

State, not an event: the newest message counts, one that was missed is followed by the next. It names records by their
random id only. The question beside it asks for the records of one bucket, by id, revision and digest.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Code, Month

MOST_NAMED = 2000
"""Records of a kind that one message names: what lies beyond them is told by its number."""
MOST_RECORDS = 10_000
"""Records of a bucket that one answer lists."""
Bucket = Annotated[int, Field(ge=0, le=255)]


class Ahead(BaseModel):
    """A record that the centre knows and the network does not, or not in this revision: it was set back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    month: Month | None = None


class KindWanted(BaseModel):
    """One kind of record: how many the centre holds, which buckets it wants again, which records it is ahead with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    held: Annotated[int, Field(ge=0)]
    buckets: Annotated[tuple[Bucket, ...], Field(max_length=256)] = ()
    ahead: Annotated[tuple[Ahead, ...], Field(max_length=MOST_NAMED)] = ()
    ahead_total: Annotated[int, Field(ge=0)] = 0


class BucketsWanted(BaseModel):
    """The centre's state about one service of one network; `compared_at`: when the two sides were last compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    compared_at: datetime
    kinds: dict[Code, KindWanted]


class RecordsAsked(BaseModel):
    """The question for the records of a bucket."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Code
    bucket: Bucket


class RecordsTold(BaseModel):
    """Id, revision and digest (signed 64 bits) of each record of a bucket; null where there are too many to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    records: Annotated[list[tuple[UUID, int, int]], Field(max_length=MOST_RECORDS)] | None


def wanted_subject(context: str, region: str = "") -> str:
    """Subject of the state: at the hub with the network's code, inside the network without it."""
    return ".".join(filter(None, ("down", region, context, "buckets_wanted.v1")))
