"""Import of counsellings of companies: who is new is judged by the state after the whole file (contracts §4)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.handlers.companies import derive_revision, reorder
from services.counselling.model import check_line, check_record, told_line
from services.counselling.publishing import row_messages
from services.counselling.references import company_key
from services.counselling.tables import CompanyRow
from shared.importing.rows import plain, row_digest
from shared.importing.simple import Candidate, SimpleImport, breathe
from shared.importing.tables import ImportJob
from shared.problems import FieldProblem
from shared.settings import Settings

Records = dict[store.Group, list[CompanyRow]]
STORED = ("date", "programme_line", "sector", "size_class")


class CompanyImport(SimpleImport[CompanyRow]):
    """One file of company counsellings of one carrier."""

    noun = "company"
    tell = staticmethod(row_messages)

    def __init__(self, session: AsyncSession, job: ImportJob, settings: Settings) -> None:
        super().__init__(session, job, settings)
        self.key = settings.signing_key.get_secret_value()
        self.causes: dict[store.Group, date] = {}
        self.present: Records = defaultdict(list)
        self.gone: Records = defaultdict(list)

    async def load(self, external_ids: Sequence[str]) -> dict[str, CompanyRow]:
        """Stored records of the rows, and the carrier's offices."""
        carrier = self.job.carrier_id
        await store.lock_companies(self.session, (carrier,))
        self.offices = await store.offices(self.session, (carrier,))
        found = await store.imported(self.session, CompanyRow, carrier, external_ids)
        self.told = {name: told_line(row) for name, row in found.items()}
        return found

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of day, line and office."""
        told = self.told.get(values["external_id"])
        return check_line(told, values["programme_line"]) + check_record(values, self.offices, self.today)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the record."""
        office = self.offices.get(values.get("office") or "")
        found = {name: plain(values.get(name)) for name in STORED}
        return found | {
            "participants": values.get("participants") or 1,
            "company_key": self._company(values),
            "office_id": office.office_id if office else None,
        }

    def digest(self, values: dict[str, Any]) -> str:
        """A plain digest could be searched for the reference, so its keyed hash stands in for it."""
        return row_digest(values | {"company_ref": self._company(values)})

    def _company(self, values: dict[str, Any]) -> str | None:
        return company_key(self.job.carrier_id, values.get("company_ref"), self.key)

    def make(self, candidate: Candidate[CompanyRow]) -> CompanyRow:
        """A new record."""
        return CompanyRow(
            company_id=candidate.key,
            carrier_id=self.job.carrier_id,
            origin=self.job.origin,
            revision=0,
            recorded_on=candidate.recorded_on,
            first_recorded_on=candidate.recorded_on,
            **candidate.content,
        )

    async def save(self, candidates: list[Candidate[CompanyRow]]) -> None:
        """Save the rows, put every company they touch in order, then publish each row once."""
        for number, candidate in enumerate(candidates):
            self._place(candidate)
            await breathe(number)
        await self._order({candidate.key for candidate in candidates})
        for number, candidate in enumerate(candidates):
            await self.publish(candidate, number)

    def _place(self, candidate: Candidate[CompanyRow]) -> None:
        """Take a row; note which companies it touches and on which day it does so."""
        left = store.company_of(candidate.stored) if candidate.stored else None
        row = self.take(candidate)
        company = store.company_of(row)
        for touched in (left, company):
            if touched is not None:
                self.causes[touched] = max(self.causes.get(touched, date.min), candidate.last_day)
        if company is None:
            row.company_is_new = True
        else:
            (self.gone if candidate.withdrawn_on else self.present)[company].append(row)

    async def _order(self, own: set[UUID]) -> None:
        """Decide who is new; a row of the file gets one revision, whatever else changes it."""
        with self.session.no_autoflush:  # rows of the file are known; they are written in parts, later
            stored = await store.company_records(self.session, list(self.causes))
        for company, rows in stored.items():
            present = [*self.present[company], *(row for row in rows if row.company_id not in own)]
            for row in reorder(present, self.gone[company]):
                if row.company_id not in own:
                    derive_revision(row, self.causes[company], self.revisions)
