"""Recording sessions over HTTP, on a real PostgreSQL and a real federation of brokers."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from shared import clock
from shared.vocabulary import Role
from tests.support.federation import Federation
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

RECOGNITION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}


async def test_the_system_decides_first_and_follow_up_and_repeating_changes_nothing(
    app: Any, counsellor: Caller
) -> None:
    person, first, second = str(uuid4()), uuid4(), uuid4()
    body = RECOGNITION | {"person_id": person}
    saved = await counsellor.put(f"sessions/{first}", body)
    assert (saved["revision"], saved["session_type"], saved["seen_before"]) == (1, "first", "no")
    assert await counsellor.put(f"sessions/{first}", body) == saved
    later = await counsellor.put(f"sessions/{second}", body | {"date": "2026-06-01"})
    assert (later["session_type"], later["seen_before"]) == ("follow_up", "this_round")
    assert len(await rows(app, "SELECT 1 FROM outbox WHERE destination = 'up'")) == 2
    assert len(await rows(app, "SELECT 1 FROM audit WHERE action LIKE 'session.%'")) == 2


async def test_a_double_click_saves_once(app: Any, counsellor: Caller) -> None:
    key, body = uuid4(), RECOGNITION | {"person_ref": "A-17"}
    saved = await asyncio.gather(*(counsellor.put(f"sessions/{key}", body) for _ in range(6)))
    assert {answer["revision"] for answer in saved} == {1}
    assert len(await rows(app, "SELECT 1 FROM outbox WHERE destination = 'up'")) == 1


async def test_two_first_sessions_of_one_person_at_the_same_moment_are_put_in_order(counsellor: Caller) -> None:
    body = RECOGNITION | {"person_id": str(uuid4())}
    keys = [uuid4() for _ in range(5)]
    await asyncio.gather(*(counsellor.put(f"sessions/{key}", body) for key in keys))
    found = (await counsellor.send("GET", f"sessions?person_id={body['person_id']}")).json()["items"]
    assert sorted(item["session_type"] for item in found) == ["first", *["follow_up"] * 4]


async def test_sessions_of_one_person_withdrawn_at_the_same_moment_all_go(app: Any, counsellor: Caller) -> None:
    # Each holds its own row and wants to put the others in order: PostgreSQL gives one of them up, and it runs again.
    person, keys = str(uuid4()), [uuid4() for _ in range(6)]
    for day, key in enumerate(keys, 1):
        await counsellor.put(f"sessions/{key}", RECOGNITION | {"person_id": person, "date": f"2026-05-0{day}"})
    gone = [counsellor.send("POST", f"sessions/{key}/withdraw", json={"reason": "Versehen"}) for key in keys]
    assert [answer.status_code for answer in await asyncio.gather(*gone)] == [204] * 6
    assert await rows(app, "SELECT 1 FROM counselling_session WHERE NOT withdrawn") == []


async def test_a_stale_correction_is_refused_and_a_fresh_one_is_the_next_revision(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"sessions/{key}", RECOGNITION)
    changed = RECOGNITION | {"channel": "phone"}
    for revision in (None, 7):
        stale = await counsellor.send("PUT", f"sessions/{key}", json=changed | {"revision": revision})
        assert stale.status_code == 409, stale.text
    assert (await counsellor.put(f"sessions/{key}", changed | {"revision": 1}))["revision"] == 2


async def test_withdrawing_the_first_makes_the_earliest_remaining_first(counsellor: Caller) -> None:
    person, first, second = str(uuid4()), uuid4(), uuid4()
    await counsellor.put(f"sessions/{first}", RECOGNITION | {"person_id": person})
    await counsellor.put(f"sessions/{second}", RECOGNITION | {"person_id": person, "date": "2026-06-01"})
    for _ in range(2):
        gone = await counsellor.send("POST", f"sessions/{first}/withdraw", json={"reason": "doppelt erfasst"})
        assert gone.status_code == 204
    left = (await counsellor.send("GET", f"sessions/{second}")).json()
    assert (left["session_type"], left["seen_before"], left["revision"]) == ("first", "no", 2)


async def test_another_carrier_neither_sees_nor_changes_a_session(counsellor: Caller) -> None:
    key, body = uuid4(), RECOGNITION | {"person_ref": "A-17"}
    await counsellor.put(f"sessions/{key}", body)
    stranger = counsellor.at(uuid4())
    for method, path, more in (
        ("GET", f"sessions/{key}", {}),
        ("PUT", f"sessions/{key}", {"json": body | {"revision": 1, "channel": "phone"}}),
        ("POST", f"sessions/{key}/withdraw", {"json": {"reason": "fremd"}}),
    ):
        assert (await stranger.send(method, path, **more)).status_code == 404
    assert (await stranger.send("GET", "sessions")).json()["total"] == 0
    again = await stranger.put(f"sessions/{uuid4()}", body)
    assert (again["session_type"], again["seen_before"]) == ("first", "no")  # the same person is new at this carrier


TOMORROW = (clock.today() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"date": TOMORROW}, "date", "Zukunft"),
        ({"date": "2018-12-31", "programme_line": "skilled_worker_networks"}, "date", "01.01.2019"),
        ({"date": "2017-10-31", "programme_line": "fair_integration"}, "date", "01.11.2017"),
        ({"date": "1999-01-01"}, "date", "Förderprogramm"),
        ({"nationality": "Syrien"}, "nationality", "nicht bekannt"),
        ({"office": "gibt-es-nicht"}, "office", "Strukturregister"),
        ({"person_ref": "x" * 101}, "person_ref", "zu lang"),
        ({"birth_year": 2030}, "birth_year", "2030"),
        ({"colour": "blue"}, "colour", "gibt es nicht"),
    ],
)
async def test_bad_input_names_field_problem_and_remedy(
    app: Any, counsellor: Caller, change: dict[str, Any], field: str, words: str
) -> None:
    answer = await counsellor.send("PUT", f"sessions/{uuid4()}", json=RECOGNITION | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["problem"]
    assert await rows(app, "SELECT 1 FROM counselling_session") == []


async def test_cns_02_a_second_first_of_a_round_is_refused(counsellor: Caller) -> None:
    body = RECOGNITION | {"person_ref": "A-17"}
    await counsellor.put(f"sessions/{uuid4()}", body)
    again = await counsellor.send(
        "PUT", f"sessions/{uuid4()}", json=body | {"date": "2026-07-01", "session_type": "first"}
    )
    assert again.status_code == 422
    assert "schon eine Erstberatung" in again.json()["detail"]


async def test_a_role_without_the_right_is_refused(counsellor: Caller) -> None:
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER)
    assert (await trainer.send("PUT", f"sessions/{uuid4()}", json=RECOGNITION)).status_code == 403
    assert (await counsellor.client.get("/api/v1/sessions")).status_code == 401


async def test_a_session_arrives_at_the_hub_as_the_lean_row_only(app: Any, counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(
        f"sessions/{key}", RECOGNITION | {"person_ref": "CANARY-REF", "gender": "female", "birth_year": 1977}
    )

    async def arrived() -> Any:
        return (await counsellor.send("GET", f"sessions/{key}")).json()["arrived_at"]

    await eventually(arrived)
    ((body, headers),) = await rows(app, "SELECT body, headers::text FROM outbox WHERE destination = 'up'")
    assert b"female" not in body
    stored = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    for canary in ("CANARY-REF", r"(?<![0-9a-f-])1977(?![0-9a-f-])"):  # the year, not four digits of a random id
        assert not [text for (text,) in stored if re.search(canary, text)]
    assert '"ce-time": "20' in headers
    assert "-01T00:00:00Z" in headers


@pytest.mark.own_brokers
async def test_while_the_hub_is_away_work_goes_on_and_is_delivered_later(
    app: Any, counsellor: Caller, federation: Federation
) -> None:
    federation.hub.kill()
    keys = [uuid4() for _ in range(10)]
    for key in keys:
        await counsellor.put(f"sessions/{key}", RECOGNITION)
    listed = (await counsellor.send("GET", "sessions")).json()
    assert [item["arrived_at"] for item in listed["items"]] == [None] * 10
    federation.hub.start()

    async def delivered() -> bool:
        left = await rows(app, "SELECT 1 FROM outbox WHERE delivered_at IS NULL")
        return not left

    await eventually(delivered, 20)
    confirmed = await rows(app, "SELECT entity_id FROM delivered WHERE kind = 'session_recorded'")
    assert {row[0] for row in confirmed} == set(keys)


async def test_a_hopeless_message_is_parked_and_its_neighbours_go_on(app: Any, counsellor: Caller) -> None:
    await rows(app, "SELECT 1")
    async with app.state.sessions() as session, session.begin():
        connection = await session.connection()
        await connection.exec_driver_sql(
            "INSERT INTO outbox (message_id, destination, subject, headers, body, kind, entity_id, revision, digest, "
            "created_at) VALUES (gen_random_uuid(), 'up', 'up.counselling.session_recorded.v1', '{}', "
            "convert_to(repeat('x', 300000), 'utf8'), 'session_recorded', gen_random_uuid(), 1, 0, "
            "now() - interval '2 days')"
        )
    await counsellor.put(f"sessions/{uuid4()}", RECOGNITION)

    async def settled() -> bool:
        return not await rows(app, "SELECT 1 FROM outbox WHERE delivered_at IS NULL AND parked_reason IS NULL")

    await eventually(settled)
    assert await rows(app, "SELECT parked_reason FROM outbox WHERE parked_reason IS NOT NULL") == [
        ("message too large",)
    ]
    labels = {"network": "rp", "service": "counselling", "stream": "outbox_up"}
    assert await eventually(lambda: REGISTRY.get_sample_value("iq_parked_oldest_seconds", labels)) >= 2 * 86_400
    assert REGISTRY.get_sample_value("iq_parked_undecided", labels) == 1


async def test_cns_06_group_information_is_a_headcount(counsellor: Caller) -> None:
    body = {"date": "2026-05-04", "programme_line": "fair_integration", "participants": 17}
    key = uuid4()
    assert (await counsellor.put(f"groups/{key}", body))["revision"] == 1
    assert (await counsellor.put(f"groups/{key}", body | {"participants": 18, "revision": 1}))["revision"] == 2
    none = await counsellor.send("PUT", f"groups/{uuid4()}", json=body | {"participants": 0})
    assert none.status_code == 422
    listed = (await counsellor.send("GET", "groups?month=2026-05")).json()
    assert [item["participants"] for item in listed["items"]] == [18]


async def test_the_migration_service_publishes_nothing(app: Any, counsellor: Caller) -> None:
    await counsellor.put(f"sessions/{uuid4()}", RECOGNITION | {"programme_line": "migration_service"})
    assert await rows(app, "SELECT 1 FROM outbox") == []
