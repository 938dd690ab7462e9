"""Applying an import of meetings: one transaction, one outcome per row (contracts §5)."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store
from services.registration.model import check_meeting, meeting_values
from services.registration.publishing import row_messages
from services.registration.tables import MeetingRow
from shared import clock
from shared.importing.kinds import Apply, ParsedRow, RowOutcome
from shared.importing.tables import ImportJob
from shared.problems import FieldProblem
from shared.recording import Revisions
from shared.revisions import plain, recording_day, row_digest
from shared.settings import Settings

NOT_STORED = {"office", "offering", "recorded_on", "withdrawn_on"}


class MeetingImport:
    """One file of meetings of one carrier."""

    def __init__(self, session: AsyncSession, job: ImportJob, settings: Settings) -> None:
        self.session, self.job, self.today = session, job, clock.today()
        self.revisions = Revisions(session, settings.network, job.requested_by, clock.now(), row_messages)

    async def apply(self, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Store the rows; one outcome per row."""
        parsed = list(rows)
        names = list({row.values["external_id"] for row in parsed})
        stored = await store.imported(self.session, self.job.carrier_id, names)
        offices = await store.offices(self.session, (self.job.carrier_id,))
        seen: dict[str, int] = {}
        outcomes = []
        for row in parsed:
            name = row.values["external_id"]
            if name in seen:
                text = f"Die Kennung steht schon in Zeile {seen[name]}. Bitte eine der Zeilen entfernen."
                outcomes.append(_rejected(row.row, FieldProblem("external_id", name, text, "")))
                continue
            seen[name] = row.row
            outcomes.append(self._take(row, stored.get(name), offices))
        await self.revisions.write()
        return outcomes

    def _take(self, row: ParsedRow, before: MeetingRow | None, offices: dict[str, UUID]) -> RowOutcome:
        digest = row_digest(row.values)
        if before is not None and before.row_hash == digest:
            return RowOutcome(row.row, "unchanged")
        values = meeting_values({name: plain(value) for name, value in row.values.items()} | _number(row))
        recorded_on, problems = recording_day(row.values, before.recorded_on if before else None, self.today)
        problems += check_meeting(values, offices, self.today)
        if problems:
            return _rejected(row.row, problems[0])
        content = {name: value for name, value in values.items() if name not in NOT_STORED}
        content |= {"office_id": offices.get(values.get("office") or ""), "row_hash": digest}
        self._store(before, content, recorded_on, row.values.get("withdrawn_on"))
        return RowOutcome(row.row, "accepted")

    def _store(
        self, before: MeetingRow | None, content: dict[str, Any], recorded_on: date, withdrawn_on: date | None
    ) -> None:
        row = before or MeetingRow(
            meeting_id=uuid4(),
            carrier_id=self.job.carrier_id,
            origin=self.job.origin,
            revision=0,
            recorded_on=recorded_on,
            **content,
        )
        row.sqlmodel_update(content)
        row.revision, row.withdrawn, row.recorded_on = row.revision + 1, False, recorded_on
        self.revisions.add(row, "meeting.imported")
        if withdrawn_on is not None:
            row.revision, row.withdrawn = row.revision + 1, True
            row.recorded_on = max(recorded_on, withdrawn_on)
            self.revisions.add(row, "meeting.withdrawn")


def _number(row: ParsedRow) -> dict[str, Any]:
    return {"number": row.values.get("number") or 1, "role": plain(row.values.get("role") or "own")}


def _rejected(row: int, problem: FieldProblem) -> RowOutcome:
    shown = "" if problem.value is None else str(problem.value)[:80]
    return RowOutcome(row, "rejected", problem.field, shown, f"{problem.problem} {problem.remedy}".strip())


def apply_meetings(settings: Settings) -> Apply:
    """How files of this service's kind are applied."""

    async def apply(session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        return await MeetingImport(session, job, settings).apply(rows)

    return apply
