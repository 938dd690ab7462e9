"""Import of offerings; their code is the `external_id`."""

from typing import Any

from services.registration import importing, store
from services.registration.bulk.files import CarrierFile
from services.registration.model import check_offering
from services.registration.tables import OfferingRow
from shared.problems import FieldProblem
from shared.vocabulary import CourseForm, Delivery

STORED = ("programme_line", "format", "form", "delivery", "topic", "starts", "ends")
DEFAULTS = {"form": CourseForm.NOT_STATED.value, "delivery": Delivery.NOT_STATED.value}


class OfferingFile(CarrierFile[OfferingRow]):
    """One file of offerings of one carrier."""

    kind, table = importing.OFFERINGS, OfferingRow

    async def prepare(self) -> None:
        """Load the carrier's offices, and which offerings have participations."""
        self.offices = await store.offices(self.session, (self.job.carrier_id,))
        self.lines = await store.lines_in_use(self.session, self.job.carrier_id)

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of office, days and a line that is in use."""
        return check_offering(values, self.offices, self.lines.get(values["external_id"]))

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the record."""
        office = values.get("office")
        return {name: values.get(name) or DEFAULTS.get(name) for name in STORED} | {
            "target_groups": sorted(set(values.get("target_groups") or [])),
            "office_id": self.offices[office] if office else None,
        }
