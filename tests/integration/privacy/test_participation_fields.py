"""What is typed of a participation and says more than its event is in no message, audit or log; one canary a field."""

import json
import logging
from typing import Any
from uuid import uuid4

import pytest

from services.registration.tables import OfferingRow, ParticipationRow
from shared.contracts.registration import FullParticipation, LeanParticipation
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.canaries import without_drawn
from tests.support.recording import Caller, rows

CANARIES: dict[str, Any] = {
    "external_id": "CANARY-7",
    "company": "CANARY-Betrieb GmbH",
    "german_level": "c2",
    "phases": [{"phase": "recruitment", "starts": "2026-03-17", "ends": "2026-03-19"}],
    "after_exit": [{"status": "job_searching", "on": "2026-04-11"}, {"status": "employed", "on": "2026-04-13"}],
}
ESF = {"employment_status": "long_term_unemployed", "education_level": "isced_3_4"}
LEFT = {"ended_on": "2026-04-10", "result": "finished"}
OFFERING = {"code": "CANARY-M", "title": "CANARY-Maßnahme", "measure": "specialized", "units": 4711}
SIGNS = ["canary", '"c2"', "recruitment", "2026-03-1", "specialized", "4711", "2026-04-1", "job_searching"]
STAYS = ("long_term_unemployed", "isced_3_4", "exit_status", "esf_participant")
"""What ESF+ asks: in the network's own event, and in nothing that goes up (ADR 0017)."""
# Technical, or the days of which only the months are told; nobody who reads them learns who she is.
UNTOLD = {"row_hash", "row_recorded_on", "ended_recorded_on", "entered_on", "ended_on", "person_key", "person_id"}


def test_every_field_has_its_canary_or_is_in_the_event() -> None:
    typed = {"external_id", "company_key", "german_level", "phases", "after_exit", "withdrawn_reason"}
    assert set(ParticipationRow.model_fields) <= set(FullParticipation.model_fields) | typed | UNTOLD
    assert {"title", "measure", "units"} <= set(OfferingRow.model_fields)
    assert not typed & set(FullParticipation.model_fields)


async def test_nothing_but_the_event_s_fields_leaves(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    person, key = uuid4(), uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Teilnahme, Tina", "birth_year": 1931})
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    entry = CANARIES | ESF | LEFT | {"offering": "CANARY-M", "entered_on": "2026-03-17", "person_id": str(person)}
    with caplog.at_level(logging.DEBUG):
        await trainer.put(f"offerings/{uuid4()}", OFFERING)
        await trainer.put(f"participations/{key}", entry)
        sought = {"name": "Teilnahme Tina", "birth_year": 1931}
        await trainer.send("POST", "participations/persons", json=sought)
        await trainer.send("GET", "participations")
        await trainer.send("POST", f"participations/{key}/withdraw", json={"reason": "CANARY-Grund"})
    sent = await rows(
        app,
        "SELECT destination, convert_from(body, 'utf8'), headers::text FROM outbox WHERE kind <> 'person_changed'",
    )
    assert len(sent) == 4  # entry and withdrawal, in the network and up
    acts = await rows(app, "SELECT audit::text FROM audit")
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    texts = [f"{body} {headers}" for _, body, headers in sent] + [text for (text,) in acts] + lines
    for sign in (*SIGNS, "Tina", "1931"):
        assert not [text for text in texts if sign.lower() in without_drawn(text).lower()], sign
    for destination, body, _ in sent:
        assert str(person) not in body
        contract = LeanParticipation if destination == "up" else FullParticipation
        assert json.loads(body).keys() == contract.model_fields.keys()
        assert [sign for sign in STAYS if sign in body] == ([] if destination == "up" else list(STAYS))
