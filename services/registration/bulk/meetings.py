"""Import of trainings, events and counselling processes."""

from typing import Any

from services.registration import importing, store
from services.registration.bulk.files import CarrierFile
from services.registration.model import check_meeting, check_offering_code, meeting_values
from services.registration.tables import MeetingRow
from shared.problems import FieldProblem

NOT_STORED = {"external_id", "office", "offering", "recorded_on", "withdrawn_on"}
DEFAULTS = {"number": 1, "role": "own"}


class MeetingFile(CarrierFile[MeetingRow]):
    """One file of meetings of one carrier."""

    kind, table = importing.MEETINGS, MeetingRow

    async def prepare(self) -> None:
        """Load the carrier's offices and offerings."""
        self.offices = await store.offices(self.session, (self.job.carrier_id,))
        self.offerings = await store.offerings_in_force(self.session, self.job.carrier_id)

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of day, line, numbers, office and offering."""
        problems = check_meeting(filled(values), self.offices, self.today)
        return problems + check_offering_code(values.get("offering"), self.offerings)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the record."""
        found = {name: value for name, value in filled(values).items() if name not in NOT_STORED}
        office, offering = values.get("office"), values.get("offering")
        return found | {
            "office_id": self.offices[office] if office else None,
            "offering_id": self.offerings[offering] if offering else None,
        }


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Values of a row with the defaults of empty cells."""
    return meeting_values(values | {name: values.get(name) or default for name, default in DEFAULTS.items()})
