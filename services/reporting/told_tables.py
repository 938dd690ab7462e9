"""A table of an edition as a network tells it: closed, bounded, and about what was asked (contracts §6).

What is accepted is published for everyone as told, so nothing may stand in it that pages and papers could not show.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from services.reporting.edition_tables import Asked

Text = Annotated[str, StringConstraints(max_length=4000)]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0)]
REGION = "region"


class Closed(BaseModel):
    """Nothing else stands in it."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Period(Closed):
    """First and last month."""

    first: Text | None = Field(alias="from")
    last: Text | None = Field(alias="to")


class Coverage(Closed):
    """How far the answer reaches."""

    networks: Count
    answered: Count
    records: Count
    expected: Count
    missing: list[Text] = []
    differing: list[Text] = []


class ToldPassport(Closed):
    """The passport of a table."""

    indicator: Text
    title: Text
    version: Count
    unit: Text
    period: Period
    filters: dict[Text, list[Text]]
    as_of: Text
    known_at: Text
    coverage: Coverage
    status: Literal["edition"]
    method: Text
    definition: Text
    source: Text
    synthetic: bool
    link: Text


class ToldTable(Closed):
    """The table with its rows; a row has the values of its dimensions besides its numbers."""

    indicator: Text
    by: list[Text]
    passport: ToldPassport
    rows: list[dict[Text, Text | float | bool | None]]
    total: Count | None
    suppressed: bool = False
    total_printed: bool = False
    total_recorded: Count | None = None
    printed_in: Text = ""


class ToldRow(Closed):
    """The numbers of a row."""

    value: Count | None
    share: Share | None = None
    suppressed: bool = False
    printed: bool = False
    recorded: Count | None = None


def check_told(asked: Sequence[Asked], tables: Sequence[Mapping[str, Any]]) -> None:
    """Raises ValueError unless every table is one, with rows that can be shown, and answers what was asked."""
    try:
        for one, entry in zip(asked, tables, strict=True):
            table = ToldTable.model_validate(entry)
            for row in entry["rows"]:
                values = {name: row[name] for name in table.by}
                ToldRow.model_validate({name: value for name, value in row.items() if name not in values})
                if not all(isinstance(value, str) for value in values.values()):
                    raise ValueError(one.name)
            if _question(table) != _asked(one):
                raise ValueError(one.name)
    except (KeyError, ValidationError) as error:
        raise ValueError(type(error).__name__) from None  # what was told is in no message


def _question(table: ToldTable) -> tuple[Any, ...]:
    """What a table says that it answers; the network is the one that tells it."""
    told = table.passport
    filters = {name: sorted(values) for name, values in told.filters.items() if name != REGION}
    return table.indicator, told.indicator, tuple(table.by), told.period.first, told.period.last, told.as_of, filters


def _asked(one: Asked) -> tuple[Any, ...]:
    question, code = one.question, one.question.indicator.code
    filters = {name: sorted(values) for name, values in question.filters if name != REGION}
    return code, code, tuple(question.by), question.first, question.last, question.as_of.isoformat(), filters
