"""`GET /api/v1/audit`: the own carrier's, filtered and paged; a counsellor sees the history of one record only."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.counselling.app import create_app
from shared import clock
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.federation import Federation
from tests.support.recording import Caller, recording

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}


@pytest.fixture
async def counsellor(federation: Federation, database: MakeDatabase) -> AsyncIterator[Caller]:
    app = create_app(federation.settings("rp", database("counselling")))
    async with recording(app, Role.COUNSELLOR) as caller:
        yield caller


def of_role(caller: Caller, role: Role) -> Caller:
    return Caller(caller.client, caller.settings, role, caller.carrier)


async def actions(caller: Caller, query: str = "") -> list[str]:
    answer = await caller.send("GET", f"audit{query}")
    assert answer.status_code == 200, answer.text
    return [item["action"] for item in answer.json()["items"]]


async def test_the_history_of_a_record_tells_changes_readings_and_lists(counsellor: Caller) -> None:
    key, other = uuid4(), uuid4()
    for one in (key, other):
        await counsellor.put(f"sessions/{one}", SESSION)
    await counsellor.send("GET", f"sessions/{key}")
    await counsellor.send("GET", "sessions")
    expected = ["session.listed", "session.read", "session.recorded"]
    assert await actions(counsellor, f"?record={key}") == expected
    assert await actions(counsellor, f"?record={other}") == ["session.listed", "session.recorded"]
    assert await actions(counsellor, f"?record={key}") == ["audit.read", *expected]  # reading it is noted too
    (listed,) = [item for item in (await items(counsellor, f"?record={key}")) if item["action"] == "session.listed"]
    assert (listed["count"], listed["entity_id"], listed["subject"]) == (2, None, "test-counsellor")


async def items(caller: Caller, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.send("GET", f"audit{query}")).json()["items"]
    return found


async def test_a_counsellor_must_name_a_record_and_others_may_not_look(counsellor: Caller) -> None:
    refused = await counsellor.send("GET", "audit")
    assert refused.status_code == 422
    assert "einzelnen Datensatz" in refused.json()["detail"]
    for role in (Role.COORDINATOR, Role.TRAINER):
        assert (await of_role(counsellor, role).send("GET", f"audit?record={uuid4()}")).status_code == 403


async def test_nobody_sees_the_protocol_of_another_carrier(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"sessions/{key}", SESSION)
    stranger = counsellor.at(uuid4())
    assert await actions(stranger, f"?record={key}") == []
    assert await actions(of_role(stranger, Role.ADMIN)) == ["audit.read"]  # the stranger's own look


async def test_filters_and_pages(counsellor: Caller) -> None:
    admin, today = of_role(counsellor, Role.ADMIN), clock.today()
    keys = [uuid4() for _ in range(5)]
    for key in keys:
        await counsellor.put(f"sessions/{key}", SESSION)
    await counsellor.send("GET", f"sessions/{keys[0]}")
    await counsellor.send("GET", f"sessions/{uuid4()}")
    assert await actions(admin, "?what=changed") == ["session.recorded"] * 5
    assert await actions(admin, "?what=refused") == ["session.refused"]
    assert await actions(admin, "?what=seen&noun=session") == ["session.read"]
    assert await actions(admin, "?noun=group") == []
    assert set(await actions(admin, "?account=test-admin")) == {"audit.read"}
    assert await actions(admin, f"?to={today - timedelta(days=1)}") == []
    assert len(await actions(admin, f"?from={today}&to={today}&noun=session")) == 7
    seen, before = [], ""
    while True:
        page = (await admin.send("GET", f"audit?noun=session&limit=2{before}")).json()
        seen += [item["seq"] for item in page["items"]]
        if page["before"] is None:
            break
        before = f"&before={page['before']}"
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 7


@pytest.mark.parametrize("query", ["from=gestern", "to=9999-12-31", "account=%00", "before=0", "noun=A;", "record=x"])
async def test_what_cannot_be_asked_is_refused(counsellor: Caller, query: str) -> None:
    assert (await of_role(counsellor, Role.ADMIN).send("GET", f"audit?{query}")).status_code == 422
