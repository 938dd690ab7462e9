"""What the timeline of a case (Verlauf) shows, whoever tells it."""

import datetime as dt
from collections.abc import Awaitable, Callable

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.tables import CaseRow


class Entry(BaseModel):
    """Something that happened in a case: the day, what, a further word, and where it is shown. No name."""

    date: dt.date
    kind: str
    title: str
    detail: str = ""
    link: str | None = None


Tell = Callable[[AsyncSession, CaseRow], Awaitable[list[Entry]]]
"""A part's share in the timeline; the caller has seen to it that the case may be seen."""
