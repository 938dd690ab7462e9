"""A file of rows, applied in one transaction with one outcome per row (contracts §5)."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Generic, NamedTuple, Protocol
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store
from services.registration.publishing import row_messages
from services.registration.store import Record
from shared import clock
from shared.importing.kinds import Kind, ParsedRow, RowOutcome
from shared.importing.rows import plain, recording_day, row_digest
from shared.importing.tables import ImportJob
from shared.problems import FieldProblem
from shared.recording import Revisions
from shared.settings import Settings

PAUSE_ROWS = 100
WRITTEN_ROWS = 1_000
"""After so many rows their revisions are written: a large file is not kept in memory twice."""


class Step(NamedTuple):
    """A revision that a row makes: its day of recording, and what the record holds from then on (the rest stays)."""

    recorded_on: date
    content: Mapping[str, Any]


class Known(Protocol):
    """A stored record, as a row that changes it sees it."""

    recorded_on: date
    row_recorded_on: date | None


def day_of(values: dict[str, Any], before: Known | None, today: date) -> tuple[date, list[FieldProblem]]:
    """Day of recording of a row that makes one revision, and its problems."""
    if before is None or before.row_recorded_on is None:  # no row has come before
        day, problems = recording_day(values, None, today)
        return max(day, before.recorded_on) if before is not None else day, problems
    return recording_day(values, before.recorded_on, today, before.row_recorded_on)


class ImportFile(ABC):
    """One file; who applies it says what its rows mean."""

    kind: ClassVar[Kind]

    def __init__(self, session: AsyncSession, job: ImportJob, settings: Settings) -> None:
        self.session, self.job, self.today = session, job, clock.today()
        self.key = settings.signing_key.get_secret_value()
        self.revisions = Revisions(session, settings.network, job.requested_by, clock.now(), row_messages)
        self.outcomes: list[RowOutcome] = []

    @abstractmethod
    async def apply(self, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Store the rows; one outcome per row."""

    def distinct(self, rows: Iterable[ParsedRow]) -> Iterator[ParsedRow]:
        """The rows whose `external_id` no earlier row has; the others are rejected."""
        seen: dict[str, int] = {}
        for row in rows:
            name = row.values["external_id"]
            if seen.setdefault(name, row.row) == row.row:
                yield row
            else:
                text = f"Die Kennung steht schon in Zeile {seen[name]}."
                self.reject(row, FieldProblem("external_id", name, text, "Bitte eine der Zeilen entfernen."))

    def accept(self, row: ParsedRow) -> None:
        """Note that a row was stored."""
        self.outcomes.append(RowOutcome(row.row, "accepted"))

    def unchanged(self, row: ParsedRow) -> None:
        """Note that a row says nothing new."""
        self.outcomes.append(RowOutcome(row.row, "unchanged"))

    def reject(self, row: ParsedRow, problem: FieldProblem) -> None:
        """Note that a row was refused, where and how to mend it."""
        shown = "" if problem.value is None else str(problem.value)[:80]
        message = f"{problem.problem} {problem.remedy}".strip()
        self.outcomes.append(RowOutcome(row.row, "rejected", problem.field, shown, message))


class CarrierFile(ImportFile, Generic[Record]):
    """One file of one carrier of which each row is one record of `table`, judged by itself."""

    table: type[Record]
    later: ClassVar[tuple[str, ...]] = ()
    """Columns that were added: where they are empty, a row of before is still the same row."""

    @abstractmethod
    async def prepare(self) -> None:
        """Load what rows refer to."""

    @abstractmethod
    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of a row."""

    @abstractmethod
    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """What a record holds of a row without problems; codes are plain text here."""

    def days(self, values: dict[str, Any], before: Record | None) -> tuple[list[date], list[FieldProblem]]:
        """Days of recording of the revisions a row makes, and their problems."""
        day, problems = day_of(values, before, self.today)
        return [day], problems

    def steps(self, values: dict[str, Any], days: list[date]) -> list[Step]:
        """The revisions of a row; of most kinds one."""
        return [Step(days[-1], self.content(values))]

    async def apply(self, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Store the rows; one outcome per row."""
        parsed = list(rows)
        await self.prepare()
        names = list({row.values["external_id"] for row in parsed})
        stored = await store.imported(self.session, self.table, self.job.carrier_id, names)
        for number, row in enumerate(self.distinct(parsed), 1):
            self._take(row, stored.get(row.values["external_id"]))
            if number % PAUSE_ROWS == 0:
                await asyncio.sleep(0)  # the service answers others meanwhile
            if number % WRITTEN_ROWS == 0:
                await self.revisions.write()
        await self.revisions.write()
        return self.outcomes

    def _take(self, row: ParsedRow, before: Record | None) -> None:
        digest = row_digest({name: cell for name, cell in row.values.items() if self._says(name, cell)})
        if before is not None and before.row_hash == digest:
            self.unchanged(row)
            return
        days, problems = self.days(row.values, before)
        if problems := problems + self.check(row.values):
            self.reject(row, problems[0])
            return
        values = {name: plain(value) for name, value in row.values.items()}
        known = {"external_id": values["external_id"], "row_hash": digest}
        known["row_recorded_on"] = values.get("recorded_on") or (before and before.row_recorded_on) or days[0]
        self._store(before, self.steps(values, days), known, values.get("withdrawn_on"))
        self.accept(row)

    def _says(self, name: str, cell: object) -> bool:
        return cell is not None or name not in self.later

    def _store(
        self, before: Record | None, steps: list[Step], known: dict[str, Any], withdrawn_on: date | None
    ) -> None:
        row = before or self.new(recorded_on=steps[0].recorded_on, **steps[0].content, **known)
        for number, step in enumerate(steps):
            if before is not None or number > 0:
                row.sqlmodel_update(dict(step.content))
            row.revision, row.withdrawn, row.recorded_on = row.revision + 1, False, step.recorded_on
            self.revisions.add(row, f"{self.table.__tablename__}.imported")
        row.sqlmodel_update(known)
        if withdrawn_on is not None:
            row.revision, row.withdrawn = row.revision + 1, True
            row.recorded_on = max(row.recorded_on, withdrawn_on)
            self.revisions.add(row, f"{self.table.__tablename__}.withdrawn")

    def new(self, **content: Any) -> Record:
        """A new record of the carrier, of revision 0."""
        named: dict[str, Any] = {f"{self.table.__tablename__}_id": uuid4()}
        return self.table(carrier_id=self.job.carrier_id, origin=self.job.origin, revision=0, **named, **content)
