"""Recognition procedures over HTTP: order, outcome, what leaves and what stays, who sees them, what is due."""

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
BEGUN: dict[str, Any] = {"state": "counselled", "since": "2026-05-04", "reference_occupation": "8130", "land": "sl"}
NOTICE = BEGUN | {"state": "notice", "since": "2026-10-05", "outcome": "partial"}


async def open_case(caller: Caller, line: str = "recognition_counselling") -> str:
    """The case that a new person's session opens."""
    person = str(uuid4())
    await caller.put(f"sessions/{uuid4()}", SESSION | {"person_id": person, "programme_line": line})
    (case,) = (await caller.send("GET", f"cases?person_id={person}")).json()["items"]
    return str(case["case_id"])


async def told(app: Any, key: UUID, destination: str = "up") -> list[dict[str, Any]]:
    """Bodies of a procedure's events, oldest first."""
    query = "SELECT convert_from(body, 'utf8') FROM outbox WHERE entity_id = :key AND destination = :destination"
    found = await rows(app, f"{query} ORDER BY revision", key=key, destination=destination)
    return [json.loads(text) for (text,) in found]


async def test_a_procedure_is_led_on_and_each_stand_is_told_without_the_person(app: Any, counsellor: Caller) -> None:
    case, key = await open_case(counsellor), uuid4()
    path = f"cases/{case}/procedures/{key}"
    for _ in range(2):
        assert await counsellor.put(path, BEGUN) == {"revision": 1}
    filed = BEGUN | {"state": "application_filed", "since": "2026-06-01", "revision": 1}
    assert await counsellor.put(path, filed) == {"revision": 2}
    assert await counsellor.put(path, NOTICE | {"revision": 2}) == {"revision": 3}
    assert await counsellor.put(path, NOTICE | {"revision": 2}) == {"revision": 3}
    lean, full = await told(app, key), await told(app, key, "region")
    assert [(body["month"], body["state"], body["outcome"]) for body in lean] == [
        ("2026-05", "counselled", None),
        ("2026-06", "application_filed", None),
        ("2026-10", "notice", "partial"),
    ]
    assert lean[0].keys() == {"procedure_id", "revision", "withdrawn", "recorded_on", "month", "state", "outcome"}
    assert full[0] == lean[0] | {"office_id": None, "reference_occupation": "8130"}
    await eventually(lambda: rows(app, "SELECT 1 FROM delivered WHERE kind = 'procedure_advanced' AND revision = 3"))
    acts = await rows(app, "SELECT action FROM audit WHERE entity_id = :key ORDER BY seq", key=key)
    assert acts == [("procedure.recorded",), ("procedure.advanced",), ("procedure.advanced",)]
    (item,) = (await counsellor.send("GET", f"cases/{case}/procedures")).json()["items"]
    assert [one["state"] for one in item["reached"]] == ["counselled", "application_filed", "notice"]
    timeline = (await counsellor.send("GET", f"cases/{case}")).json()["timeline"]
    assert "Anerkennung des Berufsabschlusses: Bescheid erteilt" in [entry["title"] for entry in timeline]


async def test_corrections_and_withdrawal_are_next_revisions(app: Any, counsellor: Caller) -> None:
    case, key = await open_case(counsellor), uuid4()
    path = f"cases/{case}/procedures/{key}"
    await counsellor.put(path, NOTICE)
    back = await counsellor.send("PUT", path, json=BEGUN | {"revision": 1})
    assert (back.status_code, back.json()["errors"][0]["field"]) == (422, "state")
    assert (await counsellor.send("PUT", path, json=NOTICE | {"outcome": "full"})).status_code == 409
    assert await counsellor.put(path, BEGUN | {"revision": 1, "correction": True}) == {"revision": 2}
    stale = await counsellor.send("PUT", path, json=NOTICE | {"revision": 1})
    assert (stale.status_code, "inzwischen geändert" in stale.json()["detail"]) == (409, True)
    for _ in range(2):
        gone = await counsellor.send("POST", f"{path}/withdraw", json={"reason": "doppelt erfasst"})
        assert gone.status_code == 204
    for _ in range(2):
        assert (await counsellor.send("POST", f"{path}/restore")).status_code == 204
    stands = [(body["revision"], body["state"], body["withdrawn"]) for body in await told(app, key)]
    assert stands == [(1, "notice", False), (2, "counselled", False), (3, "counselled", True), (4, "counselled", False)]


