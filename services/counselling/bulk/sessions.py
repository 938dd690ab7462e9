"""Import of sessions: first and follow-up are judged by the state after the whole file (contracts §4, CNS-02)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.handlers.sessions import lost_rounds, place, reorder
from services.counselling.model import check_line, check_session, told_line
from services.counselling.order import Place, derive, surplus_firsts
from services.counselling.publishing import row_messages
from services.counselling.tables import SessionRow
from shared.importing.rows import person_ref_key, plain, row_digest
from shared.importing.simple import Candidate, SimpleImport
from shared.importing.tables import ImportJob
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem
from shared.rights.tombstones import Tombstones
from shared.settings import Settings
from shared.vocabulary import SeenBefore, SessionType, age_group, funding_round

NOT_STORED = {"external_id", "office", "birth_year", "age_group", "person_ref", "recorded_on", "withdrawn_on"}
DEFAULTS = {
    "nationality": NOT_STATED,
    "refugee_background": NOT_STATED,
    "gender": NOT_STATED,
    "has_degree": NOT_STATED,
    "mobile": False,
    "outreach": False,
}
Candidates = list[Candidate[SessionRow]]
Present = dict[store.Group, list[SessionRow]]


class SessionImport(SimpleImport[SessionRow]):
    """One file of sessions of one carrier."""

    noun = "session"
    tell = staticmethod(row_messages)

    def __init__(self, session: AsyncSession, job: ImportJob, settings: Settings) -> None:
        super().__init__(session, job, settings)
        self.carrier, self.key = job.carrier_id, settings.signing_key.get_secret_value()

    async def load(self, external_ids: Sequence[str]) -> dict[str, SessionRow]:
        """Stored sessions of the rows, and the carrier's offices."""
        await store.lock_import(self.session, self.carrier)
        self.offices = await store.offices(self.session, (self.carrier,))
        self.tombstones = await Tombstones.load(self.session, self.carrier, self.noun, self.key)
        found = await store.imported(self.session, SessionRow, self.carrier, external_ids)
        self.told = {name: told_line(row) for name, row in found.items()}
        return found

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of a session's values."""
        told = check_line(self.told.get(values["external_id"]), values["programme_line"])
        gone = self.tombstones.over(values["external_id"], self._person(values), values["date"])
        return gone + told + check_session(values, self.offices, self.today)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the session."""
        content = {name: plain(value) for name, value in values.items() if name not in NOT_STORED}
        content |= {name: default for name, default in DEFAULTS.items() if content.get(name) is None}
        office = self.offices.get(values.get("office") or "")
        group = values.get("age_group") or age_group(values["date"], values.get("birth_year"))
        return content | {
            "type_given": True,
            "office_id": office.office_id if office else None,
            "project_id": office.project_id if office else None,
            "age_group": plain(group),
            "occasions": sorted(set(content.get("occasions") or [])),
            "person_key": self._person(values),
        }

    def digest(self, values: dict[str, Any]) -> str:
        """A plain digest could be searched for the reference, so its keyed hash stands in for it."""
        return row_digest(values | {"person_ref": self._person(values)})

    def _person(self, values: dict[str, Any]) -> str | None:
        reference = values.get("person_ref")
        return person_ref_key(self.carrier, reference, self.key) if reference else None

    def make(self, candidate: Candidate[SessionRow]) -> SessionRow:
        """A new session."""
        return SessionRow(
            session_id=candidate.key,
            carrier_id=self.carrier,
            origin=self.job.origin,
            revision=0,
            seen_before=SeenBefore.NOT_KNOWN.value,
            recorded_on=candidate.recorded_on,
            first_recorded_on=candidate.recorded_on,
            **candidate.content,
        )

    async def save(self, candidates: Candidates) -> None:
        """Save the rows that are no second `first`, put every person they touch in order, publish each row once."""
        groups = {group for c in candidates for group in (self._group(c), _group_of(c.stored)) if group}
        present = await store.person_sessions(self.session, sorted(groups, key=str))
        accepted = self._without_second_firsts(candidates, present)
        self._order(accepted, present)
        for number, candidate in enumerate(accepted):
            self._place_outsider(candidate, present)
            await self.publish(candidate, number)

    def _group(self, candidate: Candidate[SessionRow]) -> store.Group | None:
        """The sessions a row is ordered with."""
        key = candidate.content["person_key"]
        return (self.carrier, key, candidate.content["programme_line"]) if key else None

    def _without_second_firsts(self, candidates: Candidates, present: Present) -> Candidates:
        """Reject rows that would be a second `first` of a person's round, until none is left (CNS-02)."""
        by_group: dict[store.Group, Candidates] = defaultdict(list)
        for candidate in candidates:
            if (group := self._group(candidate)) is not None and candidate.withdrawn_on is None:
                by_group[group].append(candidate)
        rejected: set[UUID] = set()
        for group, rows in by_group.items():
            rejected |= self._second_firsts(rows, present[group])
        return [candidate for candidate in candidates if candidate.key not in rejected]

    def _second_firsts(self, rows: Candidates, stored: list[SessionRow]) -> set[UUID]:
        changed = {candidate.key for candidate in rows}
        firsts = [candidate for candidate in rows if candidate.content["session_type"] == SessionType.FIRST]
        kept = [place(row) for row in stored if row.session_id not in changed]
        held = {funding_round(entry.date) for entry in kept if entry.session_type == SessionType.FIRST}
        surplus = set(surplus_firsts(_place_of(candidate) for candidate in firsts))
        out = {c.key for c in firsts if funding_round(c.content["date"]) in held} | surplus
        for candidate in firsts:
            if candidate.key in out:
                text = (
                    f"In der Förderrunde {funding_round(candidate.content['date'])} gibt es für diese Person schon "
                    "eine Erstberatung. Bitte als Folgeberatung eintragen."
                )
                self.reject(candidate.row, FieldProblem("session_type", SessionType.FIRST.de, text, ""))
        return out

    def _order(self, accepted: Candidates, present: Present) -> None:
        """Take the rows and put the sessions of every person they touch in order."""
        causes: dict[store.Group, date] = {}
        lost: dict[store.Group, frozenset[str]] = defaultdict(frozenset)
        for candidate in accepted:
            old = _group_of(candidate.stored)
            for group, rounds in _lost(candidate).items():
                lost[group] |= rounds
            row, new = self.take(candidate), self._group(candidate)
            for group in {group for group in (old, new) if group}:
                members = [entry for entry in present[group] if entry.session_id != row.session_id]
                present[group] = [*members, row] if group == new and not candidate.withdrawn_on else members
                causes[group] = max(causes.get(group, date.min), candidate.last_day)
        own = {candidate.key for candidate in accepted}
        for group, day in causes.items():
            reorder(present[group], day, self.revisions, lost[group], own)  # a row of the file gets one revision

    def _place_outsider(self, candidate: Candidate[SessionRow], present: Present) -> None:
        """`seen_before` of a row that takes no place in the order: withdrawn in the same file, or without a person."""
        row, group = candidate.stored, self._group(candidate)
        if row is None or (group is not None and candidate.withdrawn_on is None):
            return
        row.seen_before = SeenBefore.NOT_KNOWN.value
        if group is not None:
            others = [place(entry) for entry in present[group] if entry.session_id != row.session_id]
            row.seen_before = derive([*others, place(row)])[row.session_id][1]


def _place_of(candidate: Candidate[SessionRow]) -> Place:
    """A row of the file as the order sees it."""
    first = candidate.stored.first_recorded_on if candidate.stored else candidate.recorded_on
    content = candidate.content
    return Place(candidate.key, content["date"], first, content["session_type"], type_given=True)


def _lost(candidate: Candidate[SessionRow]) -> dict[store.Group, frozenset[str]]:
    """The round that loses its `first` by this row."""
    if candidate.stored is None:
        return {}
    return lost_rounds(candidate.stored, None if candidate.withdrawn_on else candidate.content)


def _group_of(row: SessionRow | None) -> store.Group | None:
    return (row.carrier_id, row.person_key, row.programme_line) if row is not None and row.person_key else None
