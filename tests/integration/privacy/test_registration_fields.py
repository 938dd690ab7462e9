"""No field of a registration or its members is in a message, the audit or the log (class D); each has a canary."""

import logging
from typing import Any
from uuid import uuid4

import pytest

from services.registration.run_tables import ParticipantRow, RegistrationRow
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.canaries import without_drawn
from tests.support.enrolment import Public, made_run
from tests.support.recording import Caller, rows

MEMBERS: list[dict[str, Any]] = [
    {"name": "CANARY-Leitung", "email": "canary-eins@example.org", "graduate": True, "lead": True},
    {"name": "CANARY-Zweite", "function": "labour_market_equality", "released": True},
]
CANARIES: dict[str, Any] = {
    "house": "CANARY-Haus",
    "topic": "CANARY-Thema",
    "email": "canary@example.org",
    "phone": "CANARY 0987",
    "exception": "CANARY-Ausnahme",
}
REGISTRATION = CANARIES | {"binding": True, "members": MEMBERS}
OF_RUN = {"run_id", "carrier_id", "revision", "withdrawn", "registration_id"}
DERIVED = {"state", "submitted_at", "source", "house_key", "token_hash", "moved", "reason", "offered_until"}
SIGNS = ["canary", "0987", "labour_market", "vorziehgrund"]


def test_every_field_has_its_canary() -> None:
    assert set(RegistrationRow.model_fields) == CANARIES.keys() | OF_RUN | DERIVED
    named = {name for member in MEMBERS for name in member}
    ids = {"participant_id", "person_id", "contact_person_id"}
    assert set(ParticipantRow.model_fields) == named | OF_RUN | ids | {"stage"}


async def test_no_field_of_a_registration_leaves(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    with caplog.at_level(logging.DEBUG):
        run, key = await made_run(trainer), uuid4()
        path = f"runs/{run}/registrations/{key}"
        await trainer.put(path, REGISTRATION)
        await trainer.put(path, REGISTRATION | {"phone": "CANARY 09876", "revision": 1})
        await trainer.send("POST", f"{path}/move", json={"reason": "Vorziehgrund CANARY"})
        await trainer.send("PUT", f"runs/{run}/registrations/{uuid4()}", json=REGISTRATION | {"members": MEMBERS[:1]})
        public = {name: value for name, value in REGISTRATION.items() if name != "exception"} | {"house": "CANARY-2"}
        public["members"] = [{name: one[name] for name in one if name != "released"} for one in MEMBERS]
        token = (await Public(trainer).register(run, public)).json()["token"]
        await trainer.send("GET", f"runs/{run}/registrations")
        await app.state.advancing.work()
        await Public(trainer).ticket(token, "/withdraw")
        await trainer.send("POST", f"{path}/withdraw")
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert len(sent) >= 4
    acts = await rows(app, "SELECT audit::text FROM audit")
    assert len(acts) >= 6
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    for sign in SIGNS:
        for text in [text for (text,) in (*sent, *acts)] + lines:
            assert sign.lower() not in without_drawn(text).lower(), f"{sign}: {text}"
