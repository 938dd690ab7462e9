"""Rows of a file against the stored records: known again, refused, or saved as the next revision (contracts §5).

For kinds of which one row is one record. A service says how its records are found, checked and made; what a kind
does beyond that (an order among its records) is its own `save`.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock
from shared.importing.kinds import Apply, ParsedRow, RowOutcome
from shared.importing.rows import recording_day, row_digest
from shared.importing.tables import ImportJob
from shared.problems import FieldProblem
from shared.recording import Recorded, Revisions
from shared.settings import Settings

PAUSE_ROWS = 100
WRITE_ROWS = 1_000


class Imported(Recorded, Protocol):
    """A record that may come from a file; `row_hash` knows its row again, `row_recorded_on` is the day that named."""

    withdrawn: bool
    recorded_on: date
    row_hash: str | None
    row_recorded_on: date | None

    def sqlmodel_update(self, obj: dict[str, Any]) -> Any:
        """Take values over."""


Row = TypeVar("Row", bound=Imported)


@dataclass(slots=True)
class Candidate(Generic[Row]):
    """A row of the file that says something new; `stored` is the record it changes, once saved the record it is."""

    row: int
    key: UUID
    content: dict[str, Any]
    recorded_on: date
    withdrawn_on: date | None
    stored: Row | None

    @property
    def last_day(self) -> date:
        """The day of its last revision."""
        return max(self.recorded_on, self.withdrawn_on or self.recorded_on)


class SimpleImport(ABC, Generic[Row]):
    """One file of one carrier, in the transaction that ends its job."""

    noun: ClassVar[str]
    """What the audit calls a record, e.g. `group`."""

    def __init__(self, session: AsyncSession, job: ImportJob, settings: Settings) -> None:
        self.session, self.job, self.today = session, job, clock.today()
        self.revisions = Revisions(session, settings.network, job.requested_by, clock.now(), self.tell)
        self.outcomes: list[RowOutcome] = []

    @classmethod
    def with_settings(cls, settings: Settings) -> Apply:
        """How files of this kind are applied."""

        async def apply(session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
            return await cls(session, job, settings).apply(rows)

        return apply

    @staticmethod
    @abstractmethod
    def tell(row: Any, region: str, instant: datetime) -> list[dict[str, Any]]:
        """The service's `publishing`."""

    @abstractmethod
    async def load(self, external_ids: Sequence[str]) -> dict[str, Row]:
        """The stored records of these rows, and whatever else the kind needs; other writers of them must wait."""

    @abstractmethod
    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of a row's values."""

    @abstractmethod
    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """What a row says of its record, as the record holds it."""

    @abstractmethod
    def make(self, candidate: Candidate[Row]) -> Row:
        """A new record of revision 0."""

    def digest(self, values: dict[str, Any]) -> str:
        """What knows the same row again."""
        return row_digest(values)

    async def apply(self, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Save the rows; one outcome per row."""
        parsed = list(rows)
        stored = await self.load(list({row.values["external_id"] for row in parsed}))
        candidates = []
        for number, row in enumerate(self._distinct(parsed)):
            candidate = self._candidate(row, stored.get(row.values["external_id"]))
            if candidate is not None:
                candidates.append(candidate)
            await breathe(number)
        await self.save(candidates)
        await self.revisions.write()
        return self.outcomes

    async def save(self, candidates: list[Candidate[Row]]) -> None:
        """Save and publish what is new."""
        for number, candidate in enumerate(candidates):
            self.take(candidate)
            await self.publish(candidate, number)

    def take(self, candidate: Candidate[Row]) -> Row:
        """The record of a row in its next revision, not published yet."""
        row = candidate.stored
        if row is None:
            row = candidate.stored = self.make(candidate)
        else:
            row.sqlmodel_update(candidate.content)
        row.revision, row.withdrawn, row.recorded_on = row.revision + 1, False, candidate.recorded_on
        return row

    async def publish(self, candidate: Candidate[Row], number: int) -> None:
        """Publish a taken row, the `number`-th; one that was withdrawn in the old system gets a second revision.

        Written from time to time: all at the end would keep the service from answering for seconds.
        """
        row = candidate.stored
        if row is None:
            raise RuntimeError("a row is taken before it is published")
        self.revisions.add(row, f"{self.noun}.imported")
        if candidate.withdrawn_on is not None:
            row.revision, row.withdrawn, row.recorded_on = row.revision + 1, True, candidate.last_day
            self.revisions.add(row, f"{self.noun}.withdrawn")
        self.outcomes.append(RowOutcome(candidate.row, "accepted"))
        if number % WRITE_ROWS == WRITE_ROWS - 1:
            await self.revisions.write()
        await breathe(number)

    def reject(self, row: int, problem: FieldProblem) -> None:
        """Refuse a row: in which column, and what to do."""
        message = f"{problem.problem} {problem.remedy}".strip()
        shown = "" if problem.value is None else str(problem.value)[:80]
        self.outcomes.append(RowOutcome(row, "rejected", problem.field, shown, message))

    def _distinct(self, rows: Iterable[ParsedRow]) -> Iterable[ParsedRow]:
        seen: dict[str, int] = {}
        for row in rows:
            name = row.values["external_id"]
            if name not in seen:
                seen[name] = row.row
                yield row
                continue
            text = f"Die Kennung steht schon in Zeile {seen[name]}. Bitte eine der Zeilen entfernen."
            self.reject(row.row, FieldProblem("external_id", name, text, ""))

    def _candidate(self, row: ParsedRow, stored: Row | None) -> Candidate[Row] | None:
        values, digest = row.values, self.digest(row.values)
        if stored is not None and stored.row_hash == digest:
            self.outcomes.append(RowOutcome(row.row, "unchanged"))
            return None
        before, named = (stored.recorded_on, stored.row_recorded_on) if stored is not None else (None, None)
        recorded_on, problems = recording_day(values, before, self.today, named)
        if problems := problems + self.check(values):
            self.reject(row.row, problems[0])
            return None
        content = self.content(values) | {"external_id": values["external_id"], "row_hash": digest}
        content["row_recorded_on"] = values.get("recorded_on") or named or recorded_on
        key = stored.key if stored is not None else uuid4()
        return Candidate(row.row, key, content, recorded_on, values.get("withdrawn_on"), stored)


async def breathe(number: int) -> None:
    """Let the service answer others from time to time while rows are worked on."""
    if number % PAUSE_ROWS == 0:
        await asyncio.sleep(0)
