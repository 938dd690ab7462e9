"""Every change, reading and refusal leaves a row of audit in its own transaction; a new route must say which."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from tests.integration.audit.by_hand import ATTENDANCE, BY_HAND, CERTIFICATES, DRAFT
from tests.integration.audit.changes import CHANGES, IN_CASE, OPERATOR, PERSON, SESSION, UNKNOWN, A, C, T
from tests.integration.audit.conftest import Made, acts, snapshot
from tests.support.recording import rows

# What each reading route leaves; None: it shows no person and no case.
READINGS: dict[str, dict[str, str | None]] = {
    "registration": {
        "/api/v1/persons": "person.listed",
        "/api/v1/persons/{person_id}": "person.read",
        "/api/v1/persons/{person_id}/everything": "person.disclosed",
        "/api/v1/persons/similar": "person.listed",
        "/api/v1/persons/{person_id}/merges": None,
        "/api/v1/appointments": "appointment.listed",
        "/api/v1/appointments/{appointment_id}": "appointment.read",
        "/api/v1/offices": None,
        "/api/v1/intake/offices": None,
        "/api/v1/occupations": None,
        "/api/v1/retention": None,
        "/api/v1/retention/persons": None,  # ids, for the run of the network alone
        "/api/v1/proposals": None,  # of those it shows: test_proposals
        "/api/v1/due": None,
        "/api/v1/changes": None,
        "/api/v1/centre": None,
        "/api/v1/structure": None,
        "/api/v1/offerings": None,
        "/api/v1/offerings/{offering_id}": None,
        "/api/v1/participations": "participation.listed",
        "/api/v1/participations/{participation_id}": "participation.read",
        "/api/v1/meetings": None,
        "/api/v1/meetings/{meeting_id}": None,
        "/api/v1/programmes": None,
        "/api/v1/items": None,
        "/api/v1/items/kinds": None,
        "/api/v1/items/{item_id}": None,
        "/api/v1/runs": None,
        "/api/v1/runs/{run_id}": None,
        ATTENDANCE: None,  # of those it shows: registration/test_attendance
        "/api/v1/runs/{run_id}/feedback": None,
        "/api/v1/run-stages": None,  # counts
        "/api/v1/contact-persons": "contact_person.listed",
        "/api/v1/contact-persons/invitations": "contact_person.listed",
        "/api/v1/contact-persons/places": None,  # of participants: registration/test_contact_persons
        "/api/v1/contact-persons/{contact_person_id}": "contact_person.read",
        "/api/v1/runs/{run_id}/registrations": None,  # of those it shows: registration/test_enrolment
        "/api/v1/intake/runs": None,
        **{f"/api/v1/runs/{{run_id}}/{name}": None for name in ("plan", "meetings", "proposal", "calendar")},
        CERTIFICATES: None,  # of those it shows: registration/test_certificates
        "/api/v1/audit": "audit.read",
    },
    "counselling": {
        "/api/v1/sessions": "session.listed",
        "/api/v1/sessions/{session_id}": "session.read",
        "/api/v1/exports/sessions": "session.exported",
        "/api/v1/persons/{person_id}/everything": "person.disclosed",
        "/api/v1/persons/{person_id}/obstacles": None,
        "/api/v1/cases": "case.listed",
        "/api/v1/cases/{case_id}": "case.read",
        f"{IN_CASE}/consents": "consent.listed",
        f"{IN_CASE}/transfers": "transfer.listed",
        f"{IN_CASE}/referrals": "referral.listed",
        f"{IN_CASE}/sensitive": "sensitive.read",
        "/api/v1/bodies": None,
        "/api/v1/bodies/{body_id}": None,
        "/api/v1/handovers": None,  # nobody offers a case to herself (counselling/test_handovers)
        "/api/v1/own-figures": None,
        "/api/v1/outreach": None,
        "/api/v1/structural-work": None,
        "/api/v1/case-owners": None,  # accounts and numbers
        "/api/v1/cases/{case_id}/procedures": "procedure.listed",
        "/api/v1/retention": None,
        "/api/v1/authorities": None,
        "/api/v1/groups": None,
        "/api/v1/groups/{group_id}": None,
        "/api/v1/companies": None,
        "/api/v1/companies/{company_id}": None,
        "/api/v1/due": None,
        "/api/v1/changes": None,
        "/api/v1/centre": None,
        "/api/v1/audit": "audit.read",
    },
}
ALSO = {("counselling", "/api/v1/persons/{person_id}/everything"): ["sensitive.read"]}
"""What a reading route leaves beside: what is sealed was open and is in the answer."""
IMPORT_READINGS = {
    "/api/v1/imports/{kind}",
    "/api/v1/imports/{kind}/template.xlsx",
    "/api/v1/imports/{kind}/{job_id}",
    "/api/v1/imports/{kind}/{job_id}/mapping",
    "/api/v1/imports/{kind}/{job_id}/errors",
}
OF_EVERYONE = {("get", f"/api/v1/intake/{path}") for path in ("offices/{office_id}/times", "runs/{run_id}")}
UNREAD = {"registration": OF_EVERYONE, "counselling": {("get", DRAFT)}}
QUERIES = {
    "/api/v1/exports/sessions": "?from=2026-01-01&to=2026-12-31",
    "/api/v1/own-figures": "?from=2026-01-01&to=2026-12-31",
    "/api/v1/persons/similar": f"?name={quote(PERSON['name'])}",
}
OF_TRAINERS = ("offerings", "meetings", "meetings/{meeting_id}", "changes", "proposals")
OF_TRAINERS += ("contact-persons", "contact-persons/{contact_person_id}", "contact-persons/invitations")
OF_TRAINERS += ("contact-persons/places", "runs/{run_id}/feedback", ATTENDANCE.removeprefix("/api/v1/"))
OF_TRAINERS += ("programmes", "run-stages", "runs", "runs/{run_id}", "runs/{run_id}/registrations")
OF_TRAINERS += tuple(f"runs/{{run_id}}/{name}" for name in ("plan", "meetings", "proposal", "calendar"))
OF_TRAINERS += ("items", "items/kinds", "items/{item_id}")
OF_TRAINERS += ("participations", "offerings/{offering_id}", "participations/{participation_id}")
TRAINERS = {
    "registration": [*(f"/api/v1/{name}" for name in OF_TRAINERS), "/api/v1/runs/{run_id}", CERTIFICATES],
    "counselling": [],
}
ADMINS = ("/api/v1/exports/sessions", "/api/v1/audit", "/api/v1/case-owners", "/api/v1/retention")
OPERATORS = ("/api/v1/retention/persons",)


def routes(app: Any, *methods: str) -> set[tuple[str, str]]:
    """Routes of a service by method and path."""
    paths = app.openapi()["paths"].items()
    return {(method, path) for path, found in paths for method in found if method in methods}


def filled(path: str, key: UUID) -> str:
    """A path of the API with one id for all its records."""
    return re.sub(r"{\w+}", str(key), path.removeprefix("/api/v1/"))


async def test_every_change_has_its_row_and_none_is_kept_without(one: Made) -> None:
    service = one.service
    assert routes(one.app, "put", "post", "delete", "patch") == set(CHANGES[service]) | BY_HAND[service]
    for (method, path), (role, body, action) in CHANGES[service].items():
        caller, target = one.at(role), filled(path, one.key)
        one.owner.execute("REVOKE INSERT ON audit FROM iq_service")
        before = await snapshot(one)
        refused = await caller.send(method.upper(), target, **body)
        assert (refused.status_code, await snapshot(one)) == (500, before), path
        one.owner.execute("GRANT INSERT ON audit TO iq_service")
        saved = await caller.send(method.upper(), target, **body)
        assert saved.is_success, saved.text
        assert (await acts(one.app))[-1][:3] == (action, f"test-{role}", one.key), path


async def test_every_reading_of_a_person_or_case_has_its_row(one: Made) -> None:
    service = one.service
    known = {("get", path) for path in {*READINGS[service], *IMPORT_READINGS}} | UNREAD[service]
    assert routes(one.app, "get") == known, "a new reading route must say here what it leaves in the audit"
    for (method, path), (role, body, _) in CHANGES[service].items():
        if method == "put":
            assert (await one.at(role).send("PUT", filled(path, one.key), **body)).is_success
    for path, action in READINGS[service].items():
        role = OPERATOR if path in OPERATORS else A if path in ADMINS else T if path in TRAINERS[service] else C
        before = len(await acts(one.app))
        target = filled(path, one.key) + QUERIES.get(path, "")
        assert (await one.at(role).send("GET", target)).status_code == 200, path
        new = (await acts(one.app))[before:]
        expected = [*ALSO.get((service, path), ()), action] if action else []
        assert [(act, who) for act, who, *_ in new] == [(act, f"test-{role}") for act in expected], path
        if action is None:
            continue
        one.owner.execute("REVOKE INSERT ON audit FROM iq_service")  # nothing is shown that cannot be noted
        assert (await one.at(role).send("GET", target)).status_code == 500, path
        one.owner.execute("GRANT INSERT ON audit TO iq_service")


async def test_a_list_is_one_row_that_names_all_it_showed(registration: Made) -> None:
    caller, keys = registration.caller, [uuid4() for _ in range(3)]
    for key in keys:
        await caller.put(f"persons/{key}", PERSON)
    await caller.send("GET", "persons?q=beispiel")
    await caller.send("GET", "persons?q=niemand")
    found = await rows(registration.app, "SELECT listed, entity_id FROM audit WHERE action = 'person.listed'")
    assert [(set(listed), key) for listed, key in found] == [(set(keys), None)]


async def test_what_was_seen_of_a_record_says_its_revision(counselling: Made) -> None:
    caller, path = counselling.caller, f"sessions/{counselling.key}"
    await caller.put(path, SESSION)
    await caller.put(path, SESSION | {"channel": "phone", "revision": 1})
    await caller.send("GET", path)
    assert (await acts(counselling.app))[-1] == ("session.read", "test-counsellor", counselling.key, 2)


async def test_an_id_of_another_carrier_is_refused_and_noted(one: Made) -> None:
    service = one.service
    for (method, path), (role, body, _) in CHANGES[service].items():
        if method == "put":
            await one.at(role).put(filled(path, one.key), body["json"])
    stranger, before = uuid4(), len(await acts(one.app))
    noted = []
    readings = {("get", path): (C, {}, "") for path in READINGS[service] if "_id}" in path}
    for (method, path), (role, body, _) in {**CHANGES[service], **readings}.items():
        if "structure" in path or "bodies" in path or "_id}" not in path:  # the network's, or all of the own carrier
            continue
        who = T if path in TRAINERS[service] else role
        answer = await one.at(who).at(stranger).send(method.upper(), filled(path, one.key), **body)
        assert answer.status_code == 404, path
        noted.append((f"{path[path.index('{') + 1 : path.index('_id')]}.refused", f"test-{who}", one.key, None))
    assert (await acts(one.app))[before:] == noted
    owners = await rows(one.app, "SELECT DISTINCT carrier_id FROM audit WHERE action LIKE '%.refused'")
    assert owners == [(stranger,)]


async def test_a_guessed_person_in_a_session_is_noted_with_her_id(counselling: Made) -> None:
    person, key = uuid4(), uuid4()
    counselling.owner.execute(
        "INSERT INTO counselling_profile VALUES (%s, 1, false, %s, 'SY', 'no', 'female')", (person, uuid4())
    )
    body = SESSION | {"person_id": str(person)}
    assert (await counselling.caller.send("PUT", f"sessions/{key}", json=body)).status_code == 404
    found = await rows(counselling.app, "SELECT action, entity_id, listed FROM audit")
    assert found == [("session.refused", key, [person])]


async def test_a_file_is_noted_when_it_comes_is_mended_and_its_errors_are_read(counselling: Made) -> None:
    admin, kind = counselling.at(A), {"headers": {"content-type": "text/csv"}}
    sent = await admin.send("POST", "imports/groups", content=UNKNOWN, **kind)
    job = UUID(sent.json()["import_id"])
    path = f"imports/groups/{job}"
    worker = counselling.app.state.imports

    async def state() -> str:
        return str((await admin.send("GET", path)).json()["state"])

    while await state() == "running":
        await worker.work_one()
    assert await state() == "needs_mapping"
    answers = {"columns": {"Wetter": ""}, "values": {}}
    mended = await admin.send("PUT", f"{path}/mapping", json=answers)
    assert mended.is_success, mended.text
    while await state() == "running":
        await worker.work_one()
    await admin.send("GET", f"{path}/errors")
    told = [
        (action, key if action.startswith("import.") else None) for action, _, key, _ in await acts(counselling.app)
    ]
    assert told == [("import.uploaded", job), ("import.mapped", job), ("group.imported", None), ("import.read", job)]


async def test_no_content_is_ever_in_the_audit(registration: Made, counselling: Made) -> None:
    canary = {"name": "Kanarienvogel, Gelb", "birth_year": 1971}
    for one, path, body in (
        (registration, f"persons/{registration.key}", canary),
        (counselling, f"sessions/{counselling.key}", SESSION | {"person_ref": "Kanarienvogel", "birth_year": 1971}),
    ):
        await one.caller.put(path, body)
        await one.caller.send("GET", path)
        await one.caller.send("GET", f"{path.split('/')[0]}?q=Kanarienvogel")
        await one.caller.at(uuid4()).send("GET", path)
        told = "".join(str(row) for row in one.owner.execute("SELECT to_jsonb(audit) FROM audit"))
        assert len(await acts(one.app)) == 4
        assert "anarien" not in told
        assert "1971" not in told
