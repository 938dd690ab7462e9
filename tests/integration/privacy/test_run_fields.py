"""Nothing of participants and contact persons is in a message, the audit or the log (class D)."""

import logging
from typing import Any
from uuid import uuid4

import pytest

from services.registration.attendance.tables import FeedbackRow, TaskRow
from services.registration.contact_tables import ContactPersonRow
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.recording import Caller, rows
from tests.support.runs import plant_run

CANARIES: dict[str, Any] = {
    "name": "CANARY-Name",
    "email": "canary@example.org",
    "house": "CANARY-Haus",
    "bridge": "CANARY-Brücke",
    "bridge_email": "canary2@example.org",
    "evidence": "CANARY-Nachweis",
    "selected_on": "2013-02-03",
    "qualified_on": "2013-03-04",
    "mandated_on": "2013-04-05",
    "inactive_on": "2013-05-06",
}
KNOWN = {"contact_person_id", "carrier_id", "revision", "withdrawn", "recorded_on", "search_name", "officer"}
SIGNS = ["canary", "2013-02-03", "2013-03-04", "2013-04-05", "2013-05-06", "cooperation", "absent"]


def test_every_field_has_its_canary_and_feedback_has_no_text() -> None:
    assert set(ContactPersonRow.model_fields) == CANARIES.keys() | KNOWN
    assert set(TaskRow.model_fields) == {"participant_id", "module", "carrier_id", "kind", "handed_in_on"}
    numbers = FeedbackRow.model_fields.keys() - {"feedback_id", "run_id"}
    assert {FeedbackRow.model_fields[name].annotation for name in numbers} == {int}


async def test_nothing_of_a_participant_or_contact_person_leaves(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    with caplog.at_level(logging.DEBUG):
        run = await plant_run(app, trainer.carrier, "ikbo", [("module_1", 9)], ["CANARY-Eins", "CANARY-Zwei"])
        await trainer.put(run.path(), {"entries": run.entries(0, absent=(1,)), "note": "CANARY-Notiz", "revision": 1})
        task = {"participant_id": str(run.people[0]), "module": 1, "kind": "cooperation", "handed_in_on": "2013-02-03"}
        await trainer.put(f"runs/{run.run}/tasks", {"entries": [task]})
        await trainer.put(f"contact-persons/{uuid4()}", CANARIES)
        refused = await trainer.send("PUT", f"contact-persons/{uuid4()}", json=CANARIES | {"officer": True})
        assert "canary" not in refused.text.lower()
        for path in (run.path(), "contact-persons", "contact-persons/invitations", "contact-persons/places"):
            assert (await trainer.send("GET", path)).status_code == 200
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert len(sent) >= 4
    acts = await rows(app, "SELECT audit::text FROM audit")
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    for sign in SIGNS:
        for text in [text for (text,) in (*sent, *acts)] + lines:
            assert sign not in text.lower(), f"{sign}: {text}"
