"""No confidential field and nothing of the line `migration_service` is in a message, a heartbeat, the audit or the log.

Class E: never on a broker, not even as a count (design §3, ASY-06).
"""

import logging
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from services.counselling import store
from services.counselling.app import create_app
from services.counselling.sensitive.commands import Content
from services.counselling.sensitive.tables import OpeningRow, SensitiveRow
from services.counselling.tables import UnitRow
from shared.clock import today
from shared.logs import DiscreetFormatter
from shared.repair.heartbeats import measure
from tests.conftest import MakeDatabase
from tests.support.canaries import without_drawn
from tests.support.cases import MIGRATION, SESSION, case_of, person
from tests.support.federation import Federation
from tests.support.recording import Caller, rows

BODY = str(uuid4())
CANARIES: dict[str, Any] = {
    "residence_status": "tolerated",
    "residence_until": "2031-07-29",
    "residence_note": "CANARY-Aufenthalt",
    "asylum_stage": "final_refusal",
    "in_municipality": True,
    "informed": ["dublin", "third_state"],
    "asylum_note": "КАНАРЕЙКА-Asyl",
    "vulnerable": ["single_parent", "violence"],
    "discrimination_state": "client_decision",
    "context": "public_space",
    "place": "CANARY-Ort",
    "first_talk_on": "1961-03-04",
    "referred_on": "1961-03-05",
    "body_id": BODY,
    "support": "therapist",
    "assessment": "not_justiciable",
    "decision": "legal_action",
    "discrimination_note": "CANARY-Diskriminierung",
}
SIGNS = ("canary", "канарейка", "2031-07-29", "1961", "tolerated", "final_refusal", "third_state", "dublin", "violence")
SIGNS += (
    "single_parent",
    "client_decision",
    "public_space",
    "therapist",
    "not_justiciable",
    "legal_action",
    "standing",
)
SIGNS += ("in_municipality", "residence", "discrimination", "disclosure", BODY)
HELD = {
    "case_id",
    "carrier_id",
    "content",
    "recorded_on",
    "revision",
    "opening_id",
    "subject",
    "opened_at",
    "closed_at",
    "place_hash",
}
LINE = {"programme_line": "migration_service", "date": "2026-05-04"}


@pytest.fixture
def app(federation: Federation, database: MakeDatabase) -> FastAPI:
    """Counselling, not yet started."""
    return create_app(federation.settings("rp", database("counselling")))


def test_every_confidential_field_has_its_canary() -> None:
    assert CANARIES.keys() == Content.model_fields.keys()
    assert {*SensitiveRow.model_fields, *OpeningRow.model_fields} - HELD == {"reason"}


def signs_in(text: str) -> list[str]:
    """Signs that a text holds; the body's id is one, all other ids are drawn."""
    told = without_drawn(text)
    return [sign for sign in SIGNS if sign in (text if sign == BODY else told)]


async def texts(app: Any, caplog: pytest.LogCaptureFixture) -> list[str]:
    """All that leaves the service or stays as a trace: messages, audit, log."""
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text || outbox::text FROM outbox")
    acts = await rows(app, "SELECT audit::text FROM audit")
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    return [text.lower() for (text,) in (*sent, *acts)] + [line.lower() for line in lines]


async def test_asy_06_no_confidential_field_leaves_its_record(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await counsellor.put(f"bodies/{BODY}", {"kind": "anti_discrimination_office", "name": "CANARY-Stelle"})
        path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}/sensitive"
        before = await rows(app, "SELECT count(*) FROM outbox")
        await counsellor.send("POST", f"{path}/open", json={"reason": "disclosure"})
        states = ("recognised", "first_talk", "referred", "assessment", "client_decision")
        last = {"first_talk": ("first_talk_on",), "referred": ("referred_on", "support", "body_id")}
        last |= {"assessment": ("assessment",), "client_decision": ("decision",)}
        content = {name: value for name, value in CANARIES.items() if name not in sum(last.values(), ())}
        for revision, state in enumerate(states):
            content |= {name: CANARIES[name] for name in last.get(state, ())} | {"discrimination_state": state}
            await counsellor.put(path, content | {"revision": revision or None})
        assert (await counsellor.send("GET", path)).json()["content"] == CANARIES
        await counsellor.send("PUT", path, json=CANARIES | {"assessment": None})  # refused
        await counsellor.send("PUT", path, json=CANARIES | {"CANARY": "x"})  # refused
        await counsellor.send("GET", path.removesuffix("/sensitive"))
    assert await rows(app, "SELECT count(*) FROM outbox") == before
    stored = [str(row).lower() for row in await rows(app, "SELECT sensitive_record::text FROM sensitive_record")]
    for text in stored:
        assert not signs_in(text)
    # The body is the directory's own entry, so its id is in the audit of that entry.
    for text in await texts(app, caplog):
        assert not set(signs_in(text)) - ({BODY} if "body.recorded" in text else set()), text


