"""Applying an import of sessions: one transaction, judged by the state after the whole file (contracts §4, §5)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import handlers, store
from services.counselling.handlers import place
from services.counselling.model import Offices, check_session
from services.counselling.order import Place, derive, surplus_firsts
from services.counselling.publishing import row_messages
from services.counselling.tables import SessionRow
from shared import clock
from shared.importing.kinds import Apply, ParsedRow, RowOutcome
from shared.importing.tables import ImportJob
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem
from shared.recording import Revisions
from shared.revisions import plain, recording_day, row_digest
from shared.settings import Settings
from shared.vocabulary import SeenBefore, SessionType, age_group, funding_round

PAUSE_ROWS = 100
NOT_STORED = {"external_id", "office", "birth_year", "age_group", "person_ref", "recorded_on", "withdrawn_on"}
DEFAULTS = {
    "nationality": NOT_STATED,
    "refugee_background": NOT_STATED,
    "gender": NOT_STATED,
    "has_degree": NOT_STATED,
    "mobile": False,
    "outreach": False,
}


@dataclass(slots=True)
class Candidate:
    """A row of the file on its way into the tables; `before` is the stored session it changes."""

    row: int
    session_id: UUID
    content: dict[str, Any]
    recorded_on: date
    withdrawn_on: date | None
    before: SessionRow | None

    def group(self, carrier: UUID) -> store.Group | None:
        """The sessions it is ordered with."""
        key = self.content["person_key"]
        return (carrier, key, self.content["programme_line"]) if key else None

    def place(self) -> Place:
        """Itself as the order sees it."""
        first = self.before.first_recorded_on if self.before else self.recorded_on
        content = self.content
        return Place(self.session_id, content["date"], first, content["session_type"], type_given=True)


class SessionImport:
    """One file of sessions of one carrier."""

    def __init__(self, session: AsyncSession, job: ImportJob, settings: Settings) -> None:
        self.session, self.job, self.carrier = session, job, job.carrier_id
        self.today, self.key = clock.today(), settings.signing_key.get_secret_value()
        self.revisions = Revisions(session, settings.network, job.requested_by, clock.now(), row_messages)
        self.outcomes: list[RowOutcome] = []

    async def apply(self, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Store the rows; one outcome per row."""
        await store.lock_import(self.session, self.carrier)
        offices = await store.offices(self.session, (self.carrier,))
        parsed = list(rows)
        names = list({row.values["external_id"] for row in parsed})
        stored = await store.imported(self.session, self.carrier, names)
        candidates = self._candidates(parsed, stored, offices)
        groups = {group for c in candidates for group in (c.group(self.carrier), _group_of(c.before)) if group}
        present = await store.person_sessions(self.session, sorted(groups, key=str))
        accepted = self._without_second_firsts(candidates, present)
        await self._store(accepted, present)
        await self.revisions.write()
        return self.outcomes

    def _candidates(
        self, parsed: Sequence[ParsedRow], stored: dict[str, SessionRow], offices: Offices
    ) -> list[Candidate]:
        seen: dict[str, int] = {}
        candidates = []
        for row in parsed:
            name = row.values["external_id"]
            if name in seen:
                text = f"Die Kennung steht schon in Zeile {seen[name]}. Bitte eine der Zeilen entfernen."
                self._reject(row.row, FieldProblem("external_id", name, text, ""))
                continue
            seen[name] = row.row
            candidate = self._candidate(row, stored.get(name), offices)
            if candidate is not None:
                candidates.append(candidate)
        return candidates

    def _candidate(self, row: ParsedRow, before: SessionRow | None, offices: Offices) -> Candidate | None:
        values = row.values
        digest = row_digest(values)
        if before is not None and before.row_hash == digest:
            self.outcomes.append(RowOutcome(row.row, "unchanged"))
            return None
        recorded_on, problems = recording_day(values, before.recorded_on if before else None, self.today)
        problems += check_session(values, offices, self.today)
        if problems:
            self._reject(row.row, problems[0])
            return None
        content = self._content(values, offices) | {"row_hash": digest}
        key = before.session_id if before else uuid4()
        return Candidate(row.row, key, content, recorded_on, values.get("withdrawn_on"), before)

    def _content(self, values: dict[str, Any], offices: Offices) -> dict[str, Any]:
        content = {name: plain(value) for name, value in values.items() if name not in NOT_STORED}
        content |= {name: default for name, default in DEFAULTS.items() if content.get(name) is None}
        office = offices.get(values.get("office") or "")
        group = values.get("age_group") or age_group(values["date"], values.get("birth_year"))
        reference = values.get("person_ref")
        return content | {
            "external_id": values["external_id"],
            "office_id": office.office_id if office else None,
            "project_id": office.project_id if office else None,
            "age_group": plain(group),
            "occasions": sorted(set(content.get("occasions") or [])),
            "person_key": handlers.person_ref_key(self.carrier, reference, self.key) if reference else None,
        }

    def _without_second_firsts(
        self, candidates: list[Candidate], present: dict[store.Group, list[SessionRow]]
    ) -> list[Candidate]:
        """Reject rows that would be a second `first` of a person's round, until none is left (CNS-02)."""
        by_group: dict[store.Group, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            if (group := candidate.group(self.carrier)) is not None and candidate.withdrawn_on is None:
                by_group[group].append(candidate)
        rejected: set[UUID] = set()
        for group, rows in by_group.items():
            rejected |= self._second_firsts(rows, present[group])
        return [candidate for candidate in candidates if candidate.session_id not in rejected]

    def _second_firsts(self, rows: list[Candidate], stored: list[SessionRow]) -> set[UUID]:
        changed = {candidate.session_id for candidate in rows}
        firsts = [candidate for candidate in rows if candidate.content["session_type"] == SessionType.FIRST]
        kept = [place(row) for row in stored if row.session_id not in changed]
        held = {funding_round(entry.date) for entry in kept if entry.session_type == SessionType.FIRST}
        surplus = set(surplus_firsts(entry.place() for entry in firsts))
        out = {c.session_id for c in firsts if funding_round(c.content["date"]) in held} | surplus
        for candidate in firsts:
            if candidate.session_id in out:
                text = (
                    f"In der Förderrunde {funding_round(candidate.content['date'])} gibt es für diese Person schon "
                    "eine Erstberatung. Bitte als Folgeberatung eintragen."
                )
                self._reject(candidate.row, FieldProblem("session_type", SessionType.FIRST.de, text, ""))
        return out

    async def _store(self, accepted: list[Candidate], present: dict[store.Group, list[SessionRow]]) -> None:
        causes: dict[store.Group, SessionRow] = {}
        lost: dict[store.Group, frozenset[str]] = defaultdict(frozenset)
        for candidate in accepted:
            old = _group_of(candidate.before)
            for group, rounds in _lost(candidate).items():
                lost[group] |= rounds
            row = self._row(candidate)
            new = candidate.group(self.carrier)
            for group in {group for group in (old, new) if group}:
                members = [entry for entry in present[group] if entry.session_id != row.session_id]
                present[group] = [*members, row] if group == new and not candidate.withdrawn_on else members
                if group not in causes or causes[group].recorded_on < row.recorded_on:
                    causes[group] = row
        own = {candidate.session_id for candidate in accepted}
        for group, cause in causes.items():
            self._reorder(present[group], cause, own, lost[group])
        for number, candidate in enumerate(accepted):
            self._place_outsider(candidate, present)
            self._emit(candidate)
            if number % PAUSE_ROWS == 0:
                await asyncio.sleep(0)  # the service answers others meanwhile

    def _row(self, candidate: Candidate) -> SessionRow:
        row = candidate.before
        if row is None:
            row = SessionRow(
                session_id=candidate.session_id,
                carrier_id=self.carrier,
                origin=self.job.origin,
                revision=0,
                seen_before=SeenBefore.NOT_KNOWN.value,
                recorded_on=candidate.recorded_on,
                first_recorded_on=candidate.recorded_on,
                type_given=True,
                **candidate.content,
            )
            candidate.before = row
        row.sqlmodel_update(candidate.content)
        row.type_given, row.withdrawn = True, False
        row.revision += 1
        row.recorded_on = candidate.recorded_on
        return row

    def _place_outsider(self, candidate: Candidate, present: dict[store.Group, list[SessionRow]]) -> None:
        """`seen_before` of a row that takes no place in the order: withdrawn in the same file, or without a person."""
        row, group = candidate.before, candidate.group(self.carrier)
        if row is None or (group is not None and candidate.withdrawn_on is None):
            return
        row.seen_before = SeenBefore.NOT_KNOWN.value
        if group is not None:
            others = [place(entry) for entry in present[group] if entry.session_id != row.session_id]
            row.seen_before = derive([*others, place(row)])[row.session_id][1]

    def _reorder(self, rows: list[SessionRow], cause: SessionRow, own: set[UUID], lost: frozenset[str]) -> None:
        verdicts = derive([place(row) for row in rows], lost)
        for row in rows:
            verdict = verdicts[row.session_id]
            if (row.session_type, row.seen_before) == verdict:
                continue
            row.session_type, row.seen_before = verdict
            if row.session_id not in own:  # a row of the file gets one revision, whatever else changes it
                row.revision += 1
                row.recorded_on = max(row.recorded_on, cause.recorded_on)
                self.revisions.add(row, "session.reordered")

    def _emit(self, candidate: Candidate) -> None:
        row = candidate.before
        if row is None:
            raise RuntimeError("a stored candidate has its row")
        self.revisions.add(row, "session.imported")
        if candidate.withdrawn_on is not None:
            row.revision += 1
            row.withdrawn, row.recorded_on = True, max(row.recorded_on, candidate.withdrawn_on)
            self.revisions.add(row, "session.withdrawn")
        self.outcomes.append(RowOutcome(candidate.row, "accepted"))

    def _reject(self, row: int, problem: FieldProblem) -> None:
        message = f"{problem.problem} {problem.remedy}".strip()
        shown = "" if problem.value is None else str(problem.value)[:80]
        self.outcomes.append(RowOutcome(row, "rejected", problem.field, shown, message))


def _lost(candidate: Candidate) -> dict[store.Group, frozenset[str]]:
    """The round that loses its `first` by this row."""
    if candidate.before is None:
        return {}
    return handlers.lost_rounds(candidate.before, None if candidate.withdrawn_on else candidate.content)


def _group_of(row: SessionRow | None) -> store.Group | None:
    return (row.carrier_id, row.person_key, row.programme_line) if row is not None and row.person_key else None


def apply_sessions(settings: Settings) -> Apply:
    """How files of this service's kind are applied."""

    async def apply(session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        return await SessionImport(session, job, settings).apply(rows)

    return apply
