"""No field of a consent, a transfer or a referral is in a message, the audit or the log (class E)."""

import logging
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from services.counselling.app import create_app
from services.counselling.consents.tables import ConsentRow, TransferRow
from services.counselling.referrals.tables import ReferralRow
from shared.clock import today
from shared.logs import DiscreetFormatter
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.recording import Caller, rows

DAY = f"{today()}"
# Ids, days and numbers of a row, and what the proposal or the session tells: which records, and the kind of body.
TOLD = {"carrier_id", "case_id", "session_id", "body_id", "consent_id", "transfer_id", "referral_id"}
TOLD |= {"revision", "withdrawn", "recorded_on", "date", "subject", "target", "proposed"}
# What registration says of a proposal, in codes; counselling says it to nobody.
TOLD |= {"answer", "answer_reason", "answered_on", "answer_revision"}
DAYS = {"signed_on", "valid_from", "valid_until", "withdrawn_at", "made_at", "result_on"}
FLAGS = {"named", "accompanied"}
CANARIES = {
    "purposes": "joint_accompaniment",
    "purpose": "joint_accompaniment",
    "details": "CANARY-Umfang",
    "note": "CANARY-Anliegen",
    "recipient": "CANARY-Stelle",
    "kind": "conversation",
    "result": "turned_away",
}
SIGNS = {*CANARIES.values(), "purpose", "accompanied", "signed_on", "consent_id", "case_id", "body_id"}


@pytest.fixture
def app(federation: Federation, database: MakeDatabase) -> FastAPI:
    """Counselling, not yet started."""
    return create_app(federation.settings("rp", database("counselling")))


@pytest.mark.parametrize("table", [ConsentRow, TransferRow, ReferralRow])
def test_every_field_has_its_canary(table: Any) -> None:
    assert set(table.model_fields) <= CANARIES.keys() | TOLD | DAYS | FLAGS


async def test_no_field_of_consents_and_referrals_leaves_counselling(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    key, body, consent, referral = (uuid4() for _ in range(4))
    content = {"date": "2026-05-04", "programme_line": "recognition_counselling", "person_id": str(uuid4())}
    purpose = {"purpose": "joint_accompaniment"}
    to, told = {"body_id": str(body)}, {"details": "CANARY-Umfang", "kind": "conversation", "agreed": True} | purpose
    with caplog.at_level(logging.DEBUG):
        entry = {"kind": "iq_qualification", "name": "CANARY-Stelle", "carrier_id": str(uuid4())}
        await counsellor.put(f"bodies/{body}", entry)
        await counsellor.put(f"sessions/{key}", content)
        case = f"cases/{(await counsellor.send('GET', f'sessions/{key}')).json()['case_id']}"
        paper = {"purposes": ["joint_accompaniment"], "signed_on": DAY, "valid_until": DAY, "details": "CANARY-Umfang"}
        await counsellor.put(f"{case}/consents/{consent}", to | paper)
        await counsellor.put(f"{case}/transfers/{uuid4()}", to | told)
        named = {"date": DAY, "note": "CANARY-Anliegen", "named": True, "agreed": True, "accompanied": True}
        await counsellor.put(f"{case}/referrals/{referral}", to | named | purpose)
        await counsellor.send("POST", f"{case}/referrals/{referral}/result", json={"result": "turned_away"})
        await counsellor.send("POST", f"{case}/consents/{consent}/withdraw")
        await counsellor.send("PUT", f"{case}/transfers/{uuid4()}", json=to | told)
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert len(sent) == 4  # the session twice, the proposal made and taken back
    acts = await rows(app, "SELECT audit::text FROM audit")
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    for sign in SIGNS:
        for text in [text for (text,) in (*sent, *acts)] + lines:
            assert sign.lower() not in text.lower(), f"{sign}: {text}"