async def test_nothing_of_the_migration_service_is_ever_told_or_counted(app: Any, counsellor: Caller) -> None:
    project, days = uuid4(), {"revision": 1, "withdrawn": False, "valid_from": date(2015, 1, 1)}
    async with app.state.sessions() as session, session.begin():
        for key, kind, above in ((project, "sub_project", counsellor.carrier), (uuid4(), "office", project)):
            session.add(
                UnitRow(structure_id=key, kind=kind, code=f"MFD-{kind}", name="Stelle", parent_id=above, **days)
            )
    case = await case_of(
        counsellor, MIGRATION | person() | {"office": "MFD-office", "referral_target": "iq_qualification"}
    )
    path, key, group, company = f"cases/{case['case_id']}", uuid4(), uuid4(), uuid4()
    await counsellor.put(f"sessions/{key}", LINE | person() | {"office": "MFD-office"})
    await counsellor.put(f"sessions/{key}", LINE | {"office": "MFD-office", "channel": "phone", "revision": 1})
    await counsellor.put(f"groups/{group}", LINE | {"participants": 18})
    await counsellor.put(f"companies/{company}", LINE)
    for name in (f"sessions/{key}", f"groups/{group}"):
        for act, body in (("withdraw", {"reason": "doppelt"}), ("restore", None)):
            assert (await counsellor.send("POST", f"{name}/{act}", json=body)).status_code == 204
    await counsellor.send("POST", f"companies/{company}/withdraw", json={"reason": "doppelt"})
    await counsellor.put(f"{path}/procedures/{uuid4()}", {"state": "counselled", "since": "2026-05-04"})
    await counsellor.put(f"outreach/{uuid4()}", LINE | {"channel": "phone", "contacts": 9})
    await counsellor.put(f"bodies/{BODY}", {"kind": "iq_qualification", "name": "Stelle", "carrier_id": str(uuid4())})
    paper = {"purposes": ["referral", "qualification"], "signed_on": f"{today()}", "valid_until": f"{today()}"}
    await counsellor.put(f"{path}/consents/{uuid4()}", {"body_id": BODY} | paper)
    told = {"body_id": BODY, "date": f"{today()}", "named": True, "agreed": True}
    await counsellor.put(f"{path}/referrals/{uuid4()}", told)
    await counsellor.put(f"{path}/sensitive", {"reason": "conversation", "vulnerable": ["minor"]})
    await counsellor.put(path, {"method": "accompaniment", "revision": 1})
    assert await rows(app, "SELECT 1 FROM outbox") == []
    async with app.state.sessions() as session:
        beat = await measure(session, await store.last_recorded(session))
    assert "MFD-office" not in beat.model_dump_json()
    assert beat.last_recorded == {}
    figures = (await counsellor.send("GET", "own-figures?from=2026-01-01&to=2026-12-31")).json()
    assert {row["programme_line"]: row["value"] for row in figures["sessions"]} == {"migration_service": 2}


@pytest.mark.parametrize(
    ("kind", "body"), [("sessions", {}), ("groups", {"participants": 18}), ("companies", {"company_ref": "HRB 1"})]
)
async def test_what_was_told_under_another_line_is_withdrawn_there_and_not_moved(
    app: Any, counsellor: Caller, kind: str, body: dict[str, Any]
) -> None:
    path = f"{kind}/{uuid4()}"
    line = LINE | body
    await counsellor.put(path, line | {"programme_line": "fair_integration"})
    refused = await counsellor.send("PUT", path, json=line | {"revision": 1})
    assert (refused.status_code, "zurückziehen" in refused.json()["errors"][0]["remedy"]) == (422, True)
    await counsellor.send("POST", f"{path}/withdraw", json={"reason": "falsche Linie"})
    await counsellor.put(f"{kind}/{uuid4()}", line)
    last = "SELECT convert_from(body, 'utf8') FROM outbox WHERE destination = 'up' ORDER BY seq DESC LIMIT 1"
    assert '"withdrawn":true' in (await rows(app, last))[0][0].replace(" ", "")
    assert len(await rows(app, "SELECT DISTINCT entity_id FROM outbox")) == 1
    assert UUID(path.split("/")[1]) in {row[0] for row in await rows(app, "SELECT entity_id FROM outbox")}
