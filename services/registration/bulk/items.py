"""Import of items: transfers, Good Practice examples, projects. Their history is one file per state."""

from typing import Any

from services.registration import importing, store
from services.registration.bulk.files import CarrierFile
from services.registration.item_tables import ItemRow
from services.registration.items.rules import check_item
from shared.problems import FieldProblem
from shared.vocabulary import Delivery

STORED = ("item_kind", "state", "round", "area", "route")


class ItemFile(CarrierFile[ItemRow]):
    """One file of items of one carrier."""

    kind, table = importing.ITEMS, ItemRow

    async def prepare(self) -> None:
        """Load the carrier's offerings."""
        self.offerings = await store.offerings_in_force(self.session, self.job.carrier_id)

    def check(self, values: dict[str, Any]) -> list[FieldProblem]:
        """Problems of state and offering."""
        return check_item(values, self.offerings)

    def content(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns of the record."""
        offering = values.get("offering")
        return {name: values.get(name) for name in STORED} | {
            "delivery": values.get("delivery") or Delivery.NOT_STATED.value,
            "offering_id": self.offerings[offering] if offering else None,
        }
