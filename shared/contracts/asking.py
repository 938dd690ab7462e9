"""The federated question: what the centre asks a network's reporting, and the counts it gets (contracts §6).

Closed models: neither side can put a record, an id or a text of a person into them. The centre can ask for counts of
an indicator of the catalogue, and for nothing else.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import Code, Month

Value = Annotated[str, StringConstraints(max_length=60)]
Cells = list[tuple[Annotated[list[Value], Field(max_length=3)], int]]


class FiguresAsked(BaseModel):
    """A question for counts: an indicator with its version, dimensions, filters, period and both clocks.

    `keys`: for an edition, sums of the keys of records are told too, by which it rounds without bias.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    indicator: Code
    version: int
    by: Annotated[tuple[Code, ...], Field(max_length=3)] = ()
    filters: dict[Code, tuple[Value, ...]] = {}
    first: Month | None = None
    last: Month | None = None
    as_of: date
    known_at: date
    keys: bool = False


class FiguresTold(BaseModel):
    """A network's answer: counts with all values (MON-18), or in German why there are none.

    `bases` are what shares refer to where that is not the total. `lean` counts what the centre can count itself
    (the same question without what only networks know), so that both sides can be compared. `keys` has the sum of the
    keys of each cell's records and last that of all; sums of hashes, from which no record can be told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cells: Cells = []
    total: int = 0
    bases: Cells | None = None
    lean: int | None = None
    keys: list[int] | None = None
    synthetic: bool = False
    problem: Annotated[str, StringConstraints(max_length=500)] | None = None
