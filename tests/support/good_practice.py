"""Good Practice in tests: a proposal as a trainer writes it, a sheet with all its parts, and decisions of the board."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.reporting.board.tables import BoardDecisionRow
from shared.clock import today
from shared.database import SessionFactory
from shared.vocabulary import Role
from tests.support.recording import Caller

REASONS = "Der Ansatz ist erprobt und lässt sich ohne Mehraufwand übertragen."
PROPOSAL = {"title": "Lernwerkstatt", "round": "2019-2022", "unit": "FS-GP"}
PARTS = {
    "subtitle": "Lernen am Arbeitsplatz",
    "line": "qualification",
    "area": "health",
    "short_description": "Eine Werkstatt im Betrieb.",
    "initial_situation": "Es fehlten Räume.\n\nUnd Zeit.",
    "implementation": "Gelernt wird im Betrieb.",
    "conclusion": "Es bleibt dabei.",
    "addressees": "Kliniken",
    "project": "Brücke in den Beruf",
    "carrier": "Bildungswerk Beispiel",
    "mailbox": "kontakt@werk.example",
    "offer": "Material und Beratung",
}
"""What a sheet has beside what the proposal says (GP-10)."""
DECISION: dict[str, Any] = {"outcome": "selected", "reasons": REASONS, "state": "decided", "decided_by": "board"}


async def propose(trainer: Caller, **values: str) -> UUID:
    """A proposal of a specialist unit of the network."""
    network = Caller(trainer.client, trainer.settings, Role.COORDINATOR, None)
    unit = {"kind": "specialist_unit", "code": "FS-GP", "name": "Fachstelle", "valid_from": "2020-01-01"}
    known = (await network.send("GET", "structure")).json()["items"]
    if not [one for one in known if one["code"] == "FS-GP"]:
        await network.put(f"structure/{uuid4()}", unit)
    item = uuid4()
    await trainer.put(f"items/{item}", {"item_kind": "good_practice", "values": PROPOSAL | values})
    return item


async def decide(sessions: SessionFactory, item: UUID, revision: int = 1, **values: Any) -> None:
    """Decide at the centre about an item of rp, as the board does when it closes a decision."""
    named: dict[str, Any] = {"region": "rp", "item_id": item, "revision": revision, "decided_on": today()}
    async with sessions() as session, session.begin():
        session.add(BoardDecisionRow(**DECISION | named | {"sitting_id": uuid4()} | values))


def told(item: UUID, revision: int = 1, day: date | None = None, **values: Any) -> dict[str, Any]:
    """A decision as the centre tells it."""
    named = {"item_id": str(item), "revision": revision, "decided_on": (day or today()).isoformat()}
    return {"outcome": "selected", "reasons": REASONS} | named | values