async def test_rec_03_a_partial_notice_is_due_until_qualification_counselling_is_settled(
    app: Any, counsellor: Caller
) -> None:
    case, key, stage = await open_case(counsellor), uuid4(), uuid4()
    path = f"cases/{case}/procedures/{key}"
    await counsellor.put(path, NOTICE)
    (due,) = (await counsellor.send("GET", "due")).json()["items"]
    assert (due["kind"], due["due"], due["link"]) == (
        "procedure_qualification",
        "2026-10-05",
        f"/faelle/{case}/verfahren/{key}",
    )
    colleague = Caller(counsellor.client, counsellor.settings, Role.COUNSELLOR, counsellor.carrier, "colleague")
    assert (await colleague.send("GET", "due")).json()["items"] == []
    planned = {"kind": "qualification_counselling", "on": (clock.today() + timedelta(days=3)).isoformat()}
    assert await counsellor.put(f"{path}/stages/{stage}", planned) == {"revision": 1}
    (due,) = (await counsellor.send("GET", "due")).json()["items"]
    assert due["title"] == "Geplant: Qualifizierungsberatung"
    held = planned | {"state": "reached", "on": clock.today().isoformat(), "revision": 1}
    assert await counsellor.put(f"{path}/stages/{stage}", held) == {"revision": 2}
    assert (await counsellor.send("GET", "due")).json()["items"] == []
    for _ in range(2):
        assert (await counsellor.send("POST", f"{path}/stages/{stage}/withdraw")).status_code == 204
    assert [item["kind"] for item in (await counsellor.send("GET", "due")).json()["items"]] == [
        "procedure_qualification"
    ]
    assert len(await told(app, key)) == 1  # a stage is told to nobody


async def test_rec_06_a_licence_waits_for_its_examinations(counsellor: Caller) -> None:
    case, key = await open_case(counsellor), uuid4()
    path = f"cases/{case}/procedures/{key}"
    doctor = BEGUN | {"reference_occupation": "81404", "specialized": True}
    await counsellor.put(path, doctor)
    work, language = uuid4(), uuid4()
    early = await counsellor.send(
        "PUT", f"{path}/stages/{work}", json={"kind": "temporary_licence"} | reached("2026-07-01")
    )
    assert (early.status_code, "Fachsprachprüfung" in early.json()["detail"]) == (422, True)
    await counsellor.put(f"{path}/stages/{language}", {"kind": "language_examination"} | reached("2026-06-01"))
    await counsellor.put(f"{path}/stages/{work}", {"kind": "temporary_licence"} | reached("2026-07-01"))
    gone = await counsellor.send("POST", f"{path}/stages/{language}/withdraw")
    assert (gone.status_code, "Berufserlaubnis" in gone.json()["detail"]) == (422, True)
    nurse = await counsellor.send("PUT", path, json=BEGUN | {"revision": 1})
    assert (nurse.status_code, nurse.json()["errors"][0]["field"]) == (422, "reference_occupation")
    (item,) = (await counsellor.send("GET", f"cases/{case}/procedures")).json()["items"]
    assert [stage["kind"] for stage in item["stages"]] == ["language_examination", "temporary_licence"]


def reached(day: str) -> dict[str, str]:
    return {"state": "reached", "on": day}


async def test_rec_07_a_specialist_is_recognised_after_the_licence_of_any_procedure(counsellor: Caller) -> None:
    case, first, second = await open_case(counsellor), uuid4(), uuid4()
    doctor = BEGUN | {"reference_occupation": "81404"}
    await counsellor.put(f"cases/{case}/procedures/{first}", doctor)
    filed = doctor | {"kind": "specialist", "state": "application_filed", "since": "2026-09-01"}
    refused = await counsellor.send("PUT", f"cases/{case}/procedures/{second}", json=filed)
    assert (refused.status_code, "Approbation" in refused.json()["detail"]) == (422, True)
    await counsellor.put(
        f"cases/{case}/procedures/{first}/stages/{uuid4()}", {"kind": "licence"} | reached("2026-08-03")
    )
    await counsellor.put(f"cases/{case}/procedures/{second}", filed)


async def test_only_who_may_see_the_case_sees_and_changes_its_procedures(app: Any, counsellor: Caller) -> None:
    case, key = await open_case(counsellor), uuid4()
    path = f"cases/{case}/procedures/{key}"
    await counsellor.put(path, BEGUN)
    other = f"cases/{await open_case(counsellor)}/procedures/{key}"
    stranger = counsellor.at(uuid4())
    for caller, target in ((stranger, path), (counsellor, other)):
        assert (await caller.send("PUT", target, json=BEGUN | {"revision": 1})).status_code == 404
        assert (await caller.send("POST", f"{target}/withdraw", json={"reason": "fremd"})).status_code == 404
    assert (await stranger.send("GET", f"cases/{case}/procedures")).status_code == 404
    colleague = Caller(counsellor.client, counsellor.settings, Role.COUNSELLOR, counsellor.carrier, "colleague")
    assert len((await colleague.send("GET", f"cases/{case}/procedures")).json()["items"]) == 1
    assert (await colleague.send("PUT", path, json=NOTICE | {"revision": 1})).status_code == 403  # one writer
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    assert (await admin.send("GET", f"cases/{case}/procedures")).status_code == 403
    revision = (await counsellor.send("GET", f"cases/{case}")).json()["revision"]
    assert (await counsellor.send("POST", f"cases/{case}/close", json={"revision": revision})).is_success
    closed = await counsellor.send("PUT", path, json=NOTICE | {"revision": 1})
    assert (closed.status_code, "geschlossen" in closed.json()["detail"]) == (409, True)
    assert len(await told(app, key)) == 1


