"""No field of a case, its plan, checklist, handovers, outreach or structural work is in a message, audit or log."""

import logging
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlmodel import SQLModel

from services.counselling.app import create_app
from services.counselling.cases.tables import CaseRow, DocumentRow, HandoverRow, StepRow
from services.counselling.outreach.tables import OutreachRow
from services.counselling.structural.tables import StructuralRow
from shared.logs import DiscreetFormatter
from tests.conftest import MakeDatabase
from tests.support.canaries import without_drawn
from tests.support.cases import SESSION, case_of, person
from tests.support.federation import Federation
from tests.support.recording import Caller, rows

# What is typed, and codes that only a case has; the rest are ids, days, the writer (whom the audit names) and numbers.
CANARIES = {
    CaseRow: {"method": "case_management", "deputy": "CANARY-deputy", "aim": "CANARY-aim"},
    StepRow: {"title": "CANARY-step", "by": "person", "due": "2031-07-29"},
    DocumentRow: {"name": "КАНАРЕЙКА-Zeugnis"},
    HandoverRow: {"to_subject": "CANARY-receiver", "note": "CANARY-note"},
    OutreachRow: {"contacts": 98_765},
    StructuralRow: {
        "kind": "mediation",
        "target": "own_organisation",
        "context": None,
        "note": "CANARY-work",
        "volunteers_with_background": 9_876,
        "volunteers_without_background": 9_875,
        "volunteer_tasks": ["fields_of_use"],
    },
}
IDS_AND_DAYS = {
    *("case_id", "carrier_id", "office_id", "person_id", "recorded_person_id", "step_id", "document_id"),
    *("handover_id", "outreach_id", "to_office", "programme_line", "channel", "revision", "withdrawn", "date"),
    *("opened_on", "closed_on", "method_since", "done_on", "recorded_on", "offered_at", "expires_on", "decided_at"),
    *("work_id", "examined_hash", "state", "protected", "owner", "from_subject", "decided_by", "recorded_by"),
}
SIGNS = (
    "canary",
    "канарейка",
    "case_management",
    "2031-07-29",
    "98765",
    "mediation",
    "own_organisation",
    "9876",
    "9875",
)
SIGNS += ("fields_of_use",)


@pytest.fixture
def app(federation: Federation, database: MakeDatabase) -> FastAPI:
    """Counselling, not yet started: it takes the place of registration here."""
    return create_app(federation.settings("rp", database("counselling")))


@pytest.mark.parametrize("table", CANARIES)
def test_every_field_of_a_case_has_its_canary(table: type[SQLModel]) -> None:
    assert set(table.model_fields) - IDS_AND_DAYS == CANARIES[table].keys()


async def test_nothing_of_a_case_leaves_its_service(
    app: FastAPI, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    desk = counsellor
    with caplog.at_level(logging.DEBUG):
        path = f"cases/{(await case_of(desk, SESSION | person()))['case_id']}"
        case, step = CANARIES[CaseRow], CANARIES[StepRow]
        await desk.put(path, {"method": case["method"], "deputy": case["deputy"], "revision": 1})
        await desk.put(f"{path}/plan", {"aim": case["aim"], "revision": 2})
        await desk.put(f"{path}/steps/{uuid4()}", step)
        await desk.put(f"{path}/documents/{uuid4()}", CANARIES[DocumentRow])
        offer = CANARIES[HandoverRow]
        await desk.put(f"{path}/handovers/{uuid4()}", {"to": offer["to_subject"], "note": offer["note"]})
        line = {"date": "2026-05-04", "programme_line": "fair_integration", "channel": "phone"}
        await desk.put(f"outreach/{uuid4()}", line | CANARIES[OutreachRow])
        await desk.put(f"structural-work/{uuid4()}", {"date": "2026-05-04"} | CANARIES[StructuralRow])
        assert "CANARY-aim" in (await desk.send("GET", path)).text
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert len(sent) == 2  # the session's, and nothing of the case
    acts = await rows(app, "SELECT audit::text FROM audit")
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    for sign in SIGNS:
        for text in [text for (text,) in (*sent, *acts)] + lines:
            assert sign not in without_drawn(text).lower(), f"{sign}: {text}"
