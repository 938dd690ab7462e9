"""Import of group information."""

from collections.abc import Sequence
from typing import Any

from services.counselling import store
from services.counselling.model import check_line, check_record, told_line
from services.counselling.publishing import row_messages
from services.counselling.tables import GroupRow
from shared.importing.rows import plain
from shared.importing.simple import Candidate, SimpleImport
from shared.problems import FieldProblem

STORED = ("date", "programme_line", "group_type", "participants", "topic", "language")


class GroupImport(SimpleImport[GroupRow]):
    """One file of group information of one carrier."""

    noun = "group"
    tell = staticmethod(row_messages)

    async def load(self, external_ids: Sequence[str]) -> dict[str, GroupRow]:
        """Stored records of the rows, and the carrier's offices."""
        carrier = self.job.carrier_id
        self.offices = await store.offices(self.session, (carrier,))
        found = await store.imported(self.session, GroupRow, carrier, external_ids, to_change=True)
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
        return found | {"office_id": office.office_id if office else None}

    def make(self, candidate: Candidate[GroupRow]) -> GroupRow:
        """A new record."""
        return GroupRow(
            group_id=candidate.key,
            carrier_id=self.job.carrier_id,
            origin=self.job.origin,
            revision=0,
            recorded_on=candidate.recorded_on,
            **candidate.content,
        )