async def test_the_migration_service_tells_nobody(app: Any, counsellor: Caller) -> None:
    case, key = await open_case(counsellor, "migration_service"), uuid4()
    await counsellor.put(f"cases/{case}/procedures/{key}", NOTICE)
    assert await rows(app, "SELECT 1 FROM outbox") == []
    colleague = Caller(counsellor.client, counsellor.settings, Role.COUNSELLOR, counsellor.carrier, "colleague")
    assert (await colleague.send("GET", f"cases/{case}/procedures")).status_code == 404


FILE = """Kennung;Name;Berufe (KldB);Land der Arbeit;E-Mail;Zuletzt geprüft
A-1;Landesprüfungsamt;813|814;Saarland;anerkennung@stelle.example;15.1.2026
A-2;Bundesweite Stelle;2|81;;;15.1.2026
A-3;Amt von morgen;43;;;1.1.2099
"""


async def load_directory(counsellor: Caller, content: str = FILE) -> dict[str, Any]:
    """Import the directory as the coordination; the status of its import."""
    coordinator = Caller(counsellor.client, counsellor.settings, Role.COORDINATOR, None)
    kind = {"headers": {"content-type": "text/csv"}, "content": content.encode()}
    sent = await coordinator.send("POST", "imports/authorities?strict=1", **kind)
    assert sent.status_code == 202, sent.text
    path = f"imports/authorities/{sent.json()['import_id']}"

    async def done() -> Any:
        found = (await coordinator.send("GET", path)).json()
        return found if found["state"] in ("done", "failed") else None

    status: dict[str, Any] = await eventually(done)
    return status


async def test_rec_02_the_directory_is_imported_and_names_who_decides(app: Any, counsellor: Caller) -> None:
    status = await load_directory(counsellor)
    assert (status["accepted"], status["rejected"]) == (2, 1)
    assert (await load_directory(counsellor))["unchanged"] == 2
    changed = FILE.replace("15.1.2026", "1.11.2026")
    assert (await load_directory(counsellor, changed))["accepted"] == 2
    found = (await counsellor.send("GET", "authorities?occupation=81404&land=sl")).json()
    assert (found["by_land"], [(one["name"], one["stale"]) for one in found["items"]]) == (
        True,
        [("Landesprüfungsamt", False)],
    )
    assert (await counsellor.send("GET", "authorities?occupation=81404&land=rp")).json()["items"] == []
    (federal,) = (await counsellor.send("GET", "authorities?occupation=26212&land=rp")).json()["items"]
    assert len((await counsellor.send("GET", "authorities")).json()["items"]) == 2
    case, key = await open_case(counsellor), uuid4()
    wrong = await counsellor.send(
        "PUT", f"cases/{case}/procedures/{key}", json=BEGUN | {"authority_id": federal["authority_id"]}
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "authority_id")
    await counsellor.put(f"cases/{case}/procedures/{key}", BEGUN | {"authority_id": found["items"][0]["authority_id"]})
    assert await rows(app, "SELECT 1 FROM outbox WHERE kind LIKE '%authorit%'") == []


CANARY_LAND, CANARY_DAY = "mv", "2031-07-29"


async def test_what_stays_in_the_service_is_in_no_message_audit_or_log(
    app: Any, counsellor: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await load_directory(counsellor, FILE.replace("Saarland", "Mecklenburg-Vorpommern"))
        (entry,) = (await counsellor.send("GET", f"authorities?occupation=8130&land={CANARY_LAND}")).json()["items"]
        case, key = await open_case(counsellor), uuid4()
        path = f"cases/{case}/procedures/{key}"
        more = {"land": CANARY_LAND, "authority_id": entry["authority_id"], "announced_on": CANARY_DAY}
        await counsellor.put(path, BEGUN | more | {"state": "application_filed"})
        await counsellor.put(f"{path}/stages/{uuid4()}", {"kind": "knowledge_examination", "on": CANARY_DAY})
        await counsellor.send("POST", f"{path}/withdraw", json={"reason": "CANARY-Grund"})
        await counsellor.send("GET", f"cases/{case}/procedures")
    texts = [str(body) for body in [*await told(app, key), *await told(app, key, "region")]]
    texts += [text for (text,) in await rows(app, "SELECT audit::text FROM audit WHERE action LIKE 'procedure%'")]
    texts += [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    assert len(texts) >= 6
    for sign in (f"'{CANARY_LAND}'", f'"{CANARY_LAND}"', CANARY_DAY, entry["authority_id"], "CANARY", "knowledge"):
        assert not [text for text in texts if sign in text], sign
    assert not [text for text in texts[:4] if case in text]
